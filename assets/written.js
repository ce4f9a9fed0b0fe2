/* How times and numbers are written; written.py is the same for pages that the server makes. Pure. */
import { language, t } from './words.js';

const PLACE = language === 'zh' ? 'zh-CN' : 'en-GB';
const CLOCK = new Intl.DateTimeFormat(PLACE, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const TIME = new Intl.DateTimeFormat(PLACE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(PLACE, { day: 'numeric', month: 'short' });
const digits = new Map();              // by decimals: making one takes long

/* Time of day of wall ms in the browser's zone, as 02:14:37. */
export function clockTime(ms) { return CLOCK.format(ms); }

/* Day and time, as 27 Nov 14:02. */
export function moment(ms) { return DAY.format(ms) + ' ' + TIME.format(ms); }

/* A time that runs: 47 s -> "00:47", one hour and more -> "1:02:03". */
export function runningTime(ms) {
  const seconds = Math.floor(ms / 1000), two = (value) => String(value).padStart(2, '0');
  const clock = two(Math.floor(seconds / 60) % 60) + ':' + two(seconds % 60);
  return seconds < 3600 ? clock : Math.floor(seconds / 3600) + ':' + clock;
}

/* In words, as 48 s, 6 min 12 s or 2 h 5 min. */
export function duration(seconds) {
  const whole = Math.round(seconds), minutes = Math.floor(whole / 60);
  if (whole < 60) return t('time.seconds', { seconds: whole });
  if (whole < 3600) return t('time.minutes', { minutes: minutes, seconds: whole % 60 });
  return t('time.hours', { hours: Math.floor(whole / 3600), minutes: minutes % 60 });
}

/* 1234.5 -> "1 235" with a thin space; null -> a dash. */
export function shownNumber(value, decimals) {
  if (value === null || value === undefined) return '–';
  if (!digits.has(decimals)) digits.set(decimals, new Intl.NumberFormat('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  return digits.get(decimals).formatToParts(value).map((part) => part.type === 'group' ? '\u2009' : part.value).join('');
}
