/* A page's tick from a worker: browsers slow the timers of a hidden page down to one a minute, not those of its workers. */

const HIDDEN_MS = 1000;                // a hidden page has nothing to draw

/* Calls `tick` every `everyMs`, each second while the page is hidden. Ticks that queued up while it stood still are one. */
export function beat(tick, everyMs) {
  let last = -Infinity;
  const worker = new Worker('/assets/metronome_worker.js');
  worker.onmessage = () => {
    const now = performance.now();
    if (now - last < (document.hidden ? HIDDEN_MS : everyMs / 2)) return;
    last = now;
    tick();
  };
  worker.onerror = () => setInterval(tick, everyMs);
  worker.postMessage(everyMs);
}
