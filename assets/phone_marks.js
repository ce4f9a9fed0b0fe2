/* What the patient felt: kept on the phone first, then told to the ward once, however often it has to be sent. */

const AGAIN_MS = 4000;

export class Marks {
  constructor(store, device) { this.store = store; this.device = device; this.askedAt = -Infinity; this.busy = false; this.waiting = null; }

  /* A mark at the newest sample of `recording`. */
  async set(recording, symptom) {
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    await this.store.keepMark({ key: key, recording: recording.id, index: recording.end, symptom: symptom, at_ms: Date.now() });
    this.askedAt = -Infinity;
    this.waiting = null;
  }

  /* To be called about each second: tells what waits. */
  async beat() {
    if (this.busy || this.waiting === 0 || performance.now() - this.askedAt < AGAIN_MS) return;
    this.busy = true; this.askedAt = performance.now();
    try { await this.tellAll(); } catch { /* no connection: told again later */ }
    this.busy = false;
  }

  async tellAll() {
    const marks = await this.store.marks();
    this.waiting = marks.length;
    for (const mark of marks) {
      const answer = await fetch('/phone/marks', {
        method: 'POST', credentials: 'omit', body: JSON.stringify(mark),
        headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + this.device.token },
      });
      if (!answer.ok && answer.status !== 400) return;      // not known there yet, or not now
      await this.store.dropMark(mark.key);
      if (this.waiting !== null) this.waiting -= 1;
    }
  }
}
