/* The other way to draw: the newest sample stands at the right edge and the paper moves to the left.
   A sweep without an erase bar writes on a ring beside the page, a few columns a frame; what is seen is cut out of it. */
import { Sweep } from './sweep.js';

const BIG_BOX = 50;                    // samples in 5 mm: the ring is a whole number of them, so that its paper has no seam

export class Scroll extends Sweep {
  constructor(trace, canvas) {
    super(trace, document.createElement('canvas'));
    this.shown = canvas;
    this.view = canvas.getContext('2d', { alpha: false });
    this.bar = 0;
  }

  place() { return this.shown.getBoundingClientRect(); }

  widthOn() { return this.measures.gutter + this.lap * this.step; }

  samplesAcross(width) { return Math.ceil(width / this.step / BIG_BOX) * BIG_BOX; }

  fit(measures, ink) {
    const box = this.place(), density = devicePixelRatio || 1;
    this.shown.width = Math.max(1, Math.round(box.width * density));
    this.shown.height = Math.max(1, Math.round(box.height * density));
    super.fit(measures, ink);
  }

  rest() { super.rest(); if (this.measures) this.present(); }

  repaint(from, to) { super.repaint(from, to); if (this.pen !== null && this.measures) this.present(); }

  repaintAll() { super.repaintAll(); this.present(); }

  frame(seconds) { if (super.frame(seconds)) this.present(); }

  erase() { /* nothing is old on a strip that moves */ }

  /* Copies the gutter, and from the ring the newest samples, which end at the right edge. */
  present() {
    const density = this.density, gutter = Math.round(this.measures.gutter * density), width = this.shown.width - gutter, height = this.shown.height;
    const ring = this.canvas.width - gutter, end = this.pen === null ? 0 : Math.round((this.pen % this.lap) * this.step * density);
    this.view.drawImage(this.sheet, 0, 0, gutter, height, 0, 0, gutter, height);
    const newest = Math.min(end, width), oldest = width - newest;
    if (newest) this.view.drawImage(this.canvas, gutter + end - newest, 0, newest, height, gutter + oldest, 0, newest, height);
    if (oldest) this.view.drawImage(this.canvas, gutter + ring - oldest, 0, oldest, height, gutter, 0, oldest, height);
  }
}
