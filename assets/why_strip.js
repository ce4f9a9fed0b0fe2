/* The two pictures of a why-card: the beat's strip with the map under it, and what each beat spoke for the rhythm.
   For is a solid grey, against is hatched: two patterns and no hue, so that no eye and no printer loses the sign. */
import { RATE, Trace } from './trace.js';
import { hatching, letter, paper, ribbon, traceLine } from './ink.js';
import { t } from './words.js';

const STRIP_MM = 34;                   // height of the strip in why.css
const UP_MM = 16, DOWN_MM = 11;        // room above and below 0 mV at the usual gain
const BASE = 0.62;                     // 0 mV at this share of the height
const RIBBON = 7, LETTER = 16, LINE = 1.9;
const SOLID = 0.42, HATCH = 0.75;      // opacity of a full shade

function fit(canvas) {
  const box = canvas.getBoundingClientRect(), density = devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(box.width * density));
  canvas.height = Math.max(1, Math.round(box.height * density));
  const context = canvas.getContext('2d');
  context.setTransform(density, 0, 0, density, 0, 0);
  return { context: context, width: box.width, height: box.height };
}

function traceOf(pictures) {
  const trace = new Trace();
  trace.receive(pictures.start, pictures.samples, 1 / 200);
  for (const [index, good] of pictures.poor) trace.receiveQuality(index, good);
  for (const beat of pictures.beats) trace.receiveBeat(beat);
  return trace;
}

/* Millimetres to the millivolt: 10, or 5 where the beat would leave the strip. */
function gainOf(trace, from, to) {
  let high = 0, low = 0;
  for (let index = from; index < to; index++) {
    const value = trace.at(index);
    if (value > high) high = value;
    if (value < low) low = value;
  }
  return 10 * high > UP_MM || -10 * low > DOWN_MM ? 5 : 10;
}

function shade(context, pictures, x, height, ink) {
  const hatch = hatching(context, ink.pen), width = x(pictures.step * RATE) - x(0);   // px of one step
  pictures.shade.forEach((value, k) => {
    const left = x(pictures.chosen + (pictures.first + (k - 0.5) * pictures.step) * RATE);
    context.fillStyle = value > 0 ? ink.pen : hatch;
    context.globalAlpha = Math.abs(value) * (value > 0 ? SOLID : HATCH);
    context.fillRect(left, 0, width, height);
  });
  context.globalAlpha = 1;
}

/* Draws the strip with the chosen beat in its middle, 25 mm/s; returns the gain in mm/mV. */
export function drawStrip(canvas, pictures, ink) {
  const { context, width, height } = fit(canvas), mm = height / STRIP_MM, step = mm * 25 / RATE;
  const half = Math.ceil(width / 2 / step), from = pictures.chosen - half, to = pictures.chosen + half;
  const trace = traceOf(pictures), gain = gainOf(trace, from, to);
  const x = (index) => width / 2 + (index - pictures.chosen) * step;
  context.clearRect(0, 0, width, height);
  paper(context, width, height, mm, false, ink);
  shade(context, pictures, x, height, ink);
  const runs = trace.runs(from, to);
  for (const run of runs) traceLine(context, trace, run, x, BASE * height, gain * mm, LINE, ink);
  for (const run of runs) ribbon(context, run.sign, x(run.from), x(run.to), height - RIBBON - 1, RIBBON, ink);
  for (const beat of trace.beats) {
    if (beat.index === pictures.chosen || ('VSFQ'.includes(beat.sign) && beat.index > from && beat.index < to)) letter(context, beat.sign, x(beat.index), 3, LETTER, ink);
  }
  return gain;
}

function ticks(context, first, last, x, height, ink) {
  context.fillStyle = ink.quiet; context.font = '12px ' + ink.font; context.textBaseline = 'bottom';
  const words = [[first, 'left', '\u2212' + Math.round(-first) + ' s'], [last, 'right', '+' + Math.round(last) + ' s']];
  for (const [at, align, text] of words) {
    if (Math.abs(x(at) - x(0)) < 72) continue;               // it would run into "this beat"
    context.textAlign = align; context.fillText(text, x(at), height);
  }
  context.textAlign = Math.abs(x(last) - x(0)) < 30 ? 'right' : Math.abs(x(first) - x(0)) < 30 ? 'left' : 'center';
  context.fillText(t('why.this_beat'), x(0), height);
}

/* Draws what each beat of the context spoke: up for the rhythm, down against it. */
export function drawContext(canvas, pictures, ink) {
  const { context, width, height } = fit(canvas), beats = pictures.context;
  const first = Math.min(0, ...beats.map((beat) => beat.seconds)), last = Math.max(0, ...beats.map((beat) => beat.seconds));
  const x = (seconds) => 6 + (seconds - first) / Math.max(1, last - first) * (width - 12);
  const middle = (height - 18) / 2, thick = Math.max(2, Math.min(7, (width - 12) / (beats.length + 1) * 0.6)), hatch = hatching(context, ink.pen);
  context.clearRect(0, 0, width, height);
  context.fillStyle = ink.major; context.fillRect(0, middle - 0.5, width, 1);
  for (const beat of beats) {
    const long = Math.max(1, Math.abs(beat.value) * (middle - 4)), top = beat.value > 0 ? middle - long : middle, left = x(beat.seconds) - thick / 2;
    context.fillStyle = beat.value > 0 ? (beat.seconds === 0 ? ink.N : ink.pen) : hatch;
    context.fillRect(left, top, thick, long);
    context.strokeStyle = beat.seconds === 0 ? ink.N : ink.pen; context.lineWidth = 1;
    context.strokeRect(left, top, thick, long);
  }
  ticks(context, first, last, x, height, ink);
}
