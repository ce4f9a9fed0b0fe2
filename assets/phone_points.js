/* The own trace as it comes from the strap: nothing is added, the slow wander is taken away (0.5 Hz), gaps stay gaps.
   `Sweep` draws 250 samples a second, so that a strap with fewer has points on the straight lines between its own. */
import { INVALID } from './phone_wire.js';
import { RATE } from './trace.js';

const WANDER_HZ = 0.5;

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
