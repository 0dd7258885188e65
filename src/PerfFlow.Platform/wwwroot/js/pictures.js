// A case step by step: the arrow keys follow the links to the line before and after.
(() => {
  'use strict';
  document.addEventListener('keydown', e => {
    if (e.defaultPrevented || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
    if (e.target instanceof Element && e.target.closest('input, textarea, select, [contenteditable], [role=menu], dialog')) return;
    const rel = { ArrowLeft: 'prev', ArrowRight: 'next' }[e.key];
    const link = rel && document.querySelector(`[data-stepper] a[rel=${rel}]`);
    if (!link) return;
    e.preventDefault();
    link.click();
  });
})();
