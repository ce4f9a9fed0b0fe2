/* A list follows what is typed. Without this file the search still works with Enter. */
const field = document.querySelector('#q');
const rows = document.querySelector('#rows');
let newest = 0;
let waiting = 0;

async function ask() {
  const mine = ++newest;
  const answer = await fetch(location.pathname + '?part=1&q=' + encodeURIComponent(field.value));
  const text = await answer.text();
  if (mine !== newest || !answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(text, 'text/html');
  rows.replaceChildren(...page.body.childNodes);
}

field.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 150);
});
