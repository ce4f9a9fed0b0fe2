/* The stored strip of one alert: 40 s of it in one look, and a window of that on paper, with calipers. */
import { hatching, readInk, ribbon, traceLine } from './ink.js';
import { markWords } from './mark_words.js';
import { Stored, Supply } from './stored.js';
import { StoredStrip } from './stored_strip.js';
import { t } from './words.js';
import { Overlay } from './strip_overlay.js';
import { Rulers } from './rulers.js';
import { Viewport } from './viewport.js';
import { MS } from './timeline.js';

const MILLIMETRES = 100, SPEED = 25, GAIN = 10;
const BEFORE_ONSET = 0.42;             // of the window's width
const FRESH_MS = 1500;                 // the last seconds come while the alert is young
const OVER_HIGH = 24;                  // px of 1 mV in the small picture

/* Both pictures ask for the same tiles: once. */
class OneSupply extends Supply {
  constructor(stored, news) { super(stored, news); this.depth = 0; }
  begin() { if (this.depth++ === 0) super.begin(); }
  end() { if (--this.depth === 0) super.end(); }
}

class OnsetOverlay extends Overlay {
  mark(face, mark) {
    const x = face.placeOf(mark.recording, mark.index), context = this.context;
    if (x === null) return;
    this.line(x, 0, this.height - 12, [4, 4], 1);
    context.font = '600 12px ' + this.ink.font; context.textBaseline = 'top'; context.textAlign = 'left';
    context.lineWidth = 4; context.strokeStyle = this.ink.ground; context.strokeText(markWords(mark), x + 6, 18);
    context.fillStyle = this.ink.N; context.fillText(markWords(mark), x + 6, 18);
  }
}

export class ReviewStrip {
  /* mid: the section of the case; millimetre: a ruler; say(words): what calipers tell. */
  constructor(mid, millimetre, say) {
    const canvas = (name) => mid.querySelector('[data-canvas="' + name + '"]');
    this.mid = mid; this.millimetre = millimetre; this.say = say; this.view = 'stored';
    this.recording = mid.dataset.recording; this.onset = Number(mid.dataset.start);
    [this.from, this.to] = mid.dataset.strip.split(' ').map(Number);
    this.viewport = new Viewport();
    this.viewport.spare = 0;
    this.stored = new Stored(mid.dataset.patient, () => this.placed());
    this.supply = new OneSupply(this.stored, () => this.changed());
    this.face = new StoredStrip(canvas('stored'), this.supply, this.viewport);
    this.overlay = new OnsetOverlay(canvas('overlay'));
    this.over = canvas('over'); this.pen = this.over.getContext('2d', { alpha: false });
    this.rulers = new Rulers(this);
    this.over.addEventListener('pointerdown', (event) => { this.over.setPointerCapture(event.pointerId); this.point(event); });
    this.over.addEventListener('pointermove', (event) => { if (event.buttons & 1) this.point(event); });
    this.stored.refresh();
    this.timer = setInterval(() => { if (document.visibilityState === 'visible') this.stored.refresh(); }, FRESH_MS * 4);
  }

  close() { clearInterval(this.timer); this.closed = true; }

  get width() { return this.overlay.width; }

  get beginMs() { return this.stored.timeline.msOf(this.recording, this.from); }

  placed() {
    const begin = this.beginMs;
    if (this.closed) return;
    if (begin === null) { this.nothing(); return; }
    const fresh = this.viewport.begin !== begin;
    this.viewport.reach(begin, begin + (this.to - this.from) * MS);
    if (fresh) this.fit();
    if (fresh) this.viewport.show(begin + (this.onset - this.from) * MS + (0.5 - BEFORE_ONSET) * this.viewport.span, this.viewport.spanAt(SPEED));
    this.changed();
    const now = this.stored.timeline.endMs;
    if (now > this.viewport.end + 5000) clearInterval(this.timer);           // all of it is here
  }

