// The review page: a comment is begun where the reader looks, a due day is put by its number of days, and the return takes
// along what stands in the comments now. Without this file the same goes by links and posts.
(() => {
  'use strict';
  const text = document.getElementById('new-text');
  const main = document.getElementById('decide');
  document.addEventListener('click', e => {
    const at = e.target.closest('[data-comment-at]');
    if (at && text) {
      e.preventDefault();
      document.getElementById('new-place').value = at.dataset.commentAt;
      text.scrollIntoView({ block: 'center' });
      text.focus();
      return;
    }
    const put = e.target.closest('[data-put]');
    if (put) document.getElementById(put.dataset.put).value = put.dataset.value;
  });

  const back = document.getElementById('return-dialog-form');
  back?.addEventListener('submit', () => {
    for (const old of back.querySelectorAll('[data-brought]')) old.remove();
    for (const name of ['place', 'code', 'text', 'newPlace', 'newCode', 'newText', 'opinion', 'verdict']) {
      for (const field of main?.querySelectorAll(`[name="${name}"]`) ?? []) {
        const copy = document.createElement('input');
        copy.type = 'hidden';
        copy.name = name;
        copy.value = field.value;
        copy.dataset.brought = '1';
        back.append(copy);
      }
    }
  });
})();
