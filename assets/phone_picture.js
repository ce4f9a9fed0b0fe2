/* The own trace as it comes from the strap: nothing is added, the slow wander is taken away (0.5 Hz), gaps stay gaps.
   `Sweep` draws 250 samples a second, so that a strap with fewer has points on the straight lines between its own. */
import { INVALID } from './phone_wire.js';
import { readInk } from './ink.js';
import { Sweep } from './sweep.js';
import { RATE, Trace } from './trace.js';

const WANDER_HZ = 0.5;
const FRAME_MS = 100, CALM_MS = 1000, TOUCHED_MS = 60000;   // between pictures, where nobody looks, and when that is so
const STILL_MS = 2000;                 // nothing came for so long: what is drawn is not now

/* Device samples to points of 250 Hz. receive(first, samples) -> {start, values: mV, NaN where nothing is}. Pure. */
export class Points {
  constructor(rate, gain) { this.rate = rate; this.gain = gain; this.index = null; this.ground = null; }

  receive(first, samples) {
    const follows = this.index !== null && first === this.index + 1, at = (index) => index * RATE / this.rate;
    const start = Math.ceil(at(follows ? this.index : first) + (follows ? 1e-9 : 0)), end = Math.floor(at(first + samples.length - 1) + 1e-9);
    const level = follows ? [this.last, ...this.levels(samples)] : this.levels(samples), zero = follows ? first - 1 : first;
    const values = new Float32Array(Math.max(0, end - start + 1));
    for (let k = 0; k < values.length; k++) {
      const place = (start + k) * this.rate / RATE - zero, left = Math.min(level.length - 1, Math.max(0, Math.floor(place + 1e-9))), rest = place - left;
      values[k] = rest < 1e-6 ? level[left] : level[left] + (level[Math.min(left + 1, level.length - 1)] - level[left]) * rest;
    }
    this.index = first + samples.length - 1;
    this.last = level[level.length - 1];
    return { start: start, values: values };
  }

  levels(samples) {
    const part = 2 * Math.PI * WANDER_HZ / this.rate;
    return Array.from(samples, (sample) => {
      if (sample === INVALID) return NaN;
      const value = sample / this.gain;
      this.ground = this.ground === null ? value : this.ground + (value - this.ground) * part;
      return value - this.ground;
    });
  }
}

/* A sweep with a flag where something was felt. */
class FlaggedSweep extends Sweep {
  constructor(trace, canvas) { super(trace, canvas); this.flags = []; }

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

export class Picture {
  constructor(canvas) {
    this.canvas = canvas;
    this.trace = new Trace();
    this.sweep = new FlaggedSweep(this.trace, canvas);
    this.cameAt = -Infinity; this.drawnAt = performance.now();
  }

  begin(recording) {
    this.recording = recording.id;
    this.sweep.flags = [];
    this.points = new Points(recording.rate, recording.gain);
    this.trace.clear(); this.sweep.rest();
    this.fit();
  }

  fit() {
    const mm = 4;
    const ink = readInk();
    ink[''] = ink.N;                   // nothing names beats here, so that none waits for its name
    if (this.canvas.clientWidth) this.sweep.fit({ mm: mm, line: 2, ribbon: 0, letter: 0, letterTop: 0, gutter: 0, minor: false, auto: false }, ink);
  }

  receive(first, samples) {
    const { start, values } = this.points.receive(first, samples);
    this.trace.receive(start, values, 1);
    this.cameAt = performance.now();
  }

  /* Something was felt at device sample `index` of this recording. */
  flag(index) { this.sweep.flags.push(Math.round(index * RATE / this.points.rate)); }

  /* Whether what is drawn is what happens now. */
  get lives() { return performance.now() - this.cameAt < STILL_MS; }

  /* One frame. A trace that does not live is taken away. */
  frame() {
    const now = performance.now(), seconds = (now - this.drawnAt) / 1000;
    this.drawnAt = now;
    if (this.lives) this.sweep.frame(seconds);
    else if (this.sweep.pen !== null) { this.sweep.rest(); this.trace.clear(); }
  }
}

/* Draws a picture as often as is worth it: smoothly for who looks, once a second where the screen was not touched for a
   minute. What a picture costs is mostly that there is one: a page that is drawn 60 times a second empties a battery. */
export class Drawing {
  constructor(picture) { this.picture = picture; this.timer = null; this.touch(); }

  touch() {
    this.touchedAt = performance.now();
    if (this.timer !== null) { this.rest(); this.step(); }
  }

  get calm() { return performance.now() - this.touchedAt > TOUCHED_MS; }

  go() { if (this.timer === null) this.step(); }

  step() {
    this.timer = setTimeout(() => this.step(), this.calm ? CALM_MS : FRAME_MS);
    this.picture.frame();
  }

  rest() { clearTimeout(this.timer); this.timer = null; }
}
