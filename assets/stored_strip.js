/* The stored strip: any part of the time line, from 3 s to everything. Down to the slowest speed it shows the samples as the
   live strip does, below that lowest and highest of each column. What is not there stays blank, hatched, and says so. */
import { RATE } from './trace.js';
import { MS } from './timeline.js';
import { SPEEDS } from './viewport.js';
import { gutterOf, hatching, letter, paper, pulse, ribbon, traceLine } from './ink.js';
import { absentWords, tickWords } from './strip_words.js';

const SAMPLES_FROM = SPEEDS[0] * 0.98; // mm per s: slower than this it is envelopes
const TICK_ROOM = 110, TICK_SIZE = 12;

export class StoredStrip {
  constructor(canvas, supply, viewport) {
    this.canvas = canvas; this.supply = supply; this.viewport = viewport;
    this.context = canvas.getContext('2d', { alpha: false });
    this.chosen = null;                // {recording, index} of the beat with a box round it
    this.picked = new Set();           // indices of beats that are picked
    this.chosenSpan = null; this.noise = []; // {from, to} that is picked; {recording, from, to} that a person has marked as noise
    this.complete = false;             // whether everything of the last picture was here
  }

  /* measures as `Sweep.fit` takes them. */
  fit(measures, ink) {
    const box = this.canvas.getBoundingClientRect(), density = devicePixelRatio || 1;
    this.measures = measures; this.ink = ink; this.width = box.width; this.height = box.height;
    this.base = Math.round(box.height * 0.67);
    this.canvas.width = Math.max(1, Math.round(box.width * density));
    this.canvas.height = Math.max(1, Math.round(box.height * density));
    this.context.setTransform(density, 0, 0, density, 0, 0);
    this.viewport.fit(box.width, measures.mm);
  }

  get gain() { return this.measures.gain; }

  get speed() { return this.viewport.speed; }

  get samples() { return this.speed >= SAMPLES_FROM; }

  get gutter() { return this.samples ? gutterOf(this.speed) * this.measures.mm : 8 * this.measures.mm; }

  get timeline() { return this.supply.stored.timeline; }

  placeOf(recording, index) {
    const ms = this.timeline.msOf(recording, index), x = ms === null ? null : this.viewport.x(ms);
    return x === null || x < this.gutter || x > this.width ? null : x;
  }

  placeAt(x) { return this.timeline.placeAt(this.viewport.msAt(x)); }

  /* {recording, index} of the beat whose ground is at x, null for none. */
  beatAt(x) {
    const place = this.samples && x >= this.gutter ? this.placeAt(x) : null;
    if (!place) return null;
    for (const tile of this.supply.tiles(place.recording, place.index, place.index + 1)) {
      const beat = tile.trace.beatAt(place.index);
      if (beat) return { recording: place.recording, index: beat.index };
    }
    return null;
  }

  /* R peaks of a recording that can be seen. */
  peaks(recording) {
    const found = new Set();
    for (const piece of this.seen()) if (piece.recording === recording) for (const tile of this.supply.tiles(recording, ...this.stretch(piece))) for (const beat of tile.trace.beats) found.add(beat.index);
    return [...found];
  }

  seen() { return this.timeline.within(this.viewport.left, this.viewport.right); }

  /* Samples of a piece that can be seen: [from, to). */
  stretch(piece, view = this.viewport) {
    const from = Math.max(piece.fromMs, view.left), to = Math.min(piece.toMs, view.right);
    return [Math.floor((from - piece.started_ms) / MS), Math.ceil((to - piece.started_ms) / MS)];
  }

  /* [first, last) samples of a recording that can be seen. */
  range(recording) {
    const pieces = this.seen().filter((piece) => piece.recording === recording).map((piece) => this.stretch(piece));
    return pieces.length ? [Math.min(...pieces.map((each) => each[0])), Math.max(...pieces.map((each) => each[1]))] : [0, 0];
  }

  paint() {
    const context = this.context, { mm } = this.measures, wanted = this.supply;
    wanted.begin();
    context.fillStyle = this.ink.ground; context.fillRect(0, 0, this.width, this.height);
    if (this.samples) paper(context, this.width, this.height, mm, this.measures.minor, this.ink); else this.scale();
    for (const piece of this.seen()) if (this.samples) this.tiles(piece); else this.envelopes(piece);
    this.complete = wanted.answers.wanted.size === 0 && wanted.stored.loaded;
    for (const each of this.noise) this.noisy(each);
    for (const gap of this.timeline.absent(this.viewport.left, this.viewport.right)) this.absent(gap);
    this.ticks();
    this.edge();
    wanted.end();
  }

