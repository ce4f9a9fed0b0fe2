/* The bedside strip as an instrument. It has three views: live (the sweep), frozen (the same picture, kept still) and stored
   (any moment of the past). What is live beside it goes on in all of them. */
import { readInk, gutterOf } from './ink.js';
import { GAINS, SPEEDS, Viewport } from './viewport.js';
import { Stored, Supply } from './stored.js';
import { StoredStrip } from './stored_strip.js';
import { Overlay, SweepFace } from './strip_overlay.js';
import { Overview } from './ribbon.js';
import { Rulers } from './rulers.js';
import { Marks } from './marks.js';
import { runningTime } from './written.js';
import { t } from './words.js';
import { fullMoment, lengthWords } from './strip_words.js';

const MILLIMETRES = 100;               // width of the ruler in the page, in CSS mm
const REFRESH_MS = 10000;
const OVERVIEW_MS = 1000;              // how often the overview is drawn by itself
const SCROLL = 0.25;                   // of the strip's width

export class Strip {
  /* recording: the only one that is shown; null: all of the patient. */
  constructor(parts, patient, bedside, sweep, recording = null) {
    this.parts = parts; this.page = document.body; this.bedside = bedside; this.sweep = sweep;
    this.view = 'live'; this.speed = 25; this.gain = 10; this.nowMs = null; this.silent = false; this.lead = ''; this.seated = null;
    this.viewport = new Viewport();
    this.source = new Stored(patient, () => this.renew(), recording);
    this.live = new SweepFace(sweep);
    this.stored = new StoredStrip(parts.stored, new Supply(this.source, () => this.changed()), this.viewport);
    this.overlay = new Overlay(parts.overlay);
    this.overview = new Overview(parts.overview, new Supply(this.source, () => this.paintOverview()), (ms) => this.show(ms));
    this.rulers = new Rulers(this);
    this.marks = new Marks(parts, patient, this);
    this.dirty = false;
    setInterval(() => { if (document.visibilityState === 'visible') this.source.refresh(); }, REFRESH_MS);
    setInterval(() => this.paintOverview(), OVERVIEW_MS);
    this.source.refresh();
  }

  get face() { return this.view === 'stored' ? this.stored : this.live; }

  get width() { return this.overlay.width; }

  get recording() { return this.live.recording; }

  fit() {
    this.ink = readInk();
    this.mm = this.parts.millimetre.getBoundingClientRect().width / MILLIMETRES;
    const usual = { mm: this.mm, line: 1.9, ribbon: 7, letter: 18, letterTop: 8, minor: true, gain: this.gain, speed: this.speed };
    this.sweep.fit({ ...usual, gutter: gutterOf(this.speed) * this.mm }, this.ink);
    this.stored.fit(usual, this.ink);
    this.overlay.fit(usual, this.ink);
    this.overview.fit(this.ink);
    this.changed(); this.paintOverview();
  }

  /* A new recording is on the bed, or none (null). */
  seat(recording, lead) {
    this.seated = recording; this.lead = lead || '';
    if (this.view !== 'frozen') this.live.recording = recording;      // what is frozen stays whose it is
    this.rest();
  }

  /* The live picture begins again; one that is frozen stays. */
  rest() { if (this.view === 'live') this.sweep.rest(); }

  /* A beat or a quality of the live recording: drawn in what is shown of it. dirty: as `Bedside.receiveEvent` gives it. */
  receive(event, dirty) {
    if (event.kind === 'corrected') this.correct(this.seated, event.index, event.sign, event.by_person);
    if (this.view === 'live') { if (dirty) this.sweep.repaint(dirty[0], dirty[1]); return; }
    const { trace } = this.sweep;
    if (this.view !== 'frozen' || trace.end === null || event.index >= trace.end) return;
    const late = event.kind === 'beat' ? trace.receiveBeat(event) : event.kind === 'settled' ? trace.settle(event.index, event.sign)
      : event.kind === 'corrected' ? trace.correct(event.index, event.sign, event.by_person) : null;
    if (late) this.sweep.repaint(late[0], late[1]);
  }

