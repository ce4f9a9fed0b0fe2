/* The one voice of a ward. It plays loops: the audio thread goes on with them while the page is hidden or its own thread
   stands still. And it has a dead man's switch: a sound that begins by itself unless the page puts it off again and again. */
import { LOUDER } from './burst.js';
import { Hush } from './hush.js';
import { drawn } from './tone.js';

const GUARD_S = 10;                    // the page is silent for this long: it sounds
const PUT_OFF_MS = 500;
const DEAF_MS = 3000;                  // an audio clock that stands still for this long: nothing comes out
const BETWEEN_MS = 700;                // between two sounds of the test

export class Voice {
  /* context: makes an AudioContext, or throws. */
  constructor(context = () => new AudioContext({ latencyHint: 'playback' })) {
    this.make = context;
    this.hush = new Hush();
    this.buffers = null;
    this.wanted = this.sounding = this.loop = this.guard = this.trial = null;
    this.putOffAt = -Infinity;
    this.moved = { audio: -1, at: 0 };
    this.open();
    for (const gesture of ['pointerdown', 'keydown']) addEventListener(gesture, () => this.turnOn());
  }

  async open() {
    try {
      this.context = this.make();
      const buffers = await Promise.all(LOUDER.map(drawn));
      this.buffers = Object.fromEntries(LOUDER.map((priority, place) => [priority, buffers[place]]));
    } catch { this.context = null; }     // a browser without sound: told as blocked
  }

  /* The gravest that there is now, or null. Call it at every tick; it acts on changes. */
  say(priority, now) {
    this.wanted = priority;
    const heard = this.hush.heard(priority, now);
    if (heard !== null) this.trial = null;
    if (!this.trial) this.play(heard);
  }

  /* Quiet for what sounds, two minutes at the most; or sound again. Says whether there was anything to do. */
  pause(now) {
    this.hush.toggle(this.wanted, now);
    this.say(this.wanted, now);
    return this.hush.leftMs(now) > 0 || this.wanted !== null;
  }

  /* Plays every sound once, unless one is needed. Says whether it does. */
  test(now) {
    if (this.sounding !== null || this.blocked(now)) return false;
    this.trial = { place: -1, until: now };
    return true;
  }

  /* The page is alive. Puts the switch off, and goes on with a test. */
  tick(now) {
    if (this.trial && now >= this.trial.until) this.tryNext(now);
    if (now - this.putOffAt < PUT_OFF_MS || !this.buffers) return;
    this.putOffAt = now;
    if (this.guard) this.end(this.guard);
    this.guard = this.start('cut', this.context.currentTime + GUARD_S, true);
    if (this.context.currentTime !== this.moved.audio) this.moved = { audio: this.context.currentTime, at: now };
  }

  /* A press of a person: browsers let a page sound after one. */
  turnOn() { if (this.context && this.context.state !== 'running') this.context.resume().catch(() => { /* still told as blocked */ }); }

  blocked(now) { return !this.context || this.context.state !== 'running' || this.buffers !== null && this.moved.audio >= 0 && now - this.moved.at > DEAF_MS; }

  /* {sounding, testing: a priority or null, blocked, pausedMs}. */
  told(now) {
    const trial = this.trial && this.trial.place >= 0 ? LOUDER[this.trial.place] : null;
    return { sounding: this.trial ? null : this.sounding, testing: trial, blocked: this.blocked(now), pausedMs: this.hush.leftMs(now) };
  }

  tryNext(now) {
    const place = this.trial.place + 1, priority = LOUDER[place];
    this.play(null);
    if (!priority) { this.trial = null; return; }
    this.trial = { place: place, until: now + 1000 * this.loudUntil(priority) + BETWEEN_MS };
    this.loop = this.start(priority, this.context.currentTime, false);
  }

  loudUntil(priority) {
    const samples = this.buffers[priority].getChannelData(0);
    return samples.findLastIndex((value) => value !== 0) / this.buffers[priority].sampleRate;
  }

  play(priority) {
    if (priority === this.sounding || !this.buffers) return;
    this.sounding = priority;
    if (this.loop) this.end(this.loop);
    this.loop = priority === null ? null : this.start(priority, this.context.currentTime, true);
  }

  start(priority, at, loop) {
    const source = this.context.createBufferSource();
    source.buffer = this.buffers[priority];
    source.loop = loop;
    source.connect(this.context.destination);
    source.start(at);
    return source;
  }

  end(source) { source.stop(); source.disconnect(); }
}
