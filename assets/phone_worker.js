/* Keeps the phone's page and its files, so that it opens without a connection. The server puts EDITION, PAGES and FILES in
   front: another edition is another worker, which fetches everything anew before it takes over. */
/* global EDITION, PAGES, FILES */

const KEPT = 'wardbeat-phone-' + EDITION, USUAL = '/phone';

addEventListener('install', (event) => event.waitUntil((async () => {
  const kept = await caches.open(KEPT);
  await Promise.all([...PAGES, ...FILES].map(async (path) => kept.put(path, await fresh(path))));
  await skipWaiting();
})()));

addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('wardbeat-phone-') && name !== KEPT) await caches.delete(name);
  await clients.claim();
})()));

/* A page in a language is asked for as a stranger does: the answer would make that language the one of this browser. */
async function fresh(path) {
  const answer = await fetch(path, { cache: 'reload', credentials: path.includes('?') ? 'omit' : 'same-origin' });
  if (!answer.ok) throw new Error(path + ' ' + answer.status);
  return answer;
}

addEventListener('fetch', (event) => {
  const { pathname, searchParams, origin } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== location.origin) return;
  if (pathname === USUAL) event.respondWith(page(searchParams.get('lang')));
  else if (FILES.includes(pathname)) event.respondWith(file(pathname));
});

/* The page in the language that was chosen last. */
async function page(language) {
  const kept = await caches.open(KEPT), chosen = language && await kept.match(USUAL + '?lang=' + language);
  if (chosen) await kept.put(USUAL, chosen.clone());
  return chosen || await kept.match(USUAL) || fetch(USUAL);
}

async function file(path) { return await (await caches.open(KEPT)).match(path) || fetch(path); }
