/* The place of a strap's samples by its own clock. Pure. */

const RESTARTED = 1e7;                 // µs by which the strap's clock may differ from ours over a break
const RUN_US = 3e7;                    // a run of 30 s tells the true rate

/* Counts the strap's samples by its own clock, so that what the radio lost is a gap of the right length.
   anchor: {index, us, wallMs, rate}: one past the last sample, its time by both clocks, the true rate as far as known. */
export class SampleClock {
  constructor(anchor, rate) { this.anchor = anchor; this.nominal = rate; this.run = null; }

  /* Index of the first of `count` samples whose last was taken at `us`. null: this frame was there already. undefined:
     the strap has started again, and what it counts has nothing to do with what was before. */
  receive(us, count, wallMs) {
    const before = this.anchor, first = before === null ? 0 : this.after(before, us, count, wallMs);
    if (first === null || first === undefined) return first;
    const index = first + count;
    if (this.run === null || before === null || first !== before.index) this.run = { index: index, us: us };
    this.anchor = { index: index, us: us, wallMs: wallMs, rate: this.rate(index, us) };
    return first;
  }

  after(before, us, count, wallMs) {
    const passed = us - before.us;
    if (passed < 0 || Math.abs(passed - (wallMs - before.wallMs) * 1000) > RESTARTED) return undefined;
    const lost = Math.round(passed * before.rate / 1e6) - count;
    if (lost < -1) return null;
    return before.index + (lost > 1 ? lost : 0);
  }

  rate(index, us) {
    const long = us - this.run.us;
    return long < RUN_US ? (this.anchor ? this.anchor.rate : this.nominal) : (index - this.run.index) * 1e6 / long;
  }
}
