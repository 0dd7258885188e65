// Lists: j k move, x ticks, o opens; ticking with shift takes the rows between; the batch bar counts and sums.
(() => {
  'use strict';
  if (!document.querySelector('table[data-rows]')) return;
  let rows = [];
  let boxes = [];
  let all = null;
  const bar = document.querySelector('[data-batch]');
  const money = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  let current = -1;
  let last = -1;

  // Again after a list that refreshes itself was swapped.
  function find() {
    const table = document.querySelector('table[data-rows]');
    rows = [...table?.querySelectorAll('tr[data-row]') ?? []];
    boxes = rows.map(r => r.querySelector('[data-tick]'));
    all = table?.querySelector('[data-tick-all]');
    current = rows.findIndex(r => r.classList.contains('cur'));
    last = -1;
    boxes.forEach((box, i) => box?.addEventListener('click', e => tick(i, box.checked, e.shiftKey)));
    all?.addEventListener('change', () => {
      for (const box of boxes) if (box && !box.disabled) box.checked = all.checked;
      batch();
    });
    batch();
  }

  function batch() {
    const ticked = rows.filter((r, i) => boxes[i]?.checked);
    rows.forEach((r, i) => r.classList.toggle('tick', Boolean(boxes[i]?.checked)));
    const usable = boxes.filter(b => b && !b.disabled);
    if (all) {
      all.checked = ticked.length > 0 && ticked.length === usable.length;
      all.indeterminate = ticked.length > 0 && !all.checked;
    }
    if (!bar) return;
    bar.hidden = ticked.length === 0;
    const eligible = ticked.filter(r => r.dataset.eligible).length;
    const units = new Set(ticked.map(r => r.dataset.unit).filter(Boolean)).size;
    const sum = ticked.reduce((s, r) => s + Number(r.dataset.amount || 0), 0);
    for (const out of bar.querySelectorAll('[data-text]')) {
      out.textContent = out.dataset.text.replace('{n}', ticked.length).replace('{sum}', money.format(sum).replace('-', '−'))
        .replace('{units}', units).replace('{ok}', eligible).replace('{no}', ticked.length - eligible);
    }
    for (const part of bar.querySelectorAll('[data-when]')) {
      part.hidden = !(part.dataset.when === 'all' ? eligible === ticked.length : part.dataset.when === 'some' ? eligible > 0 && eligible < ticked.length : eligible === 0);
    }
    for (const button of bar.querySelectorAll('[data-needs-eligible]')) {
      if (eligible === 0) button.setAttribute('aria-disabled', 'true'); else button.removeAttribute('aria-disabled');
    }
  }

  function tick(index, on, shift) {
    const from = shift && last >= 0 ? Math.min(last, index) : index;
    const to = shift && last >= 0 ? Math.max(last, index) : index;
    for (let i = from; i <= to; i++) {
      if (boxes[i] && !boxes[i].disabled) boxes[i].checked = on;
    }
    last = index;
    batch();
  }

  document.addEventListener('click', e => {
    if (e.target.closest('[data-batch-clear]')) {
      e.preventDefault();
      for (const box of boxes) if (box) box.checked = false;
      batch();
    } else if (e.target.closest('[data-batch] [aria-disabled=true]')) {
      e.preventDefault();
    }
  });

  document.addEventListener('pf:row', e => {
    const key = e.detail;
    if (key === 'j' || key === 'k') {
      rows[current]?.classList.remove('cur');
      current = Math.min(rows.length - 1, Math.max(0, current + (key === 'j' ? 1 : -1)));
      rows[current]?.classList.add('cur');
      rows[current]?.scrollIntoView({ block: 'nearest' });
      rows[current]?.querySelector('[data-open]')?.focus({ preventScroll: true });
    } else if (key === 'x' && boxes[current] && !boxes[current].disabled) {
      tick(current, !boxes[current].checked, false);
    } else if (key === 'o') {
      rows[current]?.querySelector('[data-open]')?.click();
    }
  });

  // What the browser restored after "back" is counted too.
  window.addEventListener('pageshow', batch);
  document.addEventListener('htmx:afterSwap', e => {
    if (document.querySelector('table[data-rows]')?.closest(`#${CSS.escape(e.detail.target.id || '-')}`)) find();
  });
  find();
})();
