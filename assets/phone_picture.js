/* The own trace on the page: hands on what comes to the worker that draws it, and how often that is worth it: smoothly for
   who looks, once a second where nobody has touched the screen for a minute, never where it is not seen. */
import { readInk } from './ink.js';

const FRAME_MS = 160, CALM_MS = 1000, TOUCHED_MS = 60000;   // between pictures, where nobody looks, and when that is so
const STILL_MS = 2000;                 // nothing came for so long: what is drawn is not now
const SILENT_MS = 5000;                // a worker that says nothing has died
const MOST_DENSE = 2;                  // finer than that is not seen, and costs

export class Picture {
  constructor(canvas) {
    this.canvas = canvas;
    this.worker = new Worker('/phone/phone_drawing.js', { type: 'module' });
    this.worker.onmessage = () => { this.drawnAt = performance.now(); };
    this.worker.onerror = (event) => reportError(new Error('phone_drawing: ' + event.message));
    const shown = canvas.transferControlToOffscreen();
    this.worker.postMessage({ do: 'canvas', canvas: shown }, [shown]);
    this.cameAt = this.drawnAt = -Infinity;
    this.everyMs = null;
    this.touch();
  }

  tell(what) { this.worker.postMessage(what); }

  begin(recording) {
    this.recording = recording.id;
    this.tell({ do: 'begin', rate: recording.rate, gain: recording.gain });
    this.fit();
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.canvas, ink = readInk();
    if (!width) return;
    ink[''] = ink.N;                   // nothing names beats here, so that none waits for its name
    const measures = { mm: 4, line: 2, ribbon: 0, letter: 0, letterTop: 0, gutter: 0, minor: false, auto: false, density: Math.min(MOST_DENSE, devicePixelRatio || 1) };
    this.tell({ do: 'fit', size: { width: width, height: height }, measures: measures, ink: ink });
  }

  receive(first, samples) {
    this.tell({ do: 'receive', first: first, samples: samples });
    this.cameAt = performance.now();
  }

  /* Something was felt at device sample `index` of this recording. */
  flag(index) { this.tell({ do: 'flag', index: index }); }

  /* Whether what is drawn is what happens now. */
  get lives() { return performance.now() - this.cameAt < STILL_MS; }

  /* Somebody is there. */
  touch() { this.touchedAt = performance.now(); }

  get calm() { return performance.now() - this.touchedAt > TOUCHED_MS; }

  /* To be called each second or so: whether the picture is on a screen now. */
  pace(seen) {
    const everyMs = !seen ? null : this.calm ? CALM_MS : FRAME_MS;
    if (everyMs !== this.everyMs) { this.everyMs = everyMs; this.drawnAt = performance.now(); this.tell({ do: 'pace', everyMs: everyMs }); }
    const dead = seen && performance.now() - this.drawnAt > SILENT_MS;
    if (this.canvas.hidden !== dead) this.canvas.hidden = dead;   // nothing old may look alive
  }
}
