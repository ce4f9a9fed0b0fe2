/* Keeps the screen on while the wall is looked at, and says so plainly where the browser will not. */
import { t } from './words.js';

const ASKED_AGAIN_MS = 60000;

export class Awake {
  constructor() {
    this.wanted = true;
    this.lock = null;
    this.refused = false;
    document.addEventListener('visibilitychange', () => this.ask());
    setInterval(() => this.ask(), ASKED_AGAIN_MS);
    this.ask();
  }

  async ask() {
    if (!this.wanted || document.visibilityState !== 'visible' || (this.lock && !this.lock.released)) return;
    try {
      this.lock = await navigator.wakeLock.request('screen');
      this.refused = false;
    } catch { this.refused = true; }     // an old browser, a plain http address, a battery that is low
  }

  /* The screen may sleep until it is wanted again. */
  rest() { this.wanted = false; if (this.lock) this.lock.release(); }

  want() { this.wanted = true; this.ask(); }

  words() { return this.refused ? t('wall.dark') : ''; }
}
