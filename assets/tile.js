/* One bed on the wall. Everything a person typed goes in as text, never as markup. */
import { Alerts } from './alerts.js';
import { Bedside, limitWords } from './vitals.js';
import { t } from './words.js';
import { clockTime, runningTime, shownNumber } from './written.js';
import { Power } from './power.js';
import { Scroll } from './scroll.js';
import { Sweep } from './sweep.js';
import { TOKEN } from './ink.js';

const MADE_UP = 'DEMO';                // the lead of what a phone plays to try it: docs/PHONE.md

function element(name, className, parent, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

/* Writes only what changed: an untouched node costs the browser nothing. */
function say(node, text) { if (node.textContent !== text) node.textContent = text; }
function mark(node, name, value) { if (node.dataset[name] !== value) node.dataset[name] = value; }

function vital(parent, label, unit, method) {
  const box = element('div', 'vital', parent);
  box.dataset.method = method;
  element('span', '', box, label);
  const value = element('b', '', box, '–');
  element('em', '', box, unit);
  return { box: box, value: value };
}

export class Tile {
  constructor(bed, parent) {
    this.bedside = new Bedside();
    this.alerts = new Alerts();
    this.root = element('a', 'tile', parent);
    element('span', 'frame', this.root);
    const head = element('header', '', this.root);
    this.bedName = element('b', 'bed', head);
    this.who = element('span', 'who', head);
    this.chip = element('span', 'chip', head);
    this.sign = element('i', 'sign', head);
    this.word = element('span', 'word', head);
    this.prio = element('span', 'prio', head);
    this.named = element('span', 'named', head);
    this.more = element('span', 'more', head);
    this.last = element('span', 'last', head);
    this.button = element('span', 'act', head);
    this.low = new Power(head);          // where there is no foot: only when it is low
    this.running = element('span', 'run', head);
    this.strip = element('div', 'strip', this.root);
    this.canvas = element('canvas', '', this.strip);
    this.scale = element('span', 'scale', this.strip);
    const message = element('div', 'message', this.strip);
    this.message = element('b', '', message);
    this.why = element('span', '', message);
    this.rate = element('div', 'rate', this.root);
    this.number = element('div', 'number', this.rate);
    this.limits = element('div', 'limits', this.rate);
    this.rate.dataset.method = 'heart_rate';
    this.foot = element('footer', '', this.root);
    this.rr = vital(this.foot, 'RR', 'ms', 'rr_last');
    this.rmssd = vital(this.foot, 'RMSSD', 'ms', 'rmssd');
    this.share = element('em', 'share', this.rmssd.box);
    this.burden = vital(this.foot, t('tile.burden'), '%', 'af_burden');
    const tech = element('span', 'tech', this.foot);
    this.power = new Power(tech);
    this.age = element('span', 'age', tech);
    this.age.dataset.method = 'age';
    this.root.setAttribute('aria-describedby', 'method-heart_rate method-rr_last method-rmssd method-af_burden method-battery method-age');
    for (const node of [this.bedName, this.who]) node.dir = 'auto';     // a name may run from right to left
    this.button.setAttribute('role', 'button');
    this.seen = false;                 // whether any of it stands on the screen
    this.channel = null;
    this.draw('sweep');
    this.seat(bed);
  }

  /* mode: 'sweep' or 'scroll'. Call `fit` afterwards. */
  draw(mode) {
    if (mode === this.mode) return;
    const drawn = this.sweep ? this.sweep.drawn : 0;
    this.mode = mode;
    this.sweep = new (mode === 'scroll' ? Scroll : Sweep)(this.bedside.trace, this.canvas);
    this.sweep.drawn = drawn;
  }

  /* Takes the directory's word on this bed; a new recording begins with an empty strip. */
  seat(bed) {
    if (bed.channel !== this.channel) { this.channel = bed.channel; this.clear(); }
    this.bed = bed;
    const empty = bed.patient_id === null;
    this.empty = empty;
    say(this.bedName, bed.bed);
    const named = bed.name || bed.initials || '', played = bed.lead === MADE_UP;
    const who = empty ? t('tile.empty_bed') : played ? t('tile.made_up', { who: named }) : named;
    say(this.who, who);
    if (this.who.title !== who) this.who.title = who;
    mark(this.root, 'bed', bed.bed);
    mark(this.root, 'patient', empty ? '' : String(bed.patient_id));
    this.link();
  }

  /* The way to the patient, for people; the bedside page takes the wall's settings along and brings them back. */
  link() {
    if (this.empty || document.body.dataset.alone) this.root.removeAttribute('href');
    else this.root.href = '/patient/' + this.bed.patient_id + location.search;
  }

  /* A tile that comes into sight is drawn anew: what happened meanwhile was only kept. */
  see(seen) {
    if (seen && !this.seen && this.sweep.measures) this.sweep.repaintAll();
    this.seen = seen;
  }

  clear() { this.bedside.clear(); this.sweep.rest(); }

  fit(measures, ink) { this.sweep.fit(measures, ink); }

  receiveTrace(block) { this.bedside.receiveTrace(block); }

  receiveEvent(event) {
    const dirty = this.bedside.receiveEvent(event);
    if (dirty && this.seen) this.sweep.repaint(dirty[0], dirty[1]);
  }

  frame(seconds) {
    if (this.seen && (this.state === 'live' || this.state === 'poor')) this.sweep.frame(seconds);
  }

  /* What the tile says at gateway time `now` (ms); `cutOff` says that nothing on the wall is live. */
  tell(now, cutOff) {
    const state = this.empty ? 'empty' : cutOff ? 'nosignal' : this.bedside.state(now);
    if (state === 'nosignal' && this.state !== 'nosignal') this.sweep.rest();
    this.state = state;
    mark(this.root, 'state', state);
    mark(this.root, 'cut', String(cutOff));
    this.tellSilence(now, cutOff, this.tellAlert(now, cutOff));
    this.tellNumbers(now, cutOff);
    const { times } = this.sweep;
    say(this.scale, times && (state === 'live' || state === 'poor') ? t('tile.auto') + '\n×' + times : '');
    mark(this.root, 'samples', String(this.sweep.drawn));
    mark(this.root, 'sign', this.bedside.newestSign());
  }

  /* alert: {chip, running} of the alert that stands, either null. */
  tellSilence(now, cutOff, alert) {
    const silent = this.state === 'nosignal' && !cutOff, poor = this.state === 'poor';
    say(this.chip, alert.chip !== null ? alert.chip : silent ? '! ' + t('signal.none_short') : poor ? '! ' + t('signal.poor_short') : '');
    const last = this.bedside.atMs;
    const since = silent && last && now !== null ? runningTime(Math.max(0, now - last)) : '';
    say(this.running, alert.running !== null ? alert.running : since);
    say(this.message, silent ? t('signal.none', { time: since }).trim() : '');
    say(this.why, silent ? this.reason(now, last) : '');
  }

  /* The gravest alert that stands; it takes the head, whatever else there is to say. Returns what goes into chip and clock. */
  tellAlert(now, cutOff) {
    const standing = this.empty || cutOff ? '' : this.alerts.standing(), short = ['compact', 'dense'].includes(document.body.dataset.layout) || innerWidth <= 700;
    const words = standing ? this.alerts.words(now, short) : { mark: '', name: '', more: '', running: '' }, loud = ['high', 'medium', 'latched'].includes(standing);
    say(this.prio, loud ? words.mark : '');
    say(this.named, loud ? words.name : '');
    say(this.more, words.more);
    say(this.last, standing || this.empty || cutOff || this.state === 'nosignal' ? '' : this.alerts.last(now));
    say(this.button, standing && standing !== 'seen' && !document.body.dataset.alone ? t('alerts.acknowledge') : '');
    mark(this.root, 'hue', standing ? this.alerts.gravest().priority : '');
    if (this.root.dataset.alert !== standing) {
      mark(this.root, 'alert', standing);
      for (const flash of this.root.getAnimations({ subtree: true })) flash.startTime = 0;   // all tiles in phase
    }
    return { chip: !standing ? null : loud ? '' : words.mark + ' ' + words.name, running: standing && (loud || this.state !== 'nosignal') ? words.running : null };
  }

  reason(now, last) {
    if (!last) return t('signal.never');
    const behind = this.bedside.behindMs;
    if (behind > 0 && this.bedside.ageMs(now) - behind < behind) return t('signal.behind', { seconds: Math.round(behind / 1000) });
    return t('signal.silent_since', { time: clockTime(last) });
  }

  tellNumbers(now, cutOff) {
    const vitals = cutOff || this.empty ? null : this.bedside.shown(now);
    const rate = vitals && vitals.heart_rate !== null ? String(Math.round(vitals.heart_rate)) : '';
    say(this.number, this.empty ? '' : rate || '– –');
    mark(this.root, 'hr', rate);
    const limits = rate ? limitWords(this.bed.limits) : '';
    say(this.limits, limits);
    this.tellDevice(now, cutOff, limits && t('tile.limits', { range: limits }));
    this.tellVital(this.rr, vitals && vitals.rr_last);
    this.tellVital(this.rmssd, vitals && vitals.rmssd);
    say(this.share, vitals && vitals.nn_used !== null ? t('tile.used', { percent: Math.round(vitals.nn_used) }) : '');
    say(this.burden.value, vitals ? this.bedside.burdenOfDay() : '');
    mark(this.burden.box, 'known', String(this.burden.value.textContent !== ''));
    const finding = cutOff || this.empty ? { sign: '', words: '' } : this.bedside.finding(now);
    say(this.sign, finding.sign);
    const style = 'sign ' + (TOKEN[finding.sign] || '');
    if (this.sign.className !== style) this.sign.className = style;
    say(this.word, finding.words);
    const age = this.bedside.ageMs(now);
    say(this.age, this.state === 'live' || this.state === 'poor' ? t('signal.age', { seconds: shownNumber(age / 1000, 1) }) : '');
  }

  /* Of a dense tile all of it is told where the heart rate is pointed at. */
  tellDevice(now, cutOff, limits) {
    const device = cutOff || this.empty ? null : this.bed.device, delay = cutOff ? '' : this.bedside.delayWords(now);
    for (const power of [this.power, this.low]) power.tell(device);
    const link = delay && t('tile.link_now', { delay: delay }), dense = ['dense', 'compact'].includes(document.body.dataset.layout);
    mark(this.age, 'now', link);
    mark(this.rate, 'now', dense ? [limits, link, this.power.root.dataset.now].filter(Boolean).join(' ') : limits);
  }

  tellVital(vital, number) {
    say(vital.value, number === null ? '–' : String(Math.round(number)));
    mark(vital.box, 'known', String(number !== null));
  }
}
