/* The charts below the strip: what is chosen, and when the page asks for news. A question is sent some time after the last
   answer, never while one is on its way: a server that is slow is asked less often, and its answers are shown. */
import { isTyping } from './typing.js';

const PAUSE_MS = 2000, SLOW_MS = 30000;
const LOST_MS = 15000;                 // a question without an answer for this long is asked again
const SPAN_KEYS = '1234567';
let ticks = 0, slowTicks = 0, timer = null, slowAt = -Infinity;
const view = { letter: 'all', order: 'newest' };

function set(store, value) { window.dash_clientside.set_props(store, { data: value }); }

function askIn(ms) {
  clearTimeout(timer);
  timer = setTimeout(ask, ms);
}

function ask() {
  if (document.hidden) return;         // asked when somebody looks again
  askIn(LOST_MS);
  set('tick', ++ticks);
}

document.addEventListener('wardbeat:answered', (event) => {
  press('span', event.detail.span);
  askIn(PAUSE_MS);
  if (performance.now() - slowAt < SLOW_MS) return;
  slowAt = performance.now();
  setTimeout(() => set('slow-tick', ++slowTicks), 0);
});
document.addEventListener('visibilitychange', () => { if (!document.hidden && ticks) ask(); });

function press(store, value) {
  for (const button of document.querySelectorAll(`[data-store="${store}"]`)) {
    const pressed = String(button.dataset.value === value);
    if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
  }
}

function choose(button) {
  const { store, value } = button.dataset;
  press(store, value);
  if (!(store in view)) return set(store, value);
  view[store] = value;
  set('episode-view', { ...view });
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-store]');
  if (button) choose(button);
});

/* Rows and gaps name a moment, which a click opens (bedside.js): so does Enter. */
function openMoment(event) {
  if (!event.target.matches('tr[data-moment], i[data-moment]')) return;
  event.preventDefault();
  event.target.click();
}
document.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.repeat || isTyping(event.target)) return;
  if (event.key === 'Enter' || event.key === ' ') openMoment(event);
  const place = event.key.length === 1 ? SPAN_KEYS.indexOf(event.key) : -1;
  const buttons = document.querySelectorAll('[data-store="span"]');
  if (place >= 0 && buttons[place]) choose(buttons[place]);
});

/* What is chosen at first, as soon as Dash has put the buttons there. */
new MutationObserver((_, watch) => {
  if (!document.querySelector('[data-store="order"]')) return;
  watch.disconnect();
  press('shape-kind', 'poincare'); press('letter', view.letter); press('order', view.order);
  askIn(LOST_MS);
}).observe(document.body, { childList: true, subtree: true });
