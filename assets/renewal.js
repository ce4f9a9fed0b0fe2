/* A page that missed a deploy loads itself again. The gateway tells its edition of the pages in every clock message; where
   it is another than this page's, the web application is asked: only when it serves another one, too, and answers, does
   a reload help and find something. So there is no loop, and no wall ends on a browser's error page. */

const SPREAD_MS = 4000;                // not all walls at once
const AGAIN_MS = 10000;

export class Renewal {
  constructor(edition, reload) { this.edition = edition; this.reload = reload; this.asking = false; }

  /* What the gateway told last, or null. */
  receive(edition) {
    if (!edition || edition === this.edition || this.asking) return;
    this.asking = true;
    setTimeout(() => this.ask(), Math.random() * SPREAD_MS);
  }

  async ask() {
    try {
      const answer = await fetch('/wall/edition', { cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(4000) });
      if (answer.ok && (await answer.text()) !== this.edition) { this.reload(); return; }
    } catch { /* it is being started: asked again below */ }
    setTimeout(() => { this.asking = false; }, AGAIN_MS);
  }
}
