/* The worker that draws the own trace: a picture drawn by the page's own thread costs it several times as much, for it is
   a new picture of the whole page. Told by phone_picture.js what to do; says `drawn` each second, so that the page knows. */
import { Points } from '/assets/phone_points.js';
import { Sweep } from '/assets/sweep.js';
import { RATE, Trace } from '/assets/trace.js';

const STILL_MS = 2000;                 // nothing came for so long: what is drawn is not now
const SAID_MS = 1000;

/* A sweep on a canvas that has no page, with a flag where something was felt. */
class FlaggedSweep extends Sweep {
  constructor(trace, canvas) { super(trace, canvas, new OffscreenCanvas(1, 1)); this.flags = []; }

  place() { return this.size; }

  paintLap(from, to, lap) {
    super.paintLap(from, to, lap);
    this.context.fillStyle = this.ink.pen;
    for (const flag of this.flags) {
      if (flag < from || flag >= to) continue;
      const x = this.snap(this.x(flag, lap));
      this.context.fillRect(x - 2, 0, 2, this.height);
      this.context.fillRect(x - 10, 0, 8, 8);
    }
  }
}

const trace = new Trace();
let sweep = null, points = null, timer = null, cameAt = -Infinity, drawnAt = 0, saidAt = 0;

/* A trace that does not live is taken away. */
function frame() {
  const now = performance.now(), seconds = (now - drawnAt) / 1000;
  drawnAt = now;
  if (now - cameAt < STILL_MS) sweep.frame(seconds);
  else if (sweep.pen !== null) { sweep.rest(); trace.clear(); }
  if (now - saidAt >= SAID_MS) { saidAt = now; postMessage('drawn'); }
}

const DOES = {
  canvas({ canvas }) { sweep = new FlaggedSweep(trace, canvas); },
  begin({ rate, gain }) { points = new Points(rate, gain); trace.clear(); sweep.rest(); sweep.flags = []; },
  fit({ size, measures, ink }) { sweep.size = size; sweep.fit(measures, ink); },
  receive({ first, samples }) {
    const { start, values } = points.receive(first, samples);
    trace.receive(start, values, 1);
    cameAt = performance.now();
  },
  flag({ index }) { sweep.flags.push(Math.round(index * RATE / points.rate)); },
  /* everyMs: null to rest. */
  pace({ everyMs }) {
    clearInterval(timer);
    timer = everyMs === null ? null : setInterval(frame, everyMs);
  },
};

onmessage = ({ data }) => DOES[data.do](data);