  /* Asks for what the next key may show. */
  foresee() { if (this.complete) this.supply.foresee(() => this.viewport.neighbours().forEach((view) => this.need(view))); }

  need(view) {
    for (const piece of this.timeline.within(view.left, view.right)) {
      const [from, to] = this.stretch(piece, view), second = 1000 / view.span * this.width;
      if (view.speed >= SAMPLES_FROM) this.supply.tiles(piece.recording, from, to);
      else for (const kind of ['overview', 'signs']) this.supply.blocks(kind, piece.recording, from / RATE, to / RATE, second);
    }
  }

  tiles(piece) {
    const [from, to] = this.stretch(piece);
    for (const tile of this.supply.tiles(piece.recording, from, to)) this.tile(piece, tile, Math.max(from, tile.from), Math.min(to, tile.to));
  }

  /* Draws the samples [from, to) of a tile. */
  tile(piece, tile, from, to) {
    if (from >= to) return;
    const context = this.context, { line, ribbon: height, letter: size, letterTop } = this.measures;
    const x = (index) => this.viewport.x(piece.started_ms + index * MS), left = x(from), pad = 4;
    const reach = Math.ceil(size / this.viewport.width * this.viewport.span / MS);
    context.save();
    context.beginPath(); context.rect(left, 0, x(to) - left, this.height); context.clip();
    const runs = tile.trace.runs(from - pad, to + pad);
    for (const run of runs) traceLine(context, tile.trace, run, x, this.base, this.gain * this.measures.mm, line, this.ink);
    for (const run of runs) ribbon(context, run.sign, x(run.from), x(run.to), this.height - height - 1, height, this.ink);
    for (const beat of tile.trace.letters(from - reach, to + reach)) letter(context, beat.sign, x(beat.index), letterTop + TICK_SIZE, size, this.ink);
    this.box(piece, tile, x);
    context.fillStyle = this.ink.pen;
    if (this.picked.size) for (const beat of tile.trace.beats) if (this.picked.has(beat.index)) context.fillRect(Math.round(x(beat.index)) - 5, letterTop + TICK_SIZE + size + 4, 11, 3);
    this.band(this.chosenSpan, x);
    context.restore();
  }

  /* What is picked of the time. */
  band(stretch, x) {
    if (!stretch) return;
    this.context.save();
    this.context.globalAlpha = 0.1; this.context.fillStyle = this.ink.pen;
    this.context.fillRect(x(stretch.from), 0, Math.max(2, x(stretch.to) - x(stretch.from)), this.height);
    this.context.restore();
  }

  noisy(stretch) {
    const from = this.timeline.msOf(stretch.recording, stretch.from), to = this.timeline.msOf(stretch.recording, stretch.to);
    if (from === null || to === null) return;
    const left = Math.max(0, this.viewport.x(from)), right = Math.min(this.width, this.viewport.x(to));
    if (right <= left) return;
    this.context.save();
    this.context.globalAlpha = 0.5; this.context.fillStyle = hatching(this.context, this.ink.major);
    this.context.fillRect(left, 0, Math.max(1, right - left), this.height);
    this.context.restore();
    this.write('~', (left + right) / 2, 16, this.ink.quiet);
  }

  box(piece, tile, x) {
    const ground = this.chosen && this.chosen.recording === piece.recording ? tile.trace.groundOf(this.chosen.index) : null;
    if (!ground) return;
    this.context.strokeStyle = this.ink.pen; this.context.lineWidth = 1;
    this.context.strokeRect(Math.round(x(ground.from)) + 0.5, 2.5, Math.round(x(ground.to) - x(ground.from)), this.height - 5);
  }

  envelopes(piece) {
    const second = 1000 / this.viewport.span * this.width, [from, to] = this.stretch(piece).map((index) => index / RATE);
    const x = (seconds) => this.viewport.x(piece.started_ms + seconds * 1000), height = this.measures.ribbon;
    const blocks = this.supply.envelopes(piece.recording, from, to, second);
    const middle = middleOf(blocks, from, to), y = (value) => this.base - (value - middle) * this.gain * this.measures.mm;
    this.context.fillStyle = this.ink[''];
    for (const block of blocks) this.columns(block, x, y, from, to);
    for (const [sign, start, end] of this.supply.signs(piece.recording, from, to, second)) {
      const left = Math.max(x(Math.max(start, from)), 0), right = Math.max(x(Math.min(end, to)), left + 2);
      if (end > from && start < to) ribbon(this.context, sign, left, right, this.height - height - 1, height, this.ink);
    }
  }

