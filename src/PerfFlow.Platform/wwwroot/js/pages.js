// Open pages as tabs (kept in this browser tab only, gone with the sign-out), menus that close, toasts.
(() => {
  'use strict';
  const KEY = 'pf.open-pages';
  const MOST = 8;
  const strip = document.querySelector('[data-open-pages]');

  if (!strip) sessionStorage.removeItem(KEY);
  document.addEventListener('submit', e => {
    if (e.target.getAttribute('action') === '/sign-out') sessionStorage.removeItem(KEY);
  });

  const read = () => {
    try { return JSON.parse(sessionStorage.getItem(KEY)) ?? []; } catch { return []; }
  };
  const write = pages => sessionStorage.setItem(KEY, JSON.stringify(pages));

  function draw(pages, here) {
    const label = strip.dataset.close;
    strip.replaceChildren(...pages.map(page => {
      const box = document.createElement('span');
      const link = document.createElement('a');
      link.href = page.path + (page.query ?? '');
      link.textContent = link.title = page.text;
      box.append(link);
      if (page.path === here) {
        box.className = 'on';
        link.setAttribute('aria-current', 'page');
      }
      if (pages.length > 1) {
        const close = document.createElement('button');
        close.type = 'button';
        close.setAttribute('aria-label', label.replace('{0}', page.text));
        close.textContent = '×';
        close.addEventListener('click', () => {
          const rest = read().filter(p => p.path !== page.path);
          write(rest);
          if (page.path === here) location.href = rest.at(-1).path + (rest.at(-1).query ?? '');
          else draw(rest, here);
        });
        box.append(close);
      }
      return box;
    }));
  }

  if (strip) {
    const here = location.pathname;
    const text = strip.textContent.trim() || document.title;
    const pages = read();
    const known = pages.find(p => p.path === here);
    // Only the page as it was asked for is kept: a page that came out of a post has no address of its own.
    if (known) Object.assign(known, { text, query: location.search });
    else pages.push({ path: here, query: location.search, text });
    const kept = pages.slice(-MOST);
    write(kept);
    draw(kept, here);
  }

  // Menus are details elements: a click elsewhere or Esc closes them and gives the focus back.
  document.addEventListener('click', e => {
    for (const menu of document.querySelectorAll('details[data-menu][open]')) {
      if (!menu.contains(e.target)) menu.open = false;
    }
  });
  document.addEventListener('keydown', e => {
    if (e.key !== 'Escape') return;
    for (const menu of document.querySelectorAll('details[data-menu][open]')) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });

  for (const toast of document.querySelectorAll('[data-toast]')) {
    const close = toast.querySelector('[data-toast-close]');
    close.hidden = false;
    close.addEventListener('click', () => toast.remove());
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), 5000); };
    // Whoever is reading or reaching for 取回 is not hurried.
    toast.addEventListener('mouseenter', () => clearTimeout(timer));
    toast.addEventListener('focusin', () => clearTimeout(timer));
    toast.addEventListener('mouseleave', start);
    start();
  }

  document.querySelector('[data-focus]')?.focus();
  for (const button of document.querySelectorAll('[data-print]')) {
    button.addEventListener('click', () => window.print());
  }
})();
