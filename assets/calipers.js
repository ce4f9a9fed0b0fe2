/* What the two calipers measure. Pure. The RR caliper stands on samples of one recording, the amplitude caliper on mV. */
import { RATE } from './trace.js';

const NEAR_PX = 10;

/* Two legs and their distance, which marches along the strip on both sides. */
export class RrCaliper {
  constructor(recording, from, to) { this.recording = recording; this.from = from; this.to = to; this.part = 'to'; this.snaps = false; }

  get samples() { return Math.abs(this.to - this.from); }

  get milliseconds() { return this.samples * 1000 / RATE; }

  /* null where both legs stand on one sample */
  get perMinute() { return this.samples ? 60 * RATE / this.samples : null; }

  /* All places of the march in [first, last), the legs too; none where the legs stand too near to be seen apart (`least` samples). */
  march(first, last, least = 1) {
    if (this.samples < least) return [];
    const places = [];
    for (let k = Math.ceil((first - this.from) / this.samples); this.from + k * this.samples < last; k++) places.push(this.from + k * this.samples);
    return places;
  }

  /* Moves 'from', 'to' or the 'whole' by samples. */
  move(part, samples) {
    if (part !== 'to') this.from += samples;
    if (part !== 'from') this.to += samples;
  }

  /* Puts a leg on `index`; the whole goes so that its first leg stands there. */
  put(part, index) { this.move(part, index - (part === 'to' ? this.to : this.from)); }

  /* The next part that keys move. */
  turn() { this.part = { from: 'to', to: 'whole', whole: 'from' }[this.part]; }

  /* Which part a hand at `x` takes, null for none; placeOf(index): px or null. */
  at(x, placeOf, near = NEAR_PX) {
    const a = placeOf(this.from), z = placeOf(this.to);
    if (z !== null && Math.abs(z - x) <= near && (a === null || Math.abs(z - x) <= Math.abs(a - x))) return 'to';
    if (a !== null && Math.abs(a - x) <= near) return 'from';
    return a !== null && z !== null && x > Math.min(a, z) && x < Math.max(a, z) ? 'whole' : null;
  }
}

/* The nearest of `peaks` within `reach` samples of `index`, else `index`. */
export function snapped(index, peaks, reach) {
  let best = index, least = reach + 1;
  for (const peak of peaks) if (Math.abs(peak - index) < least) { best = peak; least = Math.abs(peak - index); }
  return best;
}

/* Two levels in mV. */
export class AmplitudeCaliper {
  constructor(from, to) { this.from = from; this.to = to; this.part = 'to'; }

  get millivolts() { return Math.abs(this.to - this.from); }

  move(part, millivolts) {
    if (part !== 'to') this.from += millivolts;
    if (part !== 'from') this.to += millivolts;
  }

  turn() { this.part = { from: 'to', to: 'whole', whole: 'from' }[this.part]; }

  /* Which part a hand at `y` takes; levelOf(mV): px. */
  at(y, levelOf, near = NEAR_PX) {
    const a = levelOf(this.from), z = levelOf(this.to);
    if (Math.abs(z - y) <= near && Math.abs(z - y) <= Math.abs(a - y)) return 'to';
    return Math.abs(a - y) <= near ? 'from' : null;
  }
}
