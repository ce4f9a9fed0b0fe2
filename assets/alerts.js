/* The alerts of one bed: which of them is told, how it stands, and what of it is to be heard. Pure: no DOM, no clock. */
import { t } from './words.js';
import { duration, runningTime } from './written.js';

export const MARK = { high: '!!!', medium: '!!', low: '!' };
const GRAVER = ['low', 'medium', 'high'];
const TECHNICAL = ['lead_off', 'poor_signal', 'no_data', 'battery', 'clock', 'storage', 'worker_lag'];
const REMIND_MS = 180000, REMIND_FOR_MS = 6000;        // as ecg/alert_times.py

export function key(alert) { return alert.recording + '/' + alert.rule + '/' + alert.start; }
export function nameOf(alert, short) { return t('alert.' + alert.rule + (short ? '_short' : '')); }

/* Flashes and sounds: nobody has seen it. */
export function waits(alert) { return alert.stage === 'alarming' || alert.stage === 'latched'; }

function isOver(alert) { return alert.stage === 'over' || alert.stage === 'closed'; }

/* What nobody has seen comes first, by priority; of these what lasts before what has ended; then what was seen. */
function weight(alert) { return (waits(alert) ? 10 : 0) + 2 * GRAVER.indexOf(alert.priority) + (alert.stage === 'latched' ? 0 : 1); }

export class Alerts {
  constructor() { this.clear(); }

  clear() { this.all = []; }

  /* Takes the newest word of the gateway on this bed. */
  receive(alerts) { this.all = [...alerts].sort((one, two) => weight(two) - weight(one) || two.began_ms - one.began_ms); }

  open() { return this.all.filter((alert) => !isOver(alert)); }

  /* The gravest that stands, or null. */
  gravest() { return this.open()[0] || null; }

  waiting() { return this.all.filter(waits); }

  /* 'high', 'medium' and 'low' while it lasts unseen, 'latched', 'seen', or '' for none. */
  standing() {
    const alert = this.gravest();
    return !alert ? '' : alert.stage === 'alarming' ? alert.priority : alert.stage;
  }

  /* {mark, name, more, running} of the gravest alert at gateway time `now`. */
  words(now, short) {
    const alert = this.gravest();
    const more = alert.stage === 'latched' ? t(short ? 'alerts.waits_short' : 'alerts.waits')
      : alert.stage === 'seen' ? t(short ? 'alerts.seen_short' : 'alerts.seen_by', { person: alert.seen_by || '' }) : '';
    return { mark: MARK[alert.priority], name: nameOf(alert, short || alert.stage === 'latched'), more: more, running: runningTime(Math.max(0, (now === null ? alert.began_ms : now) - alert.began_ms)) };
  }

  /* The alert that was over last, as "Pause 38 min ago"; '' for none. */
  last(now) {
    const over = this.all.filter((alert) => isOver(alert) && alert.ended_ms !== null).sort((one, two) => two.ended_ms - one.ended_ms)[0];
    return over && now !== null ? t('alerts.ago', { alert: nameOf(over, false), ago: ago((now - over.ended_ms) / 1000) }) : '';
  }

  /* What is to be heard of this bed: a priority, or null. Technical ones of low priority have their own sound. */
  heard(now) {
    const aloud = this.all.filter((alert) => waits(alert) || alert.stage === 'seen' && reminds(alert.seen_ms, now));
    const gravest = aloud.sort((one, two) => GRAVER.indexOf(two.priority) - GRAVER.indexOf(one.priority))[0];
    return !gravest ? null : gravest.priority === 'low' && TECHNICAL.includes(gravest.rule) ? 'technical' : gravest.priority;
  }

  /* Whether somebody has seen that nothing comes from here: then silence is told, and not heard. */
  silenceIsSeen() { return this.all.some((alert) => alert.rule === 'no_data' && alert.stage === 'seen'); }
}

function reminds(seenMs, now) { return now !== null && now - seenMs >= REMIND_MS && (now - seenMs) % REMIND_MS < REMIND_FOR_MS; }

function ago(seconds) { return seconds < 3600 ? duration(Math.max(0, seconds)).replace(/ min .*/, ' min') : duration(seconds); }

/* Who is called next, and when: the soonest of many lists; null for nobody. */
export function nextCall(boards) {
  const calls = boards.flatMap((board) => board.waiting()).filter((alert) => alert.next_person !== null);
  return calls.sort((one, two) => one.next_ms - two.next_ms)[0] || null;
}
