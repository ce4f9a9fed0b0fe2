/* The overview under the strip: all that is recorded at a glance, what is missing with its length, and which part the strip shows.
   A click or a drag goes there. */
import { Viewport } from './viewport.js';
import { hatching, ribbon } from './ink.js';
import { lengthWords, tickWords } from './strip_words.js';

const SCALE_HEIGHT = 16, BAND = 7;
const TICK_ROOM = 120;
const LEAST_GAP = 3;                   // px: shorter gaps are drawn as long as this, so that none is lost
const FULL_MS = 1.04;

export class Overview {
  /* go(ms): where a hand points. */
  constructor(canvas, supply, go) {
    this.canvas = canvas; this.supply = supply; this.context = canvas.getContext('2d', { alpha: false });
    this.viewport = new Viewport();
    this.span = null;                  // ms that are shown, null for everything
    this.complete = false;             // whether everything of the last picture was here
    canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); go(this.viewport.msAt(event.offsetX)); });
    canvas.addEventListener('pointermove', (event) => { if (event.buttons & 1) go(this.viewport.msAt(event.offsetX)); });
  }

  fit(ink) {
    const box = this.canvas.getBoundingClientRect(), density = devicePixelRatio || 1;
    this.ink = ink; this.width = box.width; this.height = box.height; this.bar = box.height - SCALE_HEIGHT;
    this.canvas.width = Math.max(1, Math.round(box.width * density));
    this.canvas.height = Math.max(1, Math.round(box.height * density));
    this.context.setTransform(density, 0, 0, density, 0, 0);
    this.viewport.width = box.width;
  }

  /* Everything, or `span` ms round what is seen or the end. */
  place(seen, nowMs) {
    const { beginMs, endMs } = this.supply.stored.timeline, end = Math.max(endMs, nowMs || 0, beginMs + 1);
    const whole = (end - beginMs) * FULL_MS, view = this.viewport;
    view.span = this.span === null ? whole : Math.min(this.span, whole);
    const at = seen === null ? end : (seen.left + seen.right) / 2;
    view.left = Math.max(beginMs - view.span * 0.01, Math.min(at - view.span / 2, end + view.span * 0.03 - view.span));
  }

  /* seen: the strip's {left, right} in wall ms, null while it is live; nowMs: wall ms now, null while not known. */
  paint(seen, nowMs, marks) {
    const context = this.context, { timeline } = this.supply.stored;
    context.fillStyle = this.ink.ground; context.fillRect(0, 0, this.width, this.height);
    if (timeline.empty) return;
    this.place(seen, nowMs);
    this.supply.begin();
    for (const piece of timeline.within(this.viewport.left, this.viewport.right)) this.piece(piece);
    for (const gap of timeline.absent(this.viewport.left, this.viewport.right)) this.gap(gap);
    for (const mark of marks) this.flag(mark);
    this.ticks();
    if (nowMs) this.now(nowMs);
    if (seen) this.window(seen);
    this.complete = this.supply.answers.wanted.size === 0;
    this.supply.end();
  }

  piece(piece) {
    const context = this.context, view = this.viewport, density = 1000 / view.span * this.width;
    const x = (seconds) => view.x(piece.started_ms + seconds * 1000);
    const [from, to] = [Math.max(piece.fromMs, view.left), Math.min(piece.toMs, view.right)].map((ms) => (ms - piece.started_ms) / 1000);
    const height = this.bar - BAND - 4, blocks = this.supply.envelopes(piece.recording, from, to, density);
    const reach = reachOf(blocks), y = (value) => 2 + height / 2 - (value - reach.middle) / reach.half * height / 2;
    context.fillStyle = this.ink.quiet;
    context.fillRect(x(from), this.bar - BAND / 2 - 2, Math.max(1, x(to) - x(from)), 1);
    for (const block of blocks) for (let k = 0; k < block.low.length; k++) {
      const start = block.start + k * block.step;
      if (block.low[k] === null || start + block.step < from || start > to) continue;
      const top = Math.max(2, y(block.high[k])), foot = Math.min(2 + height, y(block.low[k]));
      context.fillRect(Math.round(x(start)), Math.round(top), Math.max(1, Math.round(x(start + block.step)) - Math.round(x(start))), Math.max(1, Math.round(foot - top)));
    }
    for (const [sign, start, end] of this.supply.signs(piece.recording, from, to, density)) {
      const left = Math.max(x(Math.max(start, from)), 0);
      if (end > from && start < to) ribbon(context, sign, left, Math.max(x(Math.min(end, to)), left + 3), this.bar - BAND - 1, BAND, this.ink);
    }
  }

  gap(gap) {
    if (gap.fromMs === -Infinity || gap.toMs === Infinity || gap.why === 'deleted') return;
    const context = this.context, left = this.viewport.x(gap.fromMs), right = Math.max(this.viewport.x(gap.toMs), left + LEAST_GAP);
    context.fillStyle = this.ink.ground; context.fillRect(left, 0, right - left, this.bar);
    context.fillStyle = hatching(context, this.ink.quiet); context.fillRect(left, 0, right - left, this.bar);
    context.font = '12px ' + this.ink.font; context.textAlign = 'center'; context.textBaseline = 'middle';
    const words = lengthWords(gap.toMs - gap.fromMs);
    if (context.measureText(words).width + 8 > right - left) return;
    this.write(words, (left + right) / 2, this.bar / 2, this.ink.pen);
  }

  write(words, x, y, colour) {
    const context = this.context;
    context.lineWidth = 4; context.lineJoin = 'round'; context.strokeStyle = this.ink.ground; context.strokeText(words, x, y);
    context.fillStyle = colour; context.fillText(words, x, y);
  }

  flag(mark) {
    const ms = this.supply.stored.timeline.msOf(mark.recording, mark.index), context = this.context;
    if (ms === null) return;
    const x = this.viewport.x(ms);
    context.fillStyle = this.ink.N;
    context.beginPath(); context.moveTo(x - 5, 0); context.lineTo(x + 5, 0); context.lineTo(x, 9); context.fill();
  }

  ticks() {
    const { step, at } = this.viewport.ticks(TICK_ROOM), context = this.context;
    context.font = '12px ' + this.ink.font; context.textAlign = 'left'; context.textBaseline = 'bottom'; context.fillStyle = this.ink.quiet;
    for (const ms of at) {
      const x = this.viewport.x(ms);
      context.fillRect(Math.round(x), this.bar, 1, 4);
      if (x < this.width - 60) context.fillText(tickWords(ms, step), x + 3, this.height);
    }
  }

  now(ms) {
    const x = Math.min(this.width - 2, this.viewport.x(ms)), context = this.context;
    if (x < 0) return;
    context.fillStyle = this.ink.N; context.fillRect(x - 1, 0, 2, this.bar);
  }

  window(seen) {
    const left = this.viewport.x(seen.left), right = this.viewport.x(seen.right), context = this.context, wide = Math.max(6, right - left);
    const at = (left + right) / 2 - wide / 2;
    context.fillStyle = this.ink.N; context.globalAlpha = 0.18; context.fillRect(at, 0, wide, this.bar); context.globalAlpha = 1;
    context.strokeStyle = this.ink.N; context.lineWidth = 2; context.strokeRect(at, 1, wide, this.bar - 2);
  }
}

/* What an envelope is drawn between, in mV: its usual reach, so that a single jolt does not flatten the rest. */
function reachOf(blocks) {
  const values = [];
  for (const block of blocks) for (let k = 0; k < block.low.length; k++) if (block.low[k] !== null) values.push(block.low[k], block.high[k]);
  values.sort((one, two) => one - two);
  if (!values.length) return { middle: 0, half: 1 };
  const low = values[Math.floor(values.length * 0.02)], high = values[Math.ceil(values.length * 0.98) - 1];
  return { middle: (low + high) / 2, half: Math.max(0.1, (high - low) / 2) };
}
