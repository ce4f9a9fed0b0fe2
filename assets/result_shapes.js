/* The shapes that beats have: each with its mean and its number; a click picks all beats of one. */
import { ask } from './answers.js';
import { readInk } from './ink.js';
import { t } from './words.js';
import { shownNumber } from './written.js';

const WIDTH = 92, HEIGHT = 64, PATIENCE_MS = 60000;

export class Shapes {
  constructor(parts, base, review) {
    this.parts = parts; this.base = base; this.review = review; this.known = null;
    parts.findShapes.addEventListener('click', () => this.find());
  }

  async find() {
    this.parts.findShapes.disabled = true; this.parts.shapesState.textContent = t('edit.shapes_looking');
    const answer = await ask(this.base + '/shapes', undefined, PATIENCE_MS);
    this.parts.findShapes.disabled = false;
    this.parts.shapesState.textContent = answer.value ? '' : t('upload.trouble_link');
    if (answer.value) { this.known = answer.value; this.draw(); }
    return Boolean(answer.value);
  }

  draw() {
    const { shapes } = this.known, high = Math.max(...shapes.flatMap((shape) => shape.mean), 0.5), low = Math.min(...shapes.flatMap((shape) => shape.mean), -0.5);
    this.parts.shapes.replaceChildren(...shapes.map((shape, number) => this.tile(shape, number, low, high)));
    if (!shapes.length) this.parts.shapesState.textContent = t('result.none_of');
  }

  tile(shape, number, low, high) {
    const tile = document.createElement('button'), canvas = document.createElement('canvas'), words = document.createElement('span');
    tile.type = 'button'; tile.className = 'shape'; tile.dataset.shape = String(number);
    words.textContent = shape.sign + ' · ' + shownNumber(shape.count, 0);
    tile.setAttribute('aria-label', t('edit.shape', { sign: shape.sign, count: shape.count }));
    tile.append(canvas, words);
    tile.addEventListener('click', () => this.pick(number));
    draw(canvas, shape, low, high);
    return tile;
  }

  pick(number) {
    const { index, label } = this.known, mine = index.filter((_, at) => label[at] === number);
    this.review.pick(mine, null, number);
    if (mine.length) this.review.lists.go(mine[0]);
    for (const tile of this.parts.shapes.children) tile.setAttribute('aria-pressed', String(tile.dataset.shape === String(number)));
  }

  /* All beats that look like the one that is picked. */
  async alike() {
    const { picked } = this.review;
    if (!picked.length) { this.review.say(t('edit.pick_first')); return; }
    if (!this.known && !await this.find()) return;
    const at = this.known.index.indexOf(picked[0]), number = at < 0 ? -1 : this.known.label[at];
    if (number < 0) this.review.say(t('edit.stands_alone')); else this.pick(number);
  }

  /* Letters and numbers follow what people say. */
  renewed() { if (this.known) this.find(); }
}

function draw(canvas, shape, low, high) {
  const density = devicePixelRatio || 1, context = canvas.getContext('2d'), ink = readInk();
  canvas.width = WIDTH * density; canvas.height = HEIGHT * density; canvas.style.width = WIDTH + 'px'; canvas.style.height = HEIGHT + 'px';
  context.scale(density, density);
  context.strokeStyle = ink[shape.sign] || ink.N; context.lineWidth = 1.8; context.lineJoin = 'round'; context.beginPath();
  shape.mean.forEach((value, at) => context.lineTo(at / (shape.mean.length - 1) * (WIDTH - 6) + 3, 4 + (high - value) / (high - low) * (HEIGHT - 8)));
  context.stroke();
}
