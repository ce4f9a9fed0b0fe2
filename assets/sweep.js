/* The sweep: a pen that writes from left to right over the old trace, an erased bar before it.
   One rule keeps it cheap and right: a column's picture depends only on the trace and on where the pen stands, and
   `paint` draws any range of columns from nothing. A frame paints the few new columns; a label repaints its beat. */
import { Playhead } from './playhead.js';
import { RATE } from './trace.js';
import { letter, paper, pulse, ribbon, traceLine } from './ink.js';
import { USUAL, fittingGain } from './gain.js';

const USUAL_SPEED = 25;                // mm per s
const BAR = Math.round(0.35 * RATE);   // the erase bar, 350 ms
const GAIN_SAMPLES = 2 * RATE;         // automatic gain is looked at again this often
const PAD = 12;                        // samples on both sides of a beat that the lines of its box may touch

export class Sweep {
  /* One opaque canvas: the paper is copied in from a sheet beside it, which costs half of blending two layers. */
  constructor(trace, canvas, sheet = document.createElement('canvas')) {
    this.trace = trace;
    this.sheet = sheet;
    this.canvas = canvas;
    this.context = canvas.getContext('2d', { alpha: false });
    this.playhead = new Playhead();
    this.drawn = 0;                    // samples written since the page was opened
    this.pen = null;
    this.chosen = null;                // index of the beat with a box round it
    this.bar = BAR;
    this.gain = USUAL;                 // mm per mV
    this.gainAt = 0;
  }

  /* measures in px: mm, line, ribbon, letter, letterTop, gutter; minor: whether 1 mm lines are drawn; auto: automatic gain.
     speed (mm per s), gain (mm per mV) and density (px of the canvas to one of the page) where they are not the usual ones. */
  fit(measures, ink) {
    const box = this.place(), density = measures.density || devicePixelRatio || 1;
    this.measures = measures; this.ink = ink; this.density = density; this.height = box.height;
    this.speed = measures.speed || USUAL_SPEED;
    this.step = measures.mm * this.speed / RATE;                       // px a sample
    this.lap = Math.max(2 * this.bar, this.samplesAcross(box.width - measures.gutter));
    this.base = Math.round(box.height * (measures.gutter ? 0.67 : 0.68));
    if (!measures.auto) this.gain = measures.gain || USUAL;
    const width = this.widthOn(box);
    for (const canvas of [this.canvas, this.sheet]) {
      canvas.width = Math.max(1, Math.round(width * density));
      canvas.height = Math.max(1, Math.round(box.height * density));
      canvas.getContext('2d', { alpha: false }).setTransform(density, 0, 0, density, 0, 0);
    }
    this.drawSheet();
    this.repaintAll();
  }

  place() { return this.canvas.getBoundingClientRect(); }

  samplesAcross(width) { return Math.floor(width / this.step); }

  widthOn(box) { return box.width; }

  drawSheet() {
    const context = this.sheet.getContext('2d', { alpha: false }), { mm, gutter, minor, line } = this.measures;
    const width = this.sheet.width / this.density;
    context.fillStyle = this.ink.ground;
    context.fillRect(0, 0, width, this.height);
    paper(context, width, this.height, mm, minor, this.ink);
    if (gutter) pulse(context, this.base, mm, this.gain, line * 0.8, this.ink, this.speed);
  }

  /* How much larger the gain is than the usual one, which must stand beside the pulse; null where it is not automatic. */
  get times() { return this.measures && this.measures.auto ? this.gain / USUAL : null; }

  /* Automatic gain: a change is drawn over the whole strip at once. */
  regain(now) {
    const { mm, ribbon: height } = this.measures, before = this.gain;
    this.gainAt = now;
    this.gain = fittingGain(this.trace, this.base / mm, (this.height - this.base - height) / mm, before);
    if (this.gain !== before) { this.drawSheet(); this.repaintAll(); }
  }

  /* Bare paper from x = left to right (px, snapped). */
  wipe(left, right) {
    const density = this.density, from = Math.round(left * density), width = Math.min(Math.round(right * density), this.canvas.width) - from;
    if (width > 0) this.context.drawImage(this.sheet, from, 0, width, this.canvas.height, from / density, 0, width / density, this.canvas.height / density);
  }

  rest() {
    this.playhead.rest();
    this.pen = null;
    if (this.measures) this.wipe(0, this.canvas.width / this.density);
  }

