/* Full disclosure: every minute a row, from the first to the last; only the rows that can be seen are drawn and asked for,
   and none while all of them are below the window. */
import { readInk, traceLine, letter } from './ink.js';
import { RATE } from './trace.js';
import { MS } from './timeline.js';
import { Supply } from './stored.js';
import { timeOfDay } from './strip_words.js';

const ROW_SAMPLES = 60 * RATE, HEIGHT = 54, PIXELS = 19, GUTTER = 78;      // px of a row, of 1 mV, beside the row for its time

export class Disclosure {
  constructor(parts, strip, recording) {
    this.parts = parts; this.strip = strip; this.recording = recording; this.dirty = true;
    this.canvas = parts.disclosure; this.context = this.canvas.getContext('2d', { alpha: false });
    this.seen = false;
    this.forget();
    new IntersectionObserver(([entry]) => { this.seen = entry.isIntersecting; }, { rootMargin: '200px' }).observe(parts.paper);
    parts.paper.addEventListener('scroll', () => this.changed());
    this.canvas.addEventListener('click', (event) => this.open(event));
  }

  forget() { this.supply = new Supply(this.strip.source, () => this.changed()); this.supply.answers.most = 240; }

  changed() { this.dirty = true; }

  renew() { this.supply.renew(); this.changed(); }

  fit() {
    const { paper } = this.parts, density = devicePixelRatio || 1;
    this.width = paper.clientWidth; this.height = paper.clientHeight; this.ink = readInk();
    this.canvas.width = this.width * density; this.canvas.height = this.height * density; this.canvas.style.height = this.height + 'px';
    this.context.setTransform(density, 0, 0, density, 0, 0);
    this.blank();
    this.changed();
  }

  /* A canvas without transparency is black until it is painted, on white paper, too. */
  blank() { this.context.fillStyle = this.ink.ground; this.context.fillRect(0, 0, this.width, this.height); }

  get facts() { return this.strip.source.timeline.pieces.find((piece) => piece.recording === this.recording) || null; }

  frame() {
    if (!this.dirty || !this.seen || !this.facts || !this.width) return;
    this.dirty = false;
    const rows = Math.ceil(this.facts.until / ROW_SAMPLES), top = this.parts.paper.scrollTop;
    this.parts.length.style.height = Math.max(rows * HEIGHT, this.height) + 'px';
    this.blank();
    this.supply.begin();
    for (let row = Math.floor(top / HEIGHT); row < rows && row * HEIGHT < top + this.height; row++) this.row(row, row * HEIGHT - top);
    this.supply.end();
  }

  row(row, y) {
    const context = this.context, from = row * ROW_SAMPLES, to = Math.min(from + ROW_SAMPLES, this.facts.until);
    const x = (index) => GUTTER + (index - from) / ROW_SAMPLES * (this.width - GUTTER);
    context.fillStyle = this.ink.quiet; context.font = '12px ' + this.ink.font; context.textAlign = 'left'; context.textBaseline = 'middle';
    context.fillText(timeOfDay(this.facts.started_ms + from * MS), 4, y + HEIGHT / 2);
    context.fillStyle = this.ink.minor; context.fillRect(GUTTER, y + HEIGHT - 1, this.width - GUTTER, 1);
    context.save();
    context.beginPath(); context.rect(GUTTER, y, this.width - GUTTER, HEIGHT - 1); context.clip();
    for (const tile of this.supply.tiles(this.recording, from, to)) {
      const begin = Math.max(from, tile.from), end = Math.min(to, tile.to);
      for (const run of tile.trace.runs(begin, end)) traceLine(context, tile.trace, run, x, y + HEIGHT * 0.62, PIXELS, 1, this.ink);
      for (const beat of tile.trace.letters(begin, end)) if (beat.sign !== 'N' && beat.sign !== '') letter(context, beat.sign, x(beat.index), y, 11, this.ink);
    }
    context.restore();
  }

  open(event) {
    const box = this.canvas.getBoundingClientRect(), row = Math.floor((event.clientY - box.top + this.parts.paper.scrollTop) / HEIGHT);
    const share = (event.clientX - box.left - GUTTER) / (this.width - GUTTER);
    if (share < 0 || !this.facts) return;
    this.strip.open(this.recording, Math.min(this.facts.until - 1, Math.round((row + share) * ROW_SAMPLES)));
  }
}
