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

/* A moment on a scale whose words stand `step` ms apart. */
export function tickWords(ms, step) {
  if (step < 1000) return TENTH.format(ms);
  if (step < 60000) return SECOND.format(ms);
  const midnight = new Date(ms).getHours() === 0 && new Date(ms).getMinutes() === 0;
  return midnight || step >= DAY_MS ? DAY.format(ms) : MINUTE.format(ms);
}

/* Day and time to the second. */
export function fullMoment(ms) { return DAY_SECOND.format(ms); }

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
  if (gap.fromMs === -Infinity) return [t('strip.nothing_before', { at: moment(gap.toMs) })];
  if (gap.toMs === Infinity) return [t('strip.nothing_after', { at: fullMoment(gap.fromMs) }), t('strip.nothing_yet')];
  const sameDay = DAY.format(gap.fromMs) === DAY.format(gap.toMs), short = gap.toMs - gap.fromMs < 120000;
  const say = short ? SECOND : MINUTE, ends = { from: say.format(gap.fromMs), to: say.format(gap.toMs) };
  const far = { from: moment(gap.fromMs), to: moment(gap.toMs) }, length = lengthWords(gap.toMs - gap.fromMs);
  const key = gap.why === 'deleted' ? 'strip.deleted_between' : 'strip.nothing_between';
  return [t(key, sameDay ? ends : far), length];
}
