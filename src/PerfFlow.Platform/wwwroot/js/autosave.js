// Drafts: form[data-autosave=url] posts the whole form a second after the last change. The mark [data-saved] says when.
// The server answers 204, or 409 with JSON { text } when the task was handled elsewhere; then nothing is sent any more.
// form[data-guard] (and a draft not yet saved) asks before the page is left.
(() => {
  'use strict';
  const WAIT = 1000;
  const RETRY = 5000;
  const form = document.querySelector('form[data-autosave]');
  let dirty = false;
  let leaving = false;

  document.addEventListener('submit', e => { if (!e.defaultPrevented) leaving = true; });
  window.addEventListener('beforeunload', e => { if (dirty && !leaving) e.preventDefault(); });
  for (const guarded of document.querySelectorAll('form[data-guard]')) {
    guarded.addEventListener('input', () => { dirty = true; });
  }
  if (!form) return;

  const mark = document.querySelector('[data-saved]');
  const clock = () => new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' }).format(new Date());
  let timer;
  let busy = false;
  let again = false;
  let stopped = false;
  let savedAt = null;

  function say(kind, ...args) {
    if (!mark) return;
    mark.classList.toggle('bad', kind === 'failed');
    mark.querySelector('[data-saved-text]').textContent = mark.dataset[kind].replace('{0}', args[0] ?? '');
  }

  async function save() {
    if (stopped) return;
    if (busy) { again = true; return; }
    busy = true;
    again = false;
    dirty = false;
    say('saving');
    try {
      const answer = await fetch(form.dataset.autosave, { method: 'POST', body: new FormData(form), headers: { 'X-Requested-With': 'autosave' }, redirect: 'manual' });
      if (answer.status === 409) {
        stop((await answer.json()).text);
      } else if (!answer.ok) {
        // Signed out or refused: trying again would not help, and what was typed stays on the page.
        throw new Error(String(answer.status));
      } else {
        savedAt = clock();
        // The next save names the version that this one made.
        if (answer.headers.has('X-Draft-Version') && form.elements.version) form.elements.version.value = answer.headers.get('X-Draft-Version');
        say('done', savedAt);
        document.dispatchEvent(new CustomEvent('pf:online'));
        document.dispatchEvent(new CustomEvent('pf:saved'));
      }
    } catch (error) {
      dirty = true;
      say('failed', savedAt ?? '--');
      if (error instanceof TypeError) document.dispatchEvent(new CustomEvent('pf:offline', { detail: savedAt }));
      clearTimeout(timer);
      timer = setTimeout(save, RETRY);
    } finally {
      busy = false;
      if (again) schedule();
    }
  }

  function schedule() {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  }

  function stop(text) {
    stopped = true;
    document.dispatchEvent(new CustomEvent('pf:handled', { detail: text }));
  }

  document.addEventListener('pf:handled', () => { stopped = true; dirty = false; });
  form.addEventListener('input', () => { dirty = true; schedule(); });
  form.addEventListener('change', () => { dirty = true; schedule(); });
  // Ctrl+S through a button of type "button" saves at once and stays on the page.
  for (const now of document.querySelectorAll('[data-save-now]')) {
    now.addEventListener('click', e => {
      e.preventDefault();
      clearTimeout(timer);
      save();
    });
  }
})();
