/* A page's tick from a worker: browsers slow the timers of a hidden page down to one a minute, not those of its workers. */

const HIDDEN_MS = 1000;                // a hidden page has nothing to draw

/* Calls `tick` every `everyMs`, each second while the page is hidden. Ticks that queued up while it stood still are one.
   script: where a page that works without a connection has the worker's. */
export function beat(tick, everyMs, script = '/assets/metronome_worker.js') {
  let last = -Infinity;
  const worker = new Worker(script);
  worker.onmessage = () => {
    const now = performance.now();
    if (now - last < (document.hidden ? HIDDEN_MS : everyMs / 2)) return;
    last = now;
    tick();
  };
  worker.onerror = () => setInterval(tick, everyMs);
  worker.postMessage(everyMs);
}