  /* One frame, `seconds` after the last. Returns whether anything was drawn. */
  frame(seconds) {
    if (this.trace.end === null || !this.measures) return false;
    const before = this.pen, now = Math.floor(this.playhead.advance(seconds, this.trace.end));
    if (before !== null && now <= before) return false;
    this.pen = now;
    const far = before === null || now - before >= this.lap;
    const from = far ? now - this.lap + this.bar : before - Math.ceil(4 / this.step);
    this.drawn += before === null ? Math.min(this.lap - this.bar, now - this.trace.start) : now - before;
    this.paint(from, now);
    this.erase(now);
    if (this.measures.auto && Math.abs(now - this.gainAt) >= GAIN_SAMPLES) this.regain(now);
    return true;
  }

  repaintAll() {
    this.wipe(0, this.canvas.width / this.density);
    if (this.pen !== null) { this.paint(this.pen - this.lap + this.bar, this.pen); this.erase(this.pen); }
  }

  /* Paints again what lies in [from, to) and can be seen. */
  repaint(from, to) {
    if (this.pen !== null && this.measures) this.paint(from, to);
  }

  /* Sets the box round the beat at `index`, or round none (null). */
  choose(index) {
    const grounds = [this.trace.groundOf(this.chosen), this.trace.groundOf(index)];
    this.chosen = index;
    for (const ground of grounds) if (ground) this.repaint(ground.from - PAD, ground.to + PAD);
  }

  box(lap) {
    const ground = this.trace.groundOf(this.chosen);
    if (!ground) return;
    this.context.strokeStyle = this.ink.pen; this.context.lineWidth = 1;
    this.context.strokeRect(Math.round(this.x(ground.from, lap)) + 0.5, 2.5, Math.round((ground.to - ground.from) * this.step), this.height - 5);
  }

  x(index, lap) { return this.measures.gutter + (index - lap * this.lap) * this.step; }

  /* The sample whose picture stands at x (px), null where there is none. */
  indexAt(x) {
    if (this.pen === null || !this.measures || x < this.measures.gutter) return null;
    const lap = Math.floor(this.pen / this.lap), index = lap * this.lap + Math.floor((x - this.measures.gutter) / this.step);
    return index <= this.pen ? index : index - this.lap;
  }

  /* Where the picture of sample `index` stands (px), null where it is not to be seen. */
  placeOf(index) {
    if (this.pen === null || index > this.pen || index < this.pen - this.lap + this.bar) return null;
    return this.x(index, Math.floor(index / this.lap));
  }

  snap(x) { return Math.floor(x * this.density) / this.density; }

  paint(from, to) {
    const first = Math.max(from, this.pen - this.lap + this.bar), last = Math.min(to, this.pen);
    for (let lap = Math.floor(first / this.lap); lap * this.lap < last; lap++) {
      const a = Math.max(first, lap * this.lap), z = Math.min(last, (lap + 1) * this.lap);
      if (z > a) this.paintLap(a, z, lap);
    }
  }

  paintLap(from, to, lap) {
    const context = this.context, left = this.snap(this.x(from, lap)), right = this.snap(this.x(to, lap));
    context.save();
    context.beginPath(); context.rect(left, 0, right - left, this.height); context.clip();
    this.wipe(left, right);
    const pad = Math.ceil(4 / this.step), a = Math.max(from - pad, lap * this.lap - 1), z = to + pad;
    const runs = this.trace.runs(a, z), { ribbon: height, letter: size, letterTop } = this.measures;
    for (const run of runs) this.line(run, lap);
    for (const run of runs) ribbon(context, run.sign, this.x(run.from, lap), this.x(run.to, lap), this.height - height - 1, height, this.ink);
    const reach = Math.ceil(size / this.step);
    for (const beat of this.trace.letters(from - reach, to + reach)) letter(context, beat.sign, this.x(beat.index, lap), letterTop, size, this.ink);
    this.box(lap);
    context.restore();
  }

  line(run, lap) {
    const pixels = this.gain * this.measures.mm;
    traceLine(this.context, this.trace, run, (index) => this.x(index, lap), this.base, pixels, this.measures.line, this.ink);
  }

  /* Clears the bar before the pen (round the right edge too) and sets the hairline that is the pen. */
  erase(pen) {
    const lap = Math.floor(pen / this.lap), left = this.snap(this.x(pen, lap)), edge = this.x((lap + 1) * this.lap, lap);
    const right = this.x(pen + this.bar, lap), gutter = this.measures.gutter;
    this.wipe(left, this.snap(Math.min(right, edge + 4)));
    if (right > edge) this.wipe(gutter, this.snap(gutter + right - edge));
    this.context.globalAlpha = 0.35; this.context.fillStyle = this.ink.pen;
    if (left + 2.5 < edge) this.context.fillRect(left + 1, 0, 1.5, this.height);
    this.context.globalAlpha = 1;
  }
}
