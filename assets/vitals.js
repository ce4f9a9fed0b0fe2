/* The newest facts of one recording and what may be said of them now. Pure: no DOM, no clock. */
import { RATE, Trace } from './trace.js';
import { t } from './words.js';

const NO_SIGNAL_MS = 1500;             // with the tick of the page: said within 2 s of the last sample
const VITALS_HOLD = 5 * RATE;          // a number whose index is older than this is not true now
const SIGN_OF_FINDING = { 'atrial fibrillation': 'A', 'other rhythm': 'O', bigeminy: 'V', 'ventricular run': 'V', noise: '~', 'not sure': 'Q',
  'ventricular fibrillation': 'V', 'ventricular tachycardia': 'V', couplet: 'V', trigeminy: 'V', 'supraventricular run': 'S' };
const TOLD_OF_POOR = ['ventricular tachycardia', 'ventricular run'];

export class Bedside {
  constructor(trace = new Trace()) {
    this.trace = trace;
    this.clear();
  }

  clear() {
    this.trace.clear();
    this.vitals = null;
    this.burden = null;
    this.quality = { quality: 'good', reason: '' };
    this.atMs = null;                  // when the newest sample would have come, had nothing held it up
    this.behindMs = 0;
    this.delayMs = null;               // link delay p95 of the device, null while it is not known
  }

  receiveTrace(block) {
    this.trace.receive(block.start, block.samples, 1 / 200);
    if (block.atMs > (this.atMs || 0)) this.atMs = block.atMs;
    this.behindMs = block.behindMs;
  }

  /* Takes one event; returns the [from, to) to repaint, or null. */
  receiveEvent(event) {
    if (event.kind === 'beat') return this.trace.receiveBeat(event);
    if (event.kind === 'settled') return this.trace.settle(event.index, event.sign);
    if (event.kind === 'corrected') return this.trace.correct(event.index, event.sign, event.by_person);
    if (event.kind === 'vitals') { this.vitals = event; return null; }
    if (event.kind === 'burden') { this.burden = event; return null; }
    if (event.kind !== 'quality') return null;
    this.quality = event;
    return this.trace.receiveQuality(event.index, event.quality === 'good');
  }

  ageMs(nowMs) { return this.atMs === null || nowMs === null ? null : Math.max(0, nowMs - this.atMs); }

  /* 'live', 'poor' or 'nosignal'. */
  state(nowMs) {
    const age = this.ageMs(nowMs);
    if (age === null || age > NO_SIGNAL_MS) return 'nosignal';
    return this.quality.quality === 'good' ? 'live' : 'poor';
  }

  /* The vital signs that may be shown now, or null. */
  shown(nowMs) { return this.state(nowMs) === 'live' ? this.fresh() : null; }

  /* The vital signs while they are new, whatever the signal is like; or null. */
  fresh() {
    return this.vitals && this.trace.end !== null && this.trace.end - this.vitals.index < VITALS_HOLD ? this.vitals : null;
  }

  /* The name of the finding that may be told now, '' for none. Ventricular runs are told of a poor signal too. */
  told(nowMs) {
    const vitals = this.fresh(), state = this.state(nowMs);
    return vitals && (state === 'live' || state === 'poor' && TOLD_OF_POOR.includes(vitals.finding)) ? vitals.finding : '';
  }

  /* {sign, words} for the head of the tile. */
  finding(nowMs) {
    const told = this.told(nowMs), state = this.state(nowMs);
    if (told) return { sign: SIGN_OF_FINDING[told] || '', words: named('finding', told) };
    if (state === 'poor') return { sign: '~', words: named('reason', this.quality.reason || 'noise') };
    return { sign: '', words: state === 'live' ? named('finding', 'unknown') : '' };
  }

  /* Percent of the last hour, of 24 hours, of the recording; one dash while less than a minute was analysed. */
  burdenWords() {
    return this.burden ? [this.burden.hour, this.burden.day, this.burden.whole].map(burdenShare).join(' · ') : '–';
  }

  /* Percent of the last 24 hours, '' while it is not known. */
  burdenOfDay() { return this.burden && this.burden.day !== null ? burdenShare(this.burden.day) : ''; }

  /* "0.4 s", '' while it is not known or nothing comes. */
  delayWords(nowMs) { return this.delayMs === null || this.state(nowMs) === 'nosignal' ? '' : (this.delayMs / 1000).toFixed(1) + ' s'; }

  newestSign() { return this.trace.beats.length ? this.trace.beats[this.trace.beats.length - 1].sign : ''; }
}

/* The words for a name of the wire, as 'sinus rhythm'. */
export function named(kind, name) { return t(kind + '.' + name.replaceAll(' ', '_')); }

/* Never 0 or 100 % of what is not quite so. */
function burdenShare(value) {
  if (value === null) return '–';
  return value > 0 && value < 1 ? '<1' : value < 100 && value > 99 ? '>99' : String(Math.round(value));
}

/* {low, high}, /min -> "50–120". */
export function limitWords(limits) { return Math.round(limits.low) + '–' + Math.round(limits.high); }
