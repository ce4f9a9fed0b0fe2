/* What the server has stored of a patient, as pictures need it: the time line, tiles of samples, envelopes, signs. */
import { RATE, Trace } from './trace.js';
import { MS, Timeline } from './timeline.js';
import { Answers, ask } from './answers.js';

const SETTLED = 15 * RATE;             // what is this much older than the newest sample does not change by itself
const FRESH_MS = 1500;
const OVER_MS = 3600000;               // a recording that ended this long ago has all its labels
const POINTS = 2000;                   // of one envelope, at most

export class Stored {
  /* recording: shown alone; null shows the patient's whole time line. */
  constructor(patient, news, recording = null) {
    this.patient = patient; this.news = news;
    this.path = recording === null ? '/strip/' + patient : '/recording/' + encodeURIComponent(recording) + '/timeline';
    this.timeline = new Timeline(); this.loaded = false; this.tile = 5000; this.trouble = null;
  }

  async refresh() {
    const answer = await ask(this.path);
    this.trouble = answer.trouble || null;
    if (answer.value) { this.timeline = new Timeline(answer.value.recordings); this.tile = answer.value.tile; this.loaded = true; }
    this.news();
  }

  /* Whether a tile that knows a recording until there may be told more of its end. */
  grows(recording, until) {
    const piece = this.timeline.pieces.find((each) => each.recording === recording);
    return !piece || until < piece.until || Date.now() - piece.started_ms - piece.until * MS < OVER_MS;
  }
}

/* The stored samples for one picture. */
export class Supply {
  constructor(stored, news) { this.stored = stored; this.answers = new Answers(news); this.freshFrom = 0; }

  /* What is known is shown until what is there now has come. */
  renew() { this.freshFrom = performance.now(); }

  stale(age) { return performance.now() - age < this.freshFrom; }

  get trouble() { return this.answers.trouble || this.stored.trouble; }

  begin() { this.answers.begin(); }

  end() { this.answers.end(); }

  foresee(picture) { this.answers.foresee(picture); }

  path(kind, recording) { return '/' + kind + '/' + this.stored.patient + '/' + encodeURIComponent(recording); }

  /* A person has said what a beat is: so it is in the tiles that are here. */
  correct(recording, index, sign, byPerson) {
    const of = this.path('strip', recording) + '/';
    for (const [path, known] of this.answers.known) if (path.startsWith(of)) known.value.trace.correct(index, sign, byPerson);
  }

  /* The tiles of [from, to) of a recording: {from, to, trace, until}, without those that are still on their way. */
  tiles(recording, from, to) {
    const size = this.stored.tile, found = [];
    for (let number = Math.max(0, Math.floor(from / size)); number * size < to; number++) {
      const make = (answer) => tileOf(answer, number * size, (number + 1) * size);
      const tile = this.answers.take(this.path('strip', recording) + '/' + number, make, (known, age) => this.stale(age) || age > FRESH_MS && known.until < known.to + SETTLED && this.stored.grows(recording, known.until));
      if (tile) found.push(tile);
    }
    return found;
  }

  /* Envelopes over [from, to) (seconds of a recording) of so many points a second: [{start, step, low, high}]. */
  envelopes(recording, from, to, density) { return this.blocks('overview', recording, from, to, density); }

  /* Runs of signs over [from, to): [[sign, start, end]] in seconds. */
  signs(recording, from, to, density) { return this.blocks('signs', recording, from, to, density).flat(); }

  /* Blocks stand at whole multiples of a power of two, so that a picture that moves finds most of them here already. */
  blocks(kind, recording, from, to, density) {
    const length = 2 ** Math.max(5, Math.ceil(Math.log2(to - from))), found = [];
    const points = Math.max(64, Math.min(POINTS, 2 ** Math.ceil(Math.log2(length * density))));
    for (let start = Math.max(0, Math.floor(from / length) * length); start < to; start += length) {
      const query = '?start=' + start + '&end=' + (start + length) + '&points=' + points;
      const block = this.answers.take(this.path(kind, recording) + query, (answer) => answer, (_, age) => this.stale(age) || age > 20 * FRESH_MS);
      if (block) found.push(block);
    }
    return found;
  }
}

function tileOf(answer, from, to) {
  const trace = new Trace(), bytes = Uint8Array.from(atob(answer.samples), (sign) => sign.charCodeAt(0));
  trace.receive(answer.start, new Int16Array(bytes.buffer), 1 / 200);
  for (const [index, good] of answer.poor) trace.receiveQuality(index, good);
  for (const beat of answer.beats) trace.receiveBeat(beat);
  return { from: from, to: to, trace: trace, until: answer.until };
}
