/* How moments, lengths and gaps are said on the strip. */
import { duration, moment } from './written.js';
import { language, t } from './words.js';

const PLACE = language === 'zh' ? 'zh-CN' : 'en-GB';
const format = (options) => new Intl.DateTimeFormat(PLACE, { hourCycle: 'h23', ...options });
const MINUTE = format({ hour: '2-digit', minute: '2-digit' });
const SECOND = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const TENTH = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 1 });
const DAY = format({ day: 'numeric', month: 'short' });
const DAY_SECOND = format({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY_MS = 86400000;
let origin = null;                     // of a recording of which nobody knows when it was: times count from its beginning

export function countFrom(ms) { origin = ms; }

function write(clock, ms) { return origin === null ? clock.format(ms) : since(ms - origin, clock === TENTH ? 1 : 0); }

function since(ms, decimals) {
  const way = ms < 0 ? '−' : '+', seconds = Math.abs(ms) / 1000, two = (value) => String(value).padStart(2, '0');
  const rest = (Math.floor(seconds % 60 * 10 ** decimals) / 10 ** decimals).toFixed(decimals).padStart(decimals ? 4 : 2, '0');
  return way + Math.floor(seconds / 3600) + ':' + two(Math.floor(seconds / 60) % 60) + ':' + rest;
}

/* A moment on a scale whose words stand `step` ms apart. */
export function tickWords(ms, step) {
  if (step < 1000) return write(TENTH, ms);
  if (step < 60000 || origin !== null) return write(SECOND, ms);
  const midnight = new Date(ms).getHours() === 0 && new Date(ms).getMinutes() === 0;
  return midnight || step >= DAY_MS ? DAY.format(ms) : MINUTE.format(ms);
}

/* Day and time to the second. */
export function fullMoment(ms) { return write(DAY_SECOND, ms); }

/* Time of day to the second. */
export function timeOfDay(ms) { return write(SECOND, ms); }

/* A length, with days where it has some; round ones without their noughts. */
export function lengthWords(ms) {
  const seconds = Math.round(ms / 1000), hours = Math.round(seconds / 3600);
  if (ms >= DAY_MS) return hours % 24 ? t('strip.days', { days: Math.floor(hours / 24), hours: hours % 24 }) : t('strip.only_days', { days: hours / 24 });
  if (seconds < 60 || seconds % 60) return duration(seconds);
  return seconds % 3600 ? seconds < 3600 ? t('strip.only_minutes', { minutes: seconds / 60 }) : duration(seconds) : t('strip.only_hours', { hours: hours });
}

/* What is said of a gap, the fullest first. */
export function absentWords(gap) {
  if (gap.fromMs === -Infinity && gap.toMs === Infinity) return [t('strip.nothing_at_all')];
  if (gap.fromMs === -Infinity) return [t('strip.nothing_before', { at: origin === null ? moment(gap.toMs) : fullMoment(gap.toMs) })];
  if (gap.toMs === Infinity) return [t('strip.nothing_after', { at: fullMoment(gap.fromMs) }), t('strip.nothing_yet')];
  const sameDay = DAY.format(gap.fromMs) === DAY.format(gap.toMs), short = gap.toMs - gap.fromMs < 120000;
  const say = short ? SECOND : MINUTE, ends = { from: write(say, gap.fromMs), to: write(say, gap.toMs) };
  const far = { from: origin === null ? moment(gap.fromMs) : fullMoment(gap.fromMs), to: origin === null ? moment(gap.toMs) : fullMoment(gap.toMs) }, length = lengthWords(gap.toMs - gap.fromMs);
  const key = gap.why === 'deleted' ? 'strip.deleted_between' : 'strip.nothing_between';
  return [t(key, sameDay ? ends : far), length];
}
