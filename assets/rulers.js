/* The calipers in a hand and under keys: where they begin, what takes hold of them, and what they say. */
import { RATE } from './trace.js';
import { AmplitudeCaliper, RrCaliper, snapped } from './calipers.js';
import { amplitudeWords, rrWords } from './strip_overlay.js';
import { t } from './words.js';

const SNAP_PX = 12;
const STEP_MV = 0.01;

export class Rulers {
  /* strip: {face, mm, changed(), say(words)}. */
  constructor(strip) { this.strip = strip; this.rr = null; this.amplitude = null; this.snaps = false; }

  get any() { return Boolean(this.rr || this.amplitude); }

  get pixels() { return this.strip.mm * this.strip.face.speed / RATE; }          // of a sample

  level(millivolts) { return this.strip.face.base - millivolts * this.strip.face.gain * this.strip.mm; }

  toggleRr() {
    this.rr = this.rr ? null : this.firstRr();
    if (this.rr) this.rr.snaps = this.snaps;
    this.told(this.rr ? rrWords(this.rr) : t('strip.caliper_gone'));
  }

  /* On two beats beside each other near the middle, else a second apart. */
  firstRr() {
    const face = this.strip.face, middle = face.placeAt(this.strip.width / 2) || face.placeAt(this.strip.width / 3);
    if (!middle) return null;
    const seen = face.peaks(middle.recording).filter((index) => face.placeOf(middle.recording, index) !== null).sort((one, two) => one - two);
    const k = seen.findIndex((index) => index >= middle.index), place = k < 0 ? seen.length - 1 : k;
    if (place > 0 && seen[place] - seen[place - 1] < 3 * RATE) return new RrCaliper(middle.recording, seen[place - 1], seen[place]);
    return new RrCaliper(middle.recording, middle.index - RATE, middle.index);
  }

  toggleAmplitude() {
    this.amplitude = this.amplitude ? null : new AmplitudeCaliper(0, 1);
    this.told(this.amplitude ? amplitudeWords(this.amplitude) : t('strip.caliper_gone'));
  }

  toggleSnap() {
    this.snaps = !this.snaps;
    if (this.rr) { this.rr.snaps = this.snaps; if (this.snaps) this.snap('from'); if (this.snaps) this.snap('to'); }
    this.told(t(this.snaps ? 'strip.snap_on' : 'strip.snap_off'));
  }

  clear() { this.rr = this.amplitude = null; this.told(t('strip.caliper_gone')); }

  told(words) { this.strip.changed(); this.strip.say(words); }

  /* Puts a leg on the nearest R peak; where none is near it stays. */
  snap(part) {
    const peaks = this.strip.face.peaks(this.rr.recording), index = this.rr[part];
    this.rr.put(part, snapped(index, peaks, SNAP_PX / this.pixels));
  }

  turn() {
    for (const each of [this.rr, this.amplitude]) if (each) each.turn();
    this.strip.changed();
  }

  /* One step to the right (1) or left (-1): a sample, or a millimetre. Returns whether there was something to move. */
  stepTime(way, millimetre) {
    if (!this.rr) return false;
    const samples = millimetre ? Math.max(1, Math.round(RATE / this.strip.face.speed)) : 1;
    if (this.snaps && !millimetre && this.rr.part !== 'whole') this.toPeak(way); else this.rr.move(this.rr.part, way * samples);
    this.told(rrWords(this.rr));
    return true;
  }

  /* With snapping a leg goes from beat to beat. */
  toPeak(way) {
    const at = this.rr[this.rr.part], peaks = this.strip.face.peaks(this.rr.recording).filter((index) => (index - at) * way > 0);
    if (peaks.length) this.rr.put(this.rr.part, way > 0 ? Math.min(...peaks) : Math.max(...peaks));
  }

  /* One step up (1) or down (-1). */
  stepLevel(way, millimetre) {
    if (!this.amplitude) return false;
    this.amplitude.move(this.amplitude.part, way * (millimetre ? 1 / this.strip.face.gain : STEP_MV));
    this.told(amplitudeWords(this.amplitude));
    return true;
  }

  /* What a hand at (x, y) takes: a function that is given where it goes, or null. */
  grab(x, y, near) {
    const face = this.strip.face, level = (millivolts) => this.level(millivolts);
    const edge = this.amplitude && this.amplitude.at(y, level, near);
    if (edge) return this.levelGrip(edge, y);
    const part = this.rr && this.rr.at(x, (index) => face.placeOf(this.rr.recording, index), near);
    return part ? this.timeGrip(part, x) : null;
  }

  levelGrip(part, y) {
    const from = this.amplitude[part], pixels = this.strip.face.gain * this.strip.mm;
    this.amplitude.part = part;
    return (_, to) => { this.amplitude[part] = from - (to - y) / pixels; this.told(amplitudeWords(this.amplitude)); };
  }

  timeGrip(part, x) {
    const { from, to } = this.rr, held = part === 'whole' ? 'from' : part;
    this.rr.part = part;
    return (at) => {
      const samples = Math.round((at - x) / this.pixels);
      Object.assign(this.rr, { from: from, to: to });
      this.rr.move(part, samples);
      if (this.snaps) this.rr.put(part, snapped(this.rr[held], this.strip.face.peaks(this.rr.recording), SNAP_PX / this.pixels));
      this.told(rrWords(this.rr));
    };
  }
}
