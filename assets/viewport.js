/* Which part of the time line a strip shows: its left edge, and how long it is. Pure. */

export const SPEEDS = [6.25, 12.5, 25, 50];    // mm per s
export const GAINS = [2.5, 5, 10, 20];         // mm per mV
const LEAST_MS = 3000;
const SPANS_MS = [60, 300, 900, 3600, 21600, 86400, 604800].map((seconds) => seconds * 1000);
const TICKS_MS = [0.2, 1, 2, 5, 10, 30, 60, 300, 900, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800].map((seconds) => seconds * 1000);
const SPARE_MS = 30000;                // that may be empty at an end
const HAIR = 1.001;

export class Viewport {
  constructor() { this.left = 0; this.span = 10000; this.begin = 0; this.end = 1; this.width = 1; this.mm = 1; this.spare = SPARE_MS; this.origin = null; }

  /* width in px, mm: px of a millimetre. The speed stays as it was. */
  fit(width, mm) {
    this.span *= width / this.width * (this.mm / mm);
    this.width = width; this.mm = mm;
    this.settle(this.middle);
  }

  /* What there is: [begin, end) in wall ms. */
  reach(begin, end) { this.begin = begin; this.end = Math.max(end, begin + 1); this.settle(this.middle); }

  get right() { return this.left + this.span; }

  get middle() { return this.left + this.span / 2; }

  get whole() { return Math.max(LEAST_MS, (this.end - this.begin) * 1.04); }

  /* mm per s */
  get speed() { return this.width / this.mm / (this.span / 1000); }

  x(ms) { return (ms - this.left) / this.span * this.width; }

  msAt(x) { return this.left + x / this.width * this.span; }

  /* Shows a moment in the middle. The middle never leaves what there is, and the more is shown the less of it is empty. */
  settle(ms) {
    this.span = Math.min(Math.max(this.span, LEAST_MS), this.whole);
    const over = Math.min(this.span / 2, this.spare && (this.end - this.begin) * 0.02 + this.spare);
    const first = this.begin - over, last = this.end + over - this.span;
    this.left = first > last ? (first + last) / 2 : Math.min(Math.max(ms - this.span / 2, first), last);
  }

  show(ms, span = this.span) { this.span = span; this.settle(ms); }

  pan(ms) { this.settle(this.middle + ms); }

  /* Makes the span `factor` times as long; what stands at `x` (px) stays there. */
  zoom(factor, x = this.width / 2) { this.take(this.span * factor, x); }

  take(span, x = this.width / 2) {
    const share = x / this.width, at = this.left + share * this.span;
    this.span = Math.min(Math.max(span, LEAST_MS), this.whole);
    this.settle(at + (0.5 - share) * this.span);
  }

  spanAt(speed) { return this.width / this.mm / speed * 1000; }

  takeSpeed(speed) { this.take(this.spanAt(speed)); }

  /* All usual spans, the shortest first: 3 s, the speeds, then minutes to days and the whole. */
  ladder() {
    const speeds = SPEEDS.map((speed) => this.spanAt(speed)), longest = Math.max(...speeds);
    const steps = [LEAST_MS, ...speeds, ...SPANS_MS.filter((span) => span > longest * 1.3), this.whole];
    return steps.filter((span) => span >= LEAST_MS && span <= this.whole).sort((one, two) => one - two);
  }

  /* The next usual span: 1 shows more, -1 less. */
  step(way) {
    const steps = this.ladder();
    const next = way > 0 ? steps.find((span) => span > this.span * HAIR) : steps.reverse().find((span) => span < this.span / HAIR);
    if (next !== undefined) this.take(next);
  }

  /* Where the next key may lead: a strip on, a strip back, more of it, less of it. */
  neighbours() {
    const ways = [(view) => view.pan(view.span), (view) => view.pan(-view.span), (view) => view.step(1), (view) => view.step(-1)];
    return ways.map((go) => { const view = Object.assign(new Viewport(), this); go(view); return view; });
  }

  /* {step, at: [ms]}: moments for a scale with at most one word in `room` px, at whole steps of local time, or from `origin` (ms) on. */
  ticks(room) {
    const step = TICKS_MS.find((each) => each / this.span * this.width >= room) || TICKS_MS[TICKS_MS.length - 1];
    const shift = this.origin === null ? new Date(this.left).getTimezoneOffset() * 60000 : this.origin, at = [];
    for (let ms = Math.ceil((this.left - shift) / step) * step + shift; ms < this.right; ms += step) at.push(ms);
    return { step: step, at: at };
  }
}