  fit() {
    this.ink = readInk();
    this.mm = this.millimetre.getBoundingClientRect().width / MILLIMETRES;
    const measures = { mm: this.mm, line: 1.9, ribbon: 7, letter: 16, letterTop: 22, minor: true, gain: GAIN, speed: SPEED };
    this.face.fit(measures, this.ink); this.overlay.fit(measures, this.ink);
    const box = this.over.getBoundingClientRect(), density = devicePixelRatio || 1;
    this.over.width = Math.max(1, Math.round(box.width * density)); this.over.height = Math.max(1, Math.round(box.height * density));
    this.pen.setTransform(density, 0, 0, density, 0, 0);
    this.overWidth = box.width; this.overHeight = box.height;
    this.mid.querySelector('[data-scale]').textContent = SPEED + ' mm/s · ' + GAIN + ' mm/mV · ' + this.mid.dataset.lead;
    if (this.beginMs === null) this.nothing(); else this.changed();
  }

  /* No sample of this recording is stored: said, and nothing is drawn. */
  nothing() {
    for (const canvas of [this.over, this.face.canvas]) {
      const pen = canvas.getContext('2d'), box = canvas.getBoundingClientRect();
      pen.fillStyle = this.ink.ground; pen.fillRect(0, 0, box.width, box.height);
      pen.fillStyle = hatching(pen, this.ink.major); pen.fillRect(0, 0, box.width, box.height);
      pen.font = '15px ' + this.ink.font; pen.textAlign = 'center'; pen.textBaseline = 'middle'; pen.fillStyle = this.ink.N;
      if (this.stored.loaded) pen.fillText(t('strip.nothing_at_all'), box.width / 2, box.height / 2);
    }
  }

  changed() {
    if (this.waits || this.closed) return;
    this.waits = true;
    requestAnimationFrame(() => { this.waits = false; if (!this.closed && this.mm) this.paint(); });
  }

  paint() {
    if (this.beginMs === null) return;
    this.supply.begin();
    this.face.paint();
    this.small();
    this.supply.end();
    this.overlay.paint(this.face, this.rulers.rr, this.rulers.amplitude, [{ recording: this.recording, index: this.onset, words: this.mid.dataset.onset }]);
    this.mid.dataset.complete = this.face.complete ? 'yes' : '';
  }

  /* All of it, with the window that stands below. */
  small() {
    const { pen, ink, overWidth: width, overHeight: height } = this, step = width / (this.to - this.from);
    const x = (index) => (index - this.from) * step, at = (ms) => (ms - this.beginMs) / MS * step;
    pen.fillStyle = ink.ground; pen.fillRect(0, 0, width, height);
    const left = at(this.viewport.left), wide = this.viewport.span / MS * step;
    pen.fillStyle = ink.select; pen.fillRect(left, 0, wide, height);
    for (const tile of this.supply.tiles(this.recording, this.from, this.to)) {
      const from = Math.max(this.from, tile.from), to = Math.min(this.to, tile.to);
      if (from >= to) continue;
      for (const run of tile.trace.runs(from, to)) {
        traceLine(pen, tile.trace, run, x, height * 0.55, OVER_HIGH, 1, ink);
        ribbon(pen, run.sign, x(run.from), x(run.to), height - 7, 6, ink);
      }
    }
    pen.strokeStyle = ink.N; pen.lineWidth = 1; pen.strokeRect(left + 0.5, 0.5, Math.max(1, wide - 1), height - 1);
  }

  point(event) {
    this.viewport.settle(this.beginMs + event.offsetX / this.overWidth * (this.to - this.from) * MS);
    this.changed();
  }

  pan(pixels) { this.viewport.pan(pixels / this.width * this.viewport.span); this.changed(); }

  zoom(factor, x) { this.viewport.zoom(factor, x); this.changed(); }

  scroll(way) { this.pan(way * this.width / 4); }

  choose(beat) { this.face.chosen = beat; this.changed(); }
}
