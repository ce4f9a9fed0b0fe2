/* How long ago something was, by two clocks that both may be wrong: people set the wall clock, and the page's own stands
   still while the phone sleeps. */

const SET_BACK_MS = 60000;             // smaller steps are the network's time being followed

/* This moment. */
export function moment() { return { wallMs: Date.now(), pageMs: performance.now() }; }

/* A moment of an earlier page, of which only the wall clock is known; null where that lies in the future. */
export function earlier(wallMs) { return wallMs === null || wallMs > Date.now() ? null : { wallMs: wallMs, pageMs: Infinity }; }

/* Ms since `then`: by the clock that says more, so that nothing old is called new. */
export function msSince(then) { return Math.max(0, Date.now() - then.wallMs, performance.now() - then.pageMs); }

/* Notices that the phone's wall clock was set back. */
export class ClockWatch {
  constructor() { this.ahead = Date.now() - performance.now(); this.setBack = false; }

  look() {
    const ahead = Date.now() - performance.now();
    if (ahead < this.ahead - SET_BACK_MS) this.setBack = true;
    this.ahead = ahead;
  }

  /* keptMs: wall ms of something that was kept before now. */
  compare(keptMs) { if (keptMs > Date.now() + SET_BACK_MS) this.setBack = true; }
}