  /* A person has said what a stored beat is. */
  correct(recording, index, sign, byPerson) {
    this.stored.supply.correct(recording, index, sign, byPerson);
    this.changed();
  }

  frame(seconds) {
    if (this.view === 'live') this.sweep.frame(seconds);
    if (this.dirty) { this.dirty = false; this.paint(); }
  }

  changed() { this.dirty = true; this.tellWhole(); }

  /* Whether all that is shown of the past is here and drawn, the overview too. */
  get whole() { return this.view === 'stored' && !this.dirty && this.stored.complete && this.overview.complete; }

  tellWhole() { this.page.dataset.complete = this.whole ? 'yes' : ''; }

  /* Where a strip begins that has nothing live: with the newest. */
  begin() { this.show(this.source.timeline.endMs - this.viewport.span / 2); }

  /* The time line came. */
  renew() {
    const { timeline } = this.source;
    if (timeline.empty) return;
    this.viewport.reach(timeline.beginMs, timeline.endMs);
    if (this.view === 'live' && this.page.dataset.bed === '') this.begin();
    this.changed(); this.paintOverview();
  }

  paint() {
    if (this.view === 'stored') { this.stored.paint(); this.stored.foresee(); }
    this.overlay.paint(this.face, this.rulers.rr, this.rulers.amplitude, this.marks.list);
    this.tellScale();
  }

  paintOverview() {
    const seen = this.view === 'stored' ? { left: this.viewport.left, right: this.viewport.right } : null;
    if (!this.overview.ink) return;
    this.overview.paint(seen, this.nowMs, this.marks.list);
    this.tellWhole();
  }

  turn(view) {
    this.view = this.page.dataset.view = view;
    this.sinceMs = performance.now();
    this.parts.freeze.setAttribute('aria-pressed', String(view !== 'live'));
    this.parts.freezeWord.textContent = t(view === 'live' ? 'strip.freeze' : 'strip.back_to_live');
    this.changed(); this.paintOverview();
  }

  freeze() {
    if (this.view !== 'live' || this.sweep.pen === null) return;
    this.sweep.trace = this.bedside.trace.copy();
    this.turn('frozen');
    this.say(t('strip.said_frozen'));
  }

  goLive() {
    if (this.view === 'live' || this.page.dataset.bed === '') return;
    this.sweep.trace = this.bedside.trace;
    this.live.recording = this.seated;
    this.turn('live');
    this.rulers.rr = this.rulers.amplitude = null;
    this.sweep.rest();
    this.say(t('strip.said_live'));
  }

  toggle() { if (this.view === 'live') this.freeze(); else this.goLive(); }

  /* Shows a moment of the past in the middle. */
  show(ms, span = null) {
    if (this.source.timeline.empty) return;
    if (this.view !== 'stored') { this.viewport.span = this.viewport.spanAt(this.speed); this.turn('stored'); }
    this.viewport.show(ms, span === null ? this.viewport.span : span);
    this.moved();
  }

  /* A sample of a recording. */
  open(recording, index) {
    const ms = this.source.timeline.msOf(recording, index);
    if (ms !== null) { this.show(ms, Math.min(this.view === 'stored' ? this.viewport.span : Infinity, this.viewport.spanAt(this.speed))); this.parts.strip.scrollIntoView({ block: 'nearest' }); }
  }

  /* From the live or frozen picture into the past, where it stood. */
  enterStored() {
    if (this.view === 'stored' || this.source.timeline.empty) return;
    const span = this.viewport.spanAt(this.speed), end = this.sweep.pen === null ? null : this.source.timeline.msOf(this.recording, this.sweep.pen);
    this.show((end === null ? this.source.timeline.endMs : Math.min(end, this.source.timeline.endMs)) - span / 2);
  }

  moved() { this.changed(); this.paintOverview(); }

