/* What opens a why-card besides the live strip: the button, the key W, rows that name a beat, dots of the charts. */
import { isTyping } from './typing.js';

function split(name) {
  const cut = name.lastIndexOf('/');
  return [name.slice(0, cut), name.slice(cut + 1)];
}

/* Rows carry data-beat="recording/index" (the first beat from there on is shown), dots send 'wardbeat:beat'. */
export function openByClick(why, button) {
  button.addEventListener('click', () => why.openNewest());
  addEventListener('wardbeat:beat', (event) => why.openBeat(...split(event.detail)));
  document.addEventListener('click', (event) => openRow(why, event));
  addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    if (event.key === 'w' || event.key === 'W') why.openNewest();
    else if (event.key === 'Enter' || event.key === ' ') openRow(why, event);
  });
}

function openRow(why, event) {
  const row = event.target.closest && event.target.closest('[data-beat]');
  if (!row) return;
  why.openFrom(...split(row.dataset.beat));
  if (event.type === 'keydown') event.preventDefault();
}
