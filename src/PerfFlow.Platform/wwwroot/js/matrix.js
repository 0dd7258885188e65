// 下发台账: the part refreshes itself, but never under ticked rows, an open pop-over or without news; why a cell is red opens beside it.
(() => {
  'use strict';
  const box = document.querySelector('[data-why-box]');
  if (!box) return;
  let opener = null;
  let stamp = null;

  const close = () => {
    box.replaceChildren();
    opener?.focus();
    opener = null;
  };

  document.addEventListener('htmx:beforeSwap', e => {
    if (!e.target.closest?.('[data-matrix]') || e.detail.target.id !== 'matrix') return;
    const tag = e.detail.xhr.getResponseHeader('ETag');
    const busy = document.querySelector('[data-tick]:checked') || box.firstElementChild || document.activeElement?.closest?.('[data-filters]');
    if (busy || tag === stamp) {
      e.detail.shouldSwap = false;
      return;
    }
    stamp = tag;
  });

  document.addEventListener('htmx:beforeRequest', e => {
    if (e.detail.target === box) opener = e.target;
  });

  // Below the cell if there is room, else above, else beside it; never under the bar or out of the window.
  document.addEventListener('htmx:afterSwap', e => {
    if (e.detail.target !== box || !opener) return;
    const pop = box.firstElementChild;
    const cell = opener.getBoundingClientRect();
    const bar = document.querySelector('[data-batch]:not([hidden])');
    const bottom = bar ? bar.getBoundingClientRect().top : window.innerHeight;
    const width = document.documentElement.clientWidth;
    let left = cell.left - 120;
    let top = cell.bottom + 8;
    if (top + pop.offsetHeight > bottom - 8) {
      top = cell.top - pop.offsetHeight - 8;
      if (top < 56) {
        top = Math.max(56, bottom - pop.offsetHeight - 8);
        left = cell.right + 8 + pop.offsetWidth < width ? cell.right + 8 : cell.left - pop.offsetWidth - 8;
      }
    }
    pop.style.left = `${Math.max(8, Math.min(left, width - pop.offsetWidth - 8)) + window.scrollX}px`;
    pop.style.top = `${top + window.scrollY}px`;
    pop.querySelector('[data-why-close]')?.focus();
  });

  document.addEventListener('click', e => {
    if (e.target.closest('[data-why-close]')) {
      e.preventDefault();
      close();
    } else if (box.firstElementChild && !e.target.closest('[data-why]') && !e.target.closest('[hx-target="#why"]')) {
      close();
    }
  });
  document.addEventListener('keydown', e => {
    if (e.key === 'Escape' && box.firstElementChild) close();
  });
})();
