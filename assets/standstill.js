/* A page whose own thread hangs cannot say so. So the words lie ready beside the screen, and an animation that the browser's
   compositor runs on a thread of its own carries them in: unless the page puts it off again and again. */

const SHOWN_MS = 1500;                 // after this silence of the page; with a tick of 100 ms said within 2 s
const PUT_OFF_MS = 200;

export class StandStill {
  constructor(node) {
    const away = { transform: 'translateX(-101vw)' };
    this.animation = node.animate([away, { ...away, offset: 0.999 }, { transform: 'none' }], { duration: SHOWN_MS, fill: 'forwards' });
    this.putOffAt = -Infinity;
  }

  /* The page is alive at `now` (ms). */
  tick(now) {
    if (now - this.putOffAt < PUT_OFF_MS) return;
    this.putOffAt = now;
    this.animation.currentTime = 0;
  }
}
