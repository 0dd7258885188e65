// Native dialogs: [data-dialog=id] opens, [data-dialog-close] and Esc close, Ctrl+Enter confirms. The browser keeps the
// focus inside and gives it back. Without this file a dialog opens through its address (#id).
(() => {
  'use strict';
  function open(id, opener) {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    if (location.hash === '#' + id) history.replaceState(null, '', location.pathname + location.search);
    dialog.showModal();
    const first = dialog.querySelector('[data-focus]') ?? dialog.querySelector('[data-first], [autofocus]') ?? dialog.querySelector('textarea, input:not([type=hidden]):not([disabled]), button');
    first?.focus();
    dialog.addEventListener('close', () => opener?.focus(), { once: true });
  }

  document.addEventListener('click', e => {
    const opener = e.target.closest('[data-dialog]');
    if (opener) {
      e.preventDefault();
      open(opener.dataset.dialog, opener);
      return;
    }
    const closer = e.target.closest('[data-dialog-close]');
    if (closer) {
      e.preventDefault();
      closer.closest('dialog')?.close();
      return;
    }
    // A click on the ground beside the sheet, not inside it.
    if (e.target.tagName === 'DIALOG' && e.target.open && !e.target.hasAttribute('data-stay')) {
      const box = e.target.getBoundingClientRect();
      const inside = e.clientX >= box.left && e.clientX <= box.right && e.clientY >= box.top && e.clientY <= box.bottom;
      if (!inside) e.target.close();
    }
  });

  document.addEventListener('keydown', e => {
    if (e.target instanceof Element && e.target.matches('[role=button]') && (e.key === ' ')) {
      e.preventDefault();
      e.target.click();
    }
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      const dialog = document.querySelector('dialog[open]');
      const form = dialog?.querySelector('form');
      if (form) {
        e.preventDefault();
        e.stopImmediatePropagation();
        form.requestSubmit(form.querySelector('[data-confirm]') ?? undefined);
      }
    }
  });

  // 常用语: a phrase is put into the text it belongs to.
  document.addEventListener('click', e => {
    const phrase = e.target.closest('[data-phrase]');
    if (!phrase) return;
    e.preventDefault();
    const text = document.getElementById(phrase.dataset.phrase);
    text.value = text.value ? `${text.value}${/[。；]$/.test(text.value) ? '' : '；'}${phrase.textContent.trim()}` : phrase.textContent.trim();
    text.dispatchEvent(new Event('input', { bubbles: true }));
    text.focus();
  });

  // How many characters a text has, where a least number is asked for.
  const count = area => {
    const out = document.getElementById(area.dataset.count);
    if (out) out.textContent = out.dataset.text.replace('{0}', [...area.value.trim()].length);
  };
  for (const area of document.querySelectorAll('[data-count]')) {
    count(area);
    area.addEventListener('input', () => count(area));
  }

  // Pressed twice is sent once; the command id would answer the second the same, but the wait would look like a fault.
  document.addEventListener('submit', e => {
    const form = e.target;
    if (e.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) {
      e.preventDefault();
      return;
    }
    form.dataset.sent = '1';
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
  });

  // The server sends a refused dialog back open.
  for (const dialog of document.querySelectorAll('dialog[data-reopen]')) open(dialog.id, null);
  if (location.hash.length > 1 && document.querySelector(`dialog#${CSS.escape(location.hash.slice(1))}`)) open(location.hash.slice(1), null);
})();