  columns(block, x, y, from, to) {
    for (let k = 0; k < block.low.length; k++) {
      const start = block.start + k * block.step;
      if (block.low[k] === null || start + block.step < from || start > to) continue;
      const left = Math.round(x(start)), right = Math.max(left + 1, Math.round(x(start + block.step))), top = Math.round(y(block.high[k]));
      this.context.fillRect(left, top, right - left, Math.max(1, Math.round(y(block.low[k])) - top));
    }
  }

  /* Lines of whole mV groups (5 mm), and of time, where a millimetre of paper has no meaning. */
  scale() {
    const context = this.context, step = this.measures.mm * 5;
    context.strokeStyle = this.ink.minor; context.lineWidth = 1; context.beginPath();
    for (let y = this.base % step; y <= this.height; y += step) { context.moveTo(0, Math.round(y) - 0.5); context.lineTo(this.width, Math.round(y) - 0.5); }
    for (const ms of this.viewport.ticks(TICK_ROOM).at) { const x = Math.round(this.viewport.x(ms)) + 0.5; context.moveTo(x, 0); context.lineTo(x, this.height); }
    context.stroke();
  }

  absent(gap) {
    const left = Math.max(0, this.viewport.x(gap.fromMs)), right = Math.min(this.width, this.viewport.x(gap.toMs)), context = this.context;
    if (right <= left || gap.why === 'deleted' && !this.samples) return;
    const wide = Math.max(1, right - left);
    context.fillStyle = this.ink.ground; context.fillRect(left, 0, wide, this.height);
    context.fillStyle = hatching(context, this.ink.major); context.fillRect(left, 0, wide, this.height);
    const free = Math.max(left, this.gutter);
    context.font = '15px ' + this.ink.font; context.textAlign = 'center'; context.textBaseline = 'middle';
    const words = absentWords(gap).find((each) => context.measureText(each).width + 16 < right - free);
    if (words) this.write(words, (free + right) / 2, this.height / 2, this.ink.N);
  }

  write(words, x, y, colour) {
    const context = this.context;
    context.lineWidth = 5; context.lineJoin = 'round'; context.strokeStyle = this.ink.ground; context.strokeText(words, x, y);
    context.fillStyle = colour; context.fillText(words, x, y);
  }

  ticks() {
    const { step, at } = this.viewport.ticks(TICK_ROOM), context = this.context;
    context.font = TICK_SIZE + 'px ' + this.ink.font; context.textAlign = 'left'; context.textBaseline = 'top';
    for (const ms of at) {
      const x = this.viewport.x(ms);
      context.fillStyle = this.ink.quiet; context.fillRect(Math.round(x), 0, 1, 5);
      this.write(tickWords(ms, step), x + 4, 2, this.ink.quiet);
    }
  }

  /* The left edge with the pulse, over whatever lies there. */
  edge() {
    const context = this.context, { mm, line, minor } = this.measures;
    context.save();
    context.beginPath(); context.rect(0, 0, this.gutter, this.height); context.clip();
    context.fillStyle = this.ink.ground; context.fillRect(0, 0, this.gutter, this.height);
    if (this.samples) { paper(context, this.width, this.height, mm, minor, this.ink); pulse(context, this.base, mm, this.gain, line * 0.8, this.ink, this.speed); }
    else this.bar();
    context.restore();
  }

  /* 1 mV without a time. */
  bar() {
    const context = this.context, { mm } = this.measures, top = this.base - this.gain * mm;
    context.strokeStyle = this.ink.quiet; context.lineWidth = 1.5; context.beginPath();
    context.moveTo(mm, top); context.lineTo(3 * mm, top); context.moveTo(2 * mm, top); context.lineTo(2 * mm, this.base); context.moveTo(mm, this.base); context.lineTo(3 * mm, this.base);
    context.stroke();
    context.font = TICK_SIZE + 'px ' + this.ink.font; context.textAlign = 'left'; context.textBaseline = 'top';
    this.write('1 mV', 4, this.base + 4, this.ink.quiet);
  }
}

/* The middle (mV) of what can be seen: raw samples have an offset of their device. */
function middleOf(blocks, from, to) {
  const middles = [];
  for (const block of blocks) for (let k = 0; k < block.low.length; k++) {
    const at = block.start + k * block.step;
    if (block.low[k] !== null && at >= from - block.step && at <= to) middles.push((block.low[k] + block.high[k]) / 2);
  }
  middles.sort((one, two) => one - two);
  return middles.length ? middles[middles.length >> 1] : 0;
}
