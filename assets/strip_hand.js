/* The strip under a hand: a drag moves a caliper or the time, two fingers and Ctrl + wheel zoom, a click asks why a beat
   is called what it is called, a double click pins a mark. */

const SLACK_PX = { mouse: 4, pen: 6, touch: 10 };    // less than this is a click
const NEAR_PX = { mouse: 8, pen: 10, touch: 22 };
const WHEEL = 0.0016;                  // of a zoom, for one px of the wheel

export class Hand {
  /* explain({recording, index}, event): a beat was clicked; mark(place): a mark is wanted there. select(x, x): a stretch was
     dragged with Shift; null where none can be. */
  constructor(node, strip, explain, mark, select = null) {
    this.node = node; this.strip = strip; this.explain = explain; this.select = select; this.selecting = false;
    this.fingers = new Map(); this.grip = null; this.moved = false;
    node.addEventListener('pointerdown', (event) => this.down(event));
    node.addEventListener('pointermove', (event) => this.move(event));
    for (const kind of ['pointerup', 'pointercancel']) node.addEventListener(kind, (event) => this.up(event));
    node.addEventListener('mousedown', (event) => { if (event.shiftKey) event.preventDefault(); });   // no text is selected
    node.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    node.addEventListener('dblclick', (event) => { const place = strip.face.placeAt(this.x(event)); if (place && !event.target.closest('button')) mark(place); });
  }

  x(event) { return event.clientX - this.node.getBoundingClientRect().left; }

  y(event) { return event.clientY - this.node.getBoundingClientRect().top; }

  down(event) {
    if (event.button !== 0 || event.target.closest('button')) return;
    const x = this.x(event), y = this.y(event);
    this.fingers.set(event.pointerId, { x: x, y: y });
    this.node.setPointerCapture(event.pointerId);
    this.moved = this.fingers.size > 1;
    this.grip = this.fingers.size > 1 ? null : this.strip.rulers.grab(x, y, NEAR_PX[event.pointerType] || NEAR_PX.mouse);
    this.drags = this.select && (event.shiftKey || this.selecting) && this.strip.view === 'stored' && this.fingers.size === 1;
    this.begin = { x: x, y: y };
  }

  move(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: this.x(event), y: this.y(event) };
    if (!this.moved && Math.hypot(now.x - this.begin.x, now.y - this.begin.y) < (SLACK_PX[event.pointerType] || SLACK_PX.mouse)) return;
    this.moved = true;
    if (this.fingers.size > 1) this.pinch(event.pointerId, before, now);
    else if (this.drags) this.select(this.begin.x, now.x);
    else if (this.grip) this.grip(now.x, now.y);
    else this.strip.pan(before.x - now.x);
    this.fingers.set(event.pointerId, now);
  }

  /* The other finger stays: the distance and the middle of both change. */
  pinch(finger, before, now) {
    const other = [...this.fingers].find(([each]) => each !== finger)[1], least = 20;
    const was = Math.max(least, Math.abs(before.x - other.x)), is = Math.max(least, Math.abs(now.x - other.x));
    this.strip.pan((before.x - now.x) / 2);
    this.strip.zoom(was / is, (now.x + other.x) / 2);
  }

  up(event) {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.moved || event.type !== 'pointerup' || this.grip) return;
    const beat = this.strip.face.beatAt(this.x(event));
    if (beat) this.explain(beat, event);
  }

  /* Sideways or with Shift through time, with Ctrl (and two fingers on a touch pad) zoom. A plain wheel scrolls the page while the
     strip is live, and moves through time when it is not. */
  wheel(event) {
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX, plain = !event.ctrlKey && !sideways;
    if (plain && this.strip.view !== 'stored') return;
    event.preventDefault();
    if (event.ctrlKey) this.strip.zoom(Math.exp(event.deltaY * WHEEL * 4), this.x(event));
    else this.strip.pan(sideways || event.deltaY);
  }
}
