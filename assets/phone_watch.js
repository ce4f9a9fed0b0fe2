/* Looking at the heart rate of a strap that tells nothing else: nothing is recorded, and an old number is none. */

const FRESH_MS = 5000;                 // straps tell it each second

export class Watch {
  /* trouble(name or null) is told how it stands. */
  constructor(strap, trouble) {
    this.strap = strap; this.trouble = trouble;
    this.told = { contact: 'unknown', battery: null, heartRate: null, rr: [] }; this.atMs = 0;
  }

  async start() {
    await this.strap.open({
      state: (known) => { this.told = known; this.atMs = Date.now(); },
      gone: () => this.trouble('strap_gone'),
      back: () => this.trouble('no_ecg'),
    });
  }

  get known() { return Date.now() - this.atMs < FRESH_MS ? this.told : { ...this.told, heartRate: null, rr: [], contact: 'unknown' }; }

  stop() { return this.strap.stop(); }
}