  pan(pixels) { this.enterStored(); this.viewport.pan(pixels / this.width * this.viewport.span); this.moved(); }

  scroll(way, share = SCROLL) {
    if (this.view !== 'stored' && way > 0) return;
    this.pan(way * share * this.width);
    this.say(fullMoment(this.viewport.middle));
  }

  home() { if (!this.source.timeline.empty) { this.show(this.source.timeline.beginMs + this.viewport.spanAt(this.speed) / 2); this.say(fullMoment(this.viewport.middle)); } }

  end() { if (this.page.dataset.bed === '') this.show(this.source.timeline.endMs); else this.goLive(); }

  zoom(factor, x) { this.enterStored(); this.viewport.zoom(factor, x); this.moved(); }

  /* 1: slower, more of it; -1: faster, less of it. */
  stepSpeed(way) {
    if (this.view === 'stored') { this.viewport.step(way); this.moved(); }
    else { this.speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(this.speed) - way))]; this.fit(); }
    this.say(this.scaleWords());
  }

  stepGain(way) {
    this.gain = GAINS[Math.min(GAINS.length - 1, Math.max(0, GAINS.indexOf(this.gain) + way))];
    this.fit();
    this.say(this.scaleWords());
  }

  /* A beat has a card (`{recording, index}`) or none: the box round it. */
  choose(beat) {
    this.stored.chosen = beat;
    this.sweep.choose(beat && beat.recording === this.recording ? beat.index : null);
    this.changed();
  }

  /* The moment that a mark is set at: the caliper's leg, the middle of what is stored, the newest sample. */
  moment() {
    if (this.rulers.rr) return { recording: this.rulers.rr.recording, index: this.rulers.rr.from };
    if (this.view === 'stored') return this.source.timeline.placeAt(this.viewport.middle);
    return this.recording === null || this.sweep.pen === null ? null : { recording: this.recording, index: this.sweep.pen };
  }

  speedWords() {
    const { face } = this, exact = SPEEDS.find((speed) => Math.abs(speed / face.speed - 1) < 0.001);
    if (this.view === 'stored' && !this.stored.samples) return t('strip.across', { length: lengthWords(this.viewport.span) });
    return (exact || face.speed.toFixed(1)) + ' mm/s';
  }

  scaleWords() { return this.speedWords() + ' · ' + this.gain + ' mm/mV'; }

  tellScale() {
    const lead = this.lead ? ' ' + t('bedside.lead', { lead: this.lead }) : '', raw = this.view === 'stored' && !this.stored.samples;
    say(this.parts.scale, this.scaleWords() + lead + (raw ? ' · ' + t('strip.envelope') : ''));
    say(this.parts.speedWord, this.speedWords()); say(this.parts.gainWord, this.gain + ' mm/mV');
    this.tellWhole();
    this.page.dataset.moment = this.view === 'stored' ? String(Math.round(this.viewport.middle)) : '';
  }

  say(words) { say(this.parts.said, words); }

  /* nowMs: the gateway's wall time, null while unknown; silent: nothing live may be shown. */
  tell(nowMs, silent) {
    this.nowMs = nowMs; this.silent = silent;
    if (this.view === 'live' && this.marks.list.length) this.changed();   // marks move with the pen
    say(this.parts.badge, this.badge());
  }

  badge() {
    if (this.view === 'frozen') return t(this.silent ? 'strip.frozen_silent' : 'strip.frozen', { time: runningTime(performance.now() - this.sinceMs) });
    if (this.view !== 'stored') return '';
    const { trouble } = this.stored.supply, late = this.stored.complete ? '' : ' · ' + t('strip.loading');
    if (trouble) return t('strip.trouble_' + trouble);
    return t(this.silent ? 'strip.stored_silent' : 'strip.stored', { moment: fullMoment(this.viewport.middle) }) + late;
  }
}

function say(node, text) { if (node.textContent !== text) node.textContent = text; }
