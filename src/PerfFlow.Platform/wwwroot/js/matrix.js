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

  // Below the cell if there is room, else above; never out of the window.
  document.addEventListener('htmx:afterSwap', e => {
    if (e.detail.target !== box || !opener) return;
    const pop = box.firstElementChild;
    const cell = opener.getBoundingClientRect();
    const left = Math.max(8, Math.min(cell.left - 120, document.documentElement.clientWidth - pop.offsetWidth - 8));
    const below = cell.bottom + 8 + pop.offsetHeight < window.innerHeight || cell.top < pop.offsetHeight + 8;
    pop.style.left = `${left + window.scrollX}px`;
    pop.style.top = `${(below ? cell.bottom + 8 : cell.top - pop.offsetHeight - 8) + window.scrollY}px`;
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
