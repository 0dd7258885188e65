// Indicator grids: paste from Excel fills rows and adds missing ones, Enter goes one row down, totals follow.
// A grid is table[data-grid] with tbody rows tr[data-grid-row]; inputs are named prefix[3].column.
// A template row (template[data-grid-new], index written as __i__) makes new rows.
(() => {
  'use strict';
  const number = text => {
    const value = Number(String(text).replace(/[,，\s]/g, '').replace(/^[−–]/, '-'));
    return Number.isFinite(value) ? value : 0;
  };
  const shown = value => String(Math.round(value * 100) / 100).replace('-', '−');
  const rowsOf = grid => [...grid.querySelectorAll('tr[data-grid-row]')];
  const cellsOf = row => [...row.querySelectorAll('.gin:not([type=hidden]):not([readonly]):not([disabled])')];

  function addRow(grid) {
    const template = document.getElementById(grid.dataset.gridNew);
    if (!template) return null;
    const index = Number(grid.dataset.gridNext ?? rowsOf(grid).length);
    grid.dataset.gridNext = index + 1;
    const row = template.content.firstElementChild.cloneNode(true);
    for (const part of [row, ...row.querySelectorAll('[name], [id], [for], [aria-label], [formaction], [data-codes]')]) {
      for (const attribute of ['name', 'id', 'for', 'aria-label', 'formaction', 'data-codes']) {
        const value = part.getAttribute(attribute);
        if (value?.includes('__i__')) part.setAttribute(attribute, value.replace('__i__', attribute === 'aria-label' ? index + 1 : index));
      }
    }
    grid.tBodies[grid.tBodies.length - 1].append(row);
    return row;
  }

  const plain = text => text.normalize('NFKC').replace(/\s/g, '').replace(/指标$/, '');
  function put(cell, text) {
    const value = text.trim();
    if (cell.tagName === 'SELECT') {
      const known = [...cell.options].find(o => o.value === value || (value && plain(o.textContent) === plain(value)));
      // What is no choice is kept as typed: the server may know the word, and else says what is wrong with it.
      if (!known) cell.add(new Option(value, value));
      cell.value = known ? known.value : value;
    } else if (cell.type === 'checkbox') {
      cell.checked = /^(1|是|true|√)$/i.test(value);
    } else {
      cell.value = value;
    }
  }

  // Excel puts a cell with line breaks into quotes; a quote inside is doubled.
  function cells(tsv) {
    const table = [[]];
    let field = '';
    let quoted = false;
    for (let i = 0; i < tsv.length; i++) {
      const c = tsv[i];
      if (quoted) {
        if (c !== '"') field += c;
        else if (tsv[i + 1] === '"') { field += '"'; i++; }
        else quoted = false;
      } else if (c === '"' && field === '') quoted = true;
      else if (c === '\t') { table.at(-1).push(field); field = ''; }
      else if (c === '\n') { table.at(-1).push(field); field = ''; table.push([]); }
      else if (c !== '\r') field += c;
    }
    table.at(-1).push(field);
    return table.filter(r => r.length > 1 || r[0] !== '');
  }

  function totals(grid) {
    for (const out of grid.querySelectorAll('[data-sum]')) {
      const group = out.dataset.sumGroup;
      const rows = rowsOf(grid).filter(r => !group || (r.querySelector('[data-group]')?.value ?? r.dataset.group) === group);
      const sum = rows.reduce((s, r) => s + number(r.querySelector(`[data-col="${out.dataset.sum}"]`)?.value ?? 0), 0);
      out.textContent = out.dataset.sumDigits ? sum.toFixed(Number(out.dataset.sumDigits)).replace('-', '−') : shown(sum);
      const want = out.dataset.sumWant;
      if (want === undefined) continue;
      const gap = Math.round((number(want) - sum) * 100) / 100;
      out.classList.toggle('late', gap !== 0);
      const note = out.dataset.sumNote && document.getElementById(out.dataset.sumNote);
      if (note) note.textContent = gap === 0 ? '' : note.dataset[gap > 0 ? 'short' : 'over'].replace('{want}', want).replace('{gap}', shown(Math.abs(gap)));
    }
    for (const out of grid.querySelectorAll('[data-row-count]')) out.textContent = rowsOf(grid).length;
  }

  for (const grid of document.querySelectorAll('table[data-grid]')) {
    const changed = () => {
      totals(grid);
      grid.dispatchEvent(new Event('input', { bubbles: true }));
    };
    grid.addEventListener('paste', e => {
      const start = e.target.closest?.('.gin');
      const text = e.clipboardData?.getData('text/plain') ?? '';
      if (!start || !/[\t\n]/.test(text.replace(/\n$/, ''))) return;
      e.preventDefault();
      let row = start.closest('tr[data-grid-row]');
      const column = cellsOf(row).indexOf(start);
      for (const line of cells(text)) {
        row ??= addRow(grid);
        if (!row) break;
        const targets = cellsOf(row);
        line.forEach((value, i) => targets[column + i] && put(targets[column + i], value));
        const rows = rowsOf(grid);
        row = rows[rows.indexOf(row) + 1] ?? null;
      }
      changed();
    });
    grid.addEventListener('keydown', e => {
      const cell = e.target.closest?.('.gin');
      if (!cell || e.isComposing || e.ctrlKey || e.altKey || cell.tagName === 'TEXTAREA') return;
      const by = e.key === 'Enter' ? (e.shiftKey ? -1 : 1) : 0;
      if (!by) return;
      e.preventDefault();
      const rows = rowsOf(grid);
      const row = cell.closest('tr[data-grid-row]');
      const next = rows[rows.indexOf(row) + by];
      if (next) cellsOf(next)[cellsOf(row).indexOf(cell)]?.focus();
    });
    grid.addEventListener('input', e => { if (e.target !== grid) totals(grid); });
    grid.addEventListener('click', e => {
      const remove = e.target.closest('[data-grid-remove]');
      if (!remove) return;
      e.preventDefault();
      remove.closest('tr[data-grid-row]').remove();
      changed();
    });
    totals(grid);
  }

  document.addEventListener('click', e => {
    const add = e.target.closest('[data-grid-add]');
    if (!add) return;
    const grid = document.getElementById(add.dataset.gridAdd);
    const row = grid && addRow(grid);
    if (!row) return;
    e.preventDefault();
    cellsOf(row)[0]?.focus();
    totals(grid);
  });
})();
