/* Asks for the list of the review, and on a wide screen for its first case, while the page's scripts are still on their way. */
(function () {
  'use strict';
  const asked = new URLSearchParams(location.search), view = asked.get('view');
  const wanted = new URLSearchParams({ view: view === 'mine' || view === 'ward' ? view : 'unreviewed' });
  for (const name of ['ward', 'priority', 'kind']) if (asked.get(name)) wanted.set(name, asked.get(name));
  const ask = (path) => ({ path: path, answer: fetch(path, { cache: 'no-store', credentials: 'same-origin', redirect: 'manual' }) });
  const list = ask('/alerts/queue?' + wanted);
  const first = list.answer.then((answer) => answer.ok ? answer.clone().text() : '').then((html) => {
    const found = asked.get('alert') || (innerWidth > 800 && /data-key="([^"]+)"/.exec(html) || [])[1];
    if (!found) return null;
    const [patient, recording, rule, start] = found.split('/');
    return ask('/alerts/' + patient + '/case?' + new URLSearchParams({ recording: recording, rule: rule, start: start }));
  }).catch(() => null);
  window.early = { list: list, first: first };
})();
