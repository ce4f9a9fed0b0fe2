/* What lies over the strip, live or stored: calipers and marks. A face tells where samples stand: the sweep or the stored strip. */
import { markWords } from './mark_words.js';
import { t } from './words.js';

const LEAST_PX = 5;                    // copies of an interval nearer than this are no ruler
const LETTERS = 28;                    // of a mark's words; all of them stand in the list
const FONT = 14;
const SPAN_AT = 0.78;                  // of the height: where the legs of the RR caliper are joined

/* The sweep as a face: one recording, drawn round the right edge. */
export class SweepFace {
  constructor(sweep) { this.sweep = sweep; this.recording = null; }

  get gain() { return this.sweep.gain; }

  get speed() { return this.sweep.speed; }

  get base() { return this.sweep.base; }

  get gutter() { return this.sweep.measures.gutter; }

  placeOf(recording, index) { return recording === this.recording ? this.sweep.placeOf(index) : null; }

  placeAt(x) {
    const index = this.sweep.indexAt(x);
    return index === null || this.recording === null ? null : { recording: this.recording, index: index };
  }

  beatAt(x) {
    const place = this.placeAt(x), beat = place && this.sweep.trace.beatAt(place.index);
    return beat ? { recording: place.recording, index: beat.index } : null;
  }

  peaks() { return this.sweep.trace.beats.map((beat) => beat.index); }

  /* [first, last) samples of a recording that can be seen. */
  range() { const { pen, lap, bar } = this.sweep; return pen === null ? [0, 0] : [pen - lap + bar, pen]; }
}

export class Overlay {
  constructor(canvas) { this.canvas = canvas; this.context = canvas.getContext('2d'); this.empty = true; }

  fit(measures, ink) {
    const box = this.canvas.getBoundingClientRect(), density = devicePixelRatio || 1;
    this.measures = measures; this.ink = ink; this.width = box.width; this.height = box.height;
    this.canvas.width = Math.max(1, Math.round(box.width * density));
    this.canvas.height = Math.max(1, Math.round(box.height * density));
    this.context.setTransform(density, 0, 0, density, 0, 0);
  }

  paint(face, rr, amplitude, marks) {
    const nothing = !rr && !amplitude && marks.length === 0;
    if (!(nothing && this.empty)) this.context.clearRect(0, 0, this.width, this.height);
    this.empty = nothing;
    for (const mark of marks) this.mark(face, mark);
    if (rr) this.intervals(face, rr);
    if (amplitude) this.levels(face, amplitude);
  }

  mark(face, mark) {
    const x = face.placeOf(mark.recording, mark.index);
    if (x === null) return;
    const context = this.context, y = this.height - this.measures.ribbon - 34, said = markWords(mark);
    this.line(x, 0, this.height, [2, 4], 1);
    const words = said.length > LETTERS ? said.slice(0, LETTERS) + '…' : said;
    context.font = FONT + 'px ' + this.ink.font;
    const wide = context.measureText(words).width + 12, left = x + wide > this.width ? x - wide : x;
    context.fillStyle = this.ink.pen; context.fillRect(left, y - 20, wide, 20);
    context.fillStyle = this.ink.ground; context.textAlign = 'left'; context.textBaseline = 'middle'; context.fillText(words, left + 6, y - 9);
  }

  line(x, from, to, dash, width) {
    const context = this.context;
    context.strokeStyle = this.ink.pen; context.lineWidth = width; context.setLineDash(dash);
    context.beginPath(); context.moveTo(Math.round(x) + 0.5, from); context.lineTo(Math.round(x) + 0.5, to); context.stroke();
    context.setLineDash([]);
  }

  intervals(face, rr) {
    const [first, last] = face.range(rr.recording), pixel = LEAST_PX * 250 / (face.speed * this.measures.mm);
    for (const index of rr.march(first, last, pixel)) {
      const x = face.placeOf(rr.recording, index);
      if (x !== null && index !== rr.from && index !== rr.to) this.line(x, 0, this.height, [4, 4], 1);
    }
    const a = face.placeOf(rr.recording, rr.from), z = face.placeOf(rr.recording, rr.to);
    for (const [x, part] of [[a, 'from'], [z, 'to']]) if (x !== null) this.leg(x, rr.part === part || rr.part === 'whole');
    this.span(a, z);
    if (a !== null || z !== null) this.label(rrWords(rr), Math.max(a === null ? z : a, z === null ? a : z) + 6, this.height * SPAN_AT);
  }

  leg(x, held) {
    this.line(x, 0, this.height, [], held ? 2.5 : 1.5);
    this.context.fillStyle = this.ink.pen;
    this.context.fillRect(x - 5, this.height * SPAN_AT - 7, 10, 14);
  }

  span(a, z) {
    if (a === null || z === null) return;
    this.context.fillStyle = this.ink.pen; this.context.fillRect(Math.min(a, z), this.height * SPAN_AT - 0.5, Math.abs(z - a), 1);
  }

  levels(face, amplitude) {
    const level = (millivolts) => face.base - millivolts * face.gain * this.measures.mm, context = this.context;
    for (const [value, part] of [[amplitude.from, 'from'], [amplitude.to, 'to']]) {
      context.fillStyle = this.ink.pen;
      context.fillRect(face.gutter, Math.round(level(value)) - 1, this.width, amplitude.part === part || amplitude.part === 'whole' ? 2.5 : 1.5);
      context.fillRect(this.width - 36, level(value) - 5, 14, 10);
    }
    const top = Math.min(level(amplitude.from), level(amplitude.to)), tall = Math.abs(level(amplitude.from) - level(amplitude.to));
    context.fillRect(this.width - 29.5, top, 1, tall);
    this.label(amplitudeWords(amplitude), this.width - 110, top - 14);
  }

  label(words, x, y) {
    const context = this.context;
    context.font = '600 ' + FONT + 'px ' + this.ink.font; context.textBaseline = 'middle'; context.textAlign = 'left';
    const wide = context.measureText(words).width + 12, left = Math.max(0, Math.min(x, this.width - wide)), top = Math.max(0, y - 11);
    context.fillStyle = this.ink.N; context.fillRect(left, top, wide, 22);
    context.fillStyle = this.ink.ground; context.fillText(words, left + 6, top + 11.5);
  }
}

export function rrWords(rr) {
  const rate = rr.perMinute;
  return t('strip.rr_value', { ms: Math.round(rr.milliseconds), rate: rate === null ? '–' : Math.round(rate) }) + (rr.snaps ? ' · R' : '');
}

export function amplitudeWords(amplitude) { return amplitude.millivolts.toFixed(2) + ' mV'; }
