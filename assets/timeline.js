/* All that is stored of a patient on one line of wall time, whatever recordings it came in. Pure.
   Where two recordings lie over each other the later one counts. Indices count samples at 250 Hz of a recording. */

export const MS = 4;                   // of one sample

export class Timeline {
  /* recordings: [{recording, lead, started_ms, until, gaps: [[start, end]], deleted: [[start, end]]}], as the server tells them. */
  constructor(recordings = []) {
    this.pieces = [];
    for (const facts of [...recordings].sort((one, two) => one.started_ms - two.started_ms)) if (facts.until > 0) this.lay(facts);
    this.pieces.sort((one, two) => one.fromMs - two.fromMs);
  }

  lay(facts) {
    const piece = { ...facts, fromMs: facts.started_ms, toMs: facts.started_ms + facts.until * MS };
    this.pieces = this.pieces.flatMap((other) => [
      { ...other, toMs: Math.min(other.toMs, piece.fromMs) }, { ...other, fromMs: Math.max(other.fromMs, piece.toMs) }
    ].filter((rest) => rest.fromMs < rest.toMs));
    this.pieces.push(piece);
  }

  get empty() { return this.pieces.length === 0; }

  get beginMs() { return this.empty ? null : this.pieces[0].fromMs; }

  get endMs() { return this.empty ? null : Math.max(...this.pieces.map((piece) => piece.toMs)); }

  within(fromMs, toMs) { return this.pieces.filter((piece) => piece.fromMs < toMs && piece.toMs > fromMs); }

  /* {recording, index} at a moment, null where nothing is recorded. */
  placeAt(ms) {
    const piece = this.pieces.find((each) => each.fromMs <= ms && ms < each.toMs);
    return piece ? { recording: piece.recording, index: Math.round((ms - piece.started_ms) / MS) } : null;
  }

  /* The moment of a sample, null where the recording is not known. */
  msOf(recording, index) {
    const piece = this.pieces.find((each) => each.recording === recording);
    return piece ? piece.started_ms + index * MS : null;
  }

  /* What is not there of [fromMs, toMs): {fromMs, toMs, why}, whole, in order. why: 'missing' inside a recording,
     'between' recordings and outside them, 'deleted' where samples were kept long enough. */
  absent(fromMs, toMs) {
    const found = [];
    let last = -Infinity;
    for (const piece of this.pieces) {
      if (piece.fromMs > last) found.push({ fromMs: last, toMs: piece.fromMs, why: 'between' });
      last = piece.toMs;
      if (piece.fromMs < toMs && piece.toMs > fromMs) found.push(...holes(piece));
    }
    found.push({ fromMs: last, toMs: Infinity, why: 'between' });
    return found.filter((gap) => gap.fromMs < toMs && gap.toMs > fromMs);
  }
}

function holes(piece) {
  const at = (index) => Math.min(piece.toMs, Math.max(piece.fromMs, piece.started_ms + index * MS));
  const told = (why) => ([start, end]) => ({ fromMs: at(start), toMs: at(end), why: why });
  const gaps = piece.gaps.filter(([start, end]) => !piece.deleted.some((gone) => gone[0] <= start && end <= gone[1]));
  return [...piece.deleted.map(told('deleted')), ...gaps.map(told('missing'))].filter((gap) => gap.fromMs < gap.toMs).sort((one, two) => one.fromMs - two.fromMs);
}

/* The two or one largest units of a length: {days, hours, minutes, seconds} rounded to the second. */
export function lengthOf(ms) {
  const seconds = Math.round(ms / 1000);
  return { days: Math.floor(seconds / 86400), hours: Math.floor(seconds / 3600) % 24, minutes: Math.floor(seconds / 60) % 60, seconds: seconds % 60 };
}
