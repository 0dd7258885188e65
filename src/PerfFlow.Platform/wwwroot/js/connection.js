// The server does not answer: a banner, until it does again. A page about a task asks with its heartbeat address
// ([data-alive=url], every 15 s) whether the task is still open; 409 with JSON { text } switches its buttons off.
(() => {
  'use strict';
  const banner = document.querySelector('[data-connection]');
  const tries = banner?.querySelector('[data-connection-try]');
  let failed = 0;

  function offline() {
    if (!banner) return;
    failed++;
    banner.hidden = false;
    tries.textContent = tries.dataset.text.replace('{0}', failed);
  }
  function online() {
    failed = 0;
    if (banner) banner.hidden = true;
  }

  document.addEventListener('pf:offline', offline);
  document.addEventListener('pf:online', online);
  document.addEventListener('htmx:sendError', offline);
  document.addEventListener('htmx:afterOnLoad', online);
  window.addEventListener('offline', offline);
  window.addEventListener('online', online);

  document.addEventListener('pf:handled', e => {
    const box = document.querySelector('[data-handled]');
    if (box) {
      box.querySelector('[data-handled-text]').textContent = e.detail;
      box.hidden = false;
      box.scrollIntoView({ block: 'nearest' });
    }
    for (const act of document.querySelectorAll('.pf-bar :is(button, a.btn), [data-act]')) {
      act.setAttribute('aria-disabled', 'true');
    }
  });
  document.addEventListener('click', e => {
    if (e.target.closest('[aria-disabled=true]')) {
      e.preventDefault();
      e.stopImmediatePropagation();
    }
  }, true);

  const page = document.querySelector('[data-alive]');
  if (!page) return;
  const timer = setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(page.dataset.alive, { headers: { Accept: 'application/json' }, redirect: 'manual' });
      if (answer.status === 409) {
        clearInterval(timer);
        document.dispatchEvent(new CustomEvent('pf:handled', { detail: (await answer.json()).text }));
      }
      online();
    } catch {
      offline();
    }
  }, 15000);
})();
