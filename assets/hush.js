/* The pause of the sound: two minutes at the most, and never for what is graver than what was heard. Pure: no clock. */
import { rank } from './burst.js';

const LONGEST_MS = 120000;

export class Hush {
  constructor() { this.until = null; this.level = -1; }

  /* A person wants quiet at `now` (ms) while `priority` sounds, or sound again. Nothing that sounds: nothing to pause. */
  toggle(priority, now) {
    if (this.leftMs(now)) this.until = null;
    else if (priority !== null) { this.until = now + LONGEST_MS; this.level = rank(priority); }
  }

  /* Something new of `priority` is there: it is heard, if it is as grave as what was paused. */
  renew(priority) { if (rank(priority) >= this.level) this.until = null; }

  leftMs(now) { return this.until === null ? 0 : Math.max(0, this.until - now); }

  /* What of `priority` may sound. A graver one than the one that was paused ends the pause. */
  heard(priority, now) {
    if (rank(priority) > this.level || !this.leftMs(now)) this.until = null;
    return this.until === null ? priority : null;
  }
}
