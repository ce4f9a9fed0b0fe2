/* Where the pen stands. Chunks come four times a second; the pen moves sixty times: it stays about 0.3 s behind
   the newest sample and runs up to a tenth faster or slower to keep that distance. Pure: no clock. */
import { RATE } from './trace.js';

const BEHIND = 0.3 * RATE;
const TOO_FAR = 1.5 * RATE;            // further behind than this it jumps: what is on the wall is about now
const SMOOTHING_SECONDS = 2;

export class Playhead {
  constructor() { this.rest(); }

  rest() { this.position = null; this.buffered = BEHIND; }

  /* Moves on by `seconds` of screen time; `end` is one past the newest sample. Returns the new position. */
  advance(seconds, end) {
    if (this.position === null || end - this.position > TOO_FAR) { this.rest(); this.position = end - BEHIND; return this.position; }
    const ahead = end - this.position;
    this.buffered += (ahead - this.buffered) * Math.min(1, seconds / SMOOTHING_SECONDS);
    const speed = 1 + Math.max(-0.1, Math.min(0.1, (this.buffered - BEHIND) / BEHIND * 0.2));
    this.position = Math.min(end, this.position + seconds * RATE * speed);
    return this.position;
  }
}
