/* What the screen knows of one recording: samples, beats and quality of the last half minute or so.
   Pure: no canvas, no clock. Every index counts samples at 250 Hz from the start of the recording. */

export const RATE = 250;
const CAPACITY = 8192;                 // 32.8 s
const INVALID = -32768;
const BEFORE_R = 0.26 * RATE;          // a beat's ground starts 260 ms before its R peak, P wave included
const SHARE_BEFORE = 0.4;              // but never more than this share of the RR interval
const SHARE_AFTER = 0.6;               // while the next beat is unknown, its ground ends here
const AFTER_FIRST = 0.4 * RATE;        // the same where no RR is known

export class Trace {
  /* capacity: samples that are held, a power of two so that the ring is a mask. */
  constructor(capacity = CAPACITY) {
    this.capacity = capacity;
    this.ring = new Float32Array(capacity);
    this.clear();
  }

  /* Another one with the same in it, which stays as it is. */
  copy() {
    const other = new Trace(this.capacity);
    other.ring.set(this.ring);
    other.start = this.start; other.end = this.end;
    other.beats = this.beats.map((beat) => ({ ...beat }));
    other.qualities = this.qualities.map((known) => ({ ...known }));
    return other;
  }

  clear() {
    this.ring.fill(NaN);
    this.end = null;                   // index one past the newest sample
    this.start = null;
    this.beats = [];
    this.qualities = [];
  }

  /* Appends int16 samples of `millivolts` each. What is already here is dropped; a jump stays empty (NaN). */
  receive(start, samples, millivolts) {
    if (this.end === null) this.start = this.end = start;
    if (start - this.end > this.capacity || this.end - start > this.capacity) { this.clear(); this.start = this.end = start; }
    for (let i = this.end; i < start; i++) this.ring[i & (this.capacity - 1)] = NaN;
    for (let k = Math.max(0, this.end - start); k < samples.length; k++) {
      this.ring[(start + k) & (this.capacity - 1)] = samples[k] === INVALID ? NaN : samples[k] * millivolts;
    }
    this.end = Math.max(this.end, start + samples.length);
    this.start = Math.max(this.start, this.end - this.capacity);
    this.forget();
  }

  forget() {
    while (this.beats.length && this.beats[0].index < this.start - RATE) this.beats.shift();
    while (this.qualities.length > 1 && this.qualities[1].index < this.start) this.qualities.shift();
  }

  /* Millivolts at `index`, NaN where nothing was received. */
  at(index) {
    return index >= this.start && index < this.end ? this.ring[index & (this.capacity - 1)] : NaN;
  }

  /* Adds a labelled beat {index, rr, sign}; returns the [from, to) whose picture changes. */
  receiveBeat(beat) {
    let place = this.beats.length;
    while (place > 0 && this.beats[place - 1].index >= beat.index) place--;
    const known = this.beats[place], repeat = known !== undefined && known.index === beat.index;
    const stays = repeat && (known.settled || known.corrected);         // a beat told again
    const sign = stays ? known.sign : beat.sign, corrected = repeat && known.corrected;
    this.beats.splice(place, repeat ? 1 : 0, { index: beat.index, rr: beat.rr, sign: sign, settled: repeat && known.settled, corrected: corrected });
    return this.around(place);
  }

  /* From now on the beat at `index` is drawn with `sign`; returns the [from, to) whose picture changes, or null. */
  settle(index, sign) {
    const place = this.beats.findIndex((beat) => beat.index === index);
    if (place < 0 || this.beats[place].corrected) return null;
    this.beats[place].settled = true;
    return this.sign(place, sign);
  }

  /* A person has said what the beat at `index` is, or taken it back; returns the [from, to) whose picture changes, or null. */
  correct(index, sign, byPerson) {
    const place = this.beats.findIndex((beat) => beat.index === index);
    if (place < 0) return null;
    this.beats[place].corrected = byPerson;
    return this.sign(place, sign);
  }

  sign(place, sign) {
    const beat = this.beats[place], changes = beat.sign !== sign;
    beat.sign = sign;
    return changes ? this.around(place) : null;
  }

  /* The [from, to) of a beat and its neighbours, whose grounds and letters hang on it. */
  around(place) {
    const first = Math.max(0, place - 1), last = Math.min(this.beats.length - 1, place + 1);
    return [this.groundStart(first), this.groundEnd(last)];
  }

  /* From `index` on the quality is good or not; returns the [from, to) whose picture changes. */
  receiveQuality(index, good) {
    this.qualities = this.qualities.filter((known) => known.index !== index);
    this.qualities.push({ index: index, good: good });
    this.qualities.sort((one, two) => one.index - two.index);
    return [index, this.end === null ? index : this.end];
  }

  groundStart(place) {
    const beat = this.beats[place];
    return Math.round(beat.index - Math.min(BEFORE_R, beat.rr === null ? BEFORE_R : beat.rr * SHARE_BEFORE));
  }

  groundEnd(place) {
    if (place + 1 < this.beats.length) return this.groundStart(place + 1);
    const beat = this.beats[place];
    return Math.round(beat.index + (beat.rr === null ? AFTER_FIRST : Math.min(beat.rr * SHARE_AFTER, RATE)));
  }

  /* {from, to} of the beat at `index`, null where it is not held. */
  groundOf(index) {
    const place = index === null ? -1 : this.beats.findIndex((beat) => beat.index === index);
    return place < 0 ? null : { from: this.groundStart(place), to: this.groundEnd(place) };
  }

  /* The beat on whose ground `index` lies, null on none. */
  beatAt(index) {
    const place = this.beats.findIndex((_, k) => this.groundStart(k) <= index && index < this.groundEnd(k));
    return place < 0 ? null : this.beats[place];
  }

  goodAt(index) {
    let good = true;
    for (const known of this.qualities) if (known.index <= index) good = known.good;
    return good;
  }

  /* [from, to) in pieces of one sign; sign '' is a trace whose label has not come yet. */
  runs(from, to) {
    const cuts = new Set([from, to]), inside = (index) => { if (index > from && index < to) cuts.add(index); };
    const near = [];
    for (let place = 0; place < this.beats.length; place++) {
      const ground = { from: this.groundStart(place), to: this.groundEnd(place), sign: this.beats[place].sign };
      if (ground.to > from && ground.from < to) { near.push(ground); inside(ground.from); inside(ground.to); }
    }
    for (const known of this.qualities) inside(known.index);
    const edges = [...cuts].sort((one, two) => one - two), runs = [];
    for (let k = 0; k + 1 < edges.length; k++) {
      const ground = near.find((each) => each.from <= edges[k] && edges[k] < each.to);
      const sign = !this.goodAt(edges[k]) ? '~' : ground ? ground.sign : '';
      const last = runs[runs.length - 1];
      if (last && last.sign === sign) last.to = edges[k + 1];
      else runs.push({ from: edges[k], to: edges[k + 1], sign: sign });
    }
    return runs;
  }

  /* Letters above ectopic beats in [from, to). Inside a run of one class only the first and the last speak. */
  letters(from, to) {
    return this.beats.filter((beat, place) => {
      const before = this.beats[place - 1], after = this.beats[place + 1];
      const inRun = before && after && before.sign === beat.sign && after.sign === beat.sign;
      return beat.index >= from && beat.index < to && 'VSFQ'.includes(beat.sign) && !inRun && this.goodAt(beat.index);
    });
  }
}
