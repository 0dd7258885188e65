// The filing page (form#filing): after each save the checks are fetched anew and marked at their fields; totals follow
// the amount they have to meet; a comment card shows whether it is answered.
(() => {
  'use strict';
  const form = document.querySelector('form#filing');
  if (!form) return;
  const panel = () => document.getElementById('checks');
  let waiting = false;
  let typed = new Map();

  function refresh() {
    // Whoever is writing a 说明 is not interrupted: the panel is fetched when he leaves it.
    waiting = panel().contains(document.activeElement) && document.activeElement.matches('textarea');
    if (!waiting) window.htmx?.trigger(panel(), 'refresh');
  }

  document.addEventListener('pf:saved', refresh);
  document.addEventListener('focusout', e => {
    if (waiting && panel().contains(e.target)) setTimeout(refresh);
  });
  document.addEventListener('htmx:beforeSwap', () => {
    typed = new Map([...panel().querySelectorAll('textarea')].map(t => [t.name, t.value]));
  });
  document.addEventListener('htmx:afterSettle', () => {
    for (const text of panel().querySelectorAll('textarea')) {
      if (typed.has(text.name)) text.value = typed.get(text.name);
    }
    mark();
  });

  function mark() {
    for (const cell of form.querySelectorAll('[aria-invalid]')) cell.removeAttribute('aria-invalid');
    for (const box of form.querySelectorAll('[data-codes]')) box.replaceChildren();
    for (const line of panel().querySelectorAll('[data-place]')) {
      const place = line.dataset.place;
      const field = document.getElementById('f-' + place);
      if (line.dataset.level === 'e' && field?.matches('input, select, textarea')) field.setAttribute('aria-invalid', 'true');
      const row = place.replace(/\].*$/, ']');
      const box = form.querySelector(`[data-codes="${place}"]`) ?? form.querySelector(`[data-codes="${row}"]`);
      if (!box) continue;
      const code = document.createElement('span');
      code.className = 'code ' + line.dataset.level;
      code.textContent = line.dataset.code;
      code.title = line.querySelector('.t span:last-child').textContent;
      box.append(code);
    }
  }

  // Before the grids add up, so that they hold their sums against what was just typed.
  let following = false;
  form.addEventListener('input', e => {
    for (const out of form.querySelectorAll(`[data-want-from="${e.target.id}"]`)) {
      out.dataset.sumWant = e.target.value || '0';
      const other = out.closest('table');
      if (following || other.contains(e.target)) continue;
      following = true;
      other.querySelector('.gin')?.dispatchEvent(new Event('input', { bubbles: true }));
      following = false;
    }
  }, true);

  // With a mouse and with the keyboard alike: which answer was chosen, and whether it needs words.
  form.addEventListener('input', e => {
    const card = e.target.closest('.cm');
    if (!card) return;
    const words = card.closest('[data-cards]').dataset;
    const kind = card.querySelector('input[type=radio]:checked')?.value;
    const text = card.querySelector('input.form-control').value.trim();
    const open = !kind || (kind !== 'changed' && text.length < 5);
    card.classList.toggle('open', open);
    const state = card.querySelector('.h .end');
    state.textContent = words[open ? 'open' : kind];
    state.classList.toggle('pass', !open && kind !== 'disputed');
    state.classList.toggle('back', open || kind === 'disputed');
    for (const anchor of document.querySelectorAll(`[href="#${card.id}"].anc, #${card.id} .anc`)) {
      anchor.classList.toggle('ok', !open && kind !== 'disputed');
      anchor.classList.toggle('dis', !open && kind === 'disputed');
    }
  });
})();
