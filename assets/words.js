/* The words of this page, in the language of <html lang>, from the catalogue that the server's pages have too (words.py).
   A text may have places, {name}; for a `count` of one a language may have a text of its own under the key with ".one". */

const AGAIN_MS = 1000;

export const language = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
const own = document.getElementById('words');           // a page that has to speak without a connection brings its words along
const texts = own ? JSON.parse(own.textContent) : await load(new URL('words/' + language + '.json', import.meta.url));

/* A page that is loaded while the server is started again waits for it: no page runs without words. */
async function load(address) {
  for (;;) {
    try {
      const answer = await fetch(address, { credentials: 'same-origin' });
      if (answer.ok) return await answer.json();
    } catch { /* asked again below */ }
    await new Promise((next) => setTimeout(next, AGAIN_MS));
  }
}

/* The text of `key` with `values` in its places. A key that is not there is shown as it is, and reported: no other
   language is put in its place. */
export function t(key, values = {}) {
  const text = (values.count === 1 && texts[key + '.one']) || texts[key];
  if (text === undefined) { reportError(new Error('the catalogue has no "' + key + '" in ' + language)); return key; }
  return text.replace(/\{(\w+)\}/g, (place, name) => name in values ? String(values[name]) : place);
}
