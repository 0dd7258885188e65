// Keys: / search · Alt+A, Alt+R, Ctrl+S and Ctrl+Enter press the element with that data-key · n, p next and previous change.
// Single letters act only outside inputs and can be switched off in the account menu (WCAG 2.1.4).
(() => {
  'use strict';
  const OFF = 'pf.shortcuts-off';
  const off = () => localStorage.getItem(OFF) === '1';
  const typing = target => target instanceof Element && target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]');
  const press = key => {
    const scope = document.querySelector('dialog[open]') ?? document;
    const button = [...scope.querySelectorAll(`[data-key="${key}"]`)].find(b => b.offsetParent !== null || b.getClientRects().length);
    if (!button || button.getAttribute('aria-disabled') === 'true') return false;
    button.click();
    return true;
  };

  let at = -1;
  function step(by) {
    const all = [...document.querySelectorAll('[data-change]')];
    if (!all.length) return;
    all[at]?.classList.remove('here');
    at = (at + by + all.length) % all.length;
    all[at].classList.add('here');
    all[at].scrollIntoView({ block: 'center' });
    for (const out of document.querySelectorAll('[data-change-at]')) out.textContent = `${at + 1} / ${all.length}`;
  }
  document.addEventListener('click', e => {
    const by = e.target.closest('[data-change-step]');
    if (by) step(Number(by.dataset.changeStep));
  });

  document.addEventListener('keydown', e => {
    if (e.defaultPrevented || e.isComposing) return;
    const key = e.key.toLowerCase();
    const ctrl = e.ctrlKey || e.metaKey;
    if (e.altKey && !ctrl && (e.code === 'KeyA' || e.code === 'KeyR')) {
      if (press(e.code === 'KeyA' ? 'alt+a' : 'alt+r')) e.preventDefault();
    } else if (ctrl && key === 's') {
      if (press('ctrl+s')) e.preventDefault();
    } else if (ctrl && key === 'enter') {
      if (press('ctrl+enter')) e.preventDefault();
    } else if (!ctrl && !e.altKey && !typing(e.target) && !off()) {
      if (document.querySelector('dialog[open]')) return;
      if (key === '/') {
        const search = document.querySelector('[data-key-search]');
        if (search) {
          e.preventDefault();
          search.focus();
          search.select();
        }
      } else if (key === 'n' || key === 'p') {
        step(key === 'n' ? 1 : -1);
      } else if ('jkxo'.includes(key) && key.length === 1) {
        document.dispatchEvent(new CustomEvent('pf:row', { detail: key }));
      }
    } else if (e.key === 'Escape' && typing(e.target)) {
      e.target.blur();
    }
  });

  const toggle = document.querySelector('[data-shortcuts]');
  if (toggle) {
    const words = toggle.querySelector('span');
    const whenOn = words.textContent;
    const show = () => { words.textContent = off() ? toggle.dataset.on : whenOn; };
    toggle.hidden = false;
    show();
    toggle.addEventListener('click', () => {
      if (off()) localStorage.removeItem(OFF); else localStorage.setItem(OFF, '1');
      show();
    });
  }
})();
