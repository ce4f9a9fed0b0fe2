/* What stands on the phone's page: parts by name, sentences for every trouble. Knows no store and no line. */
import { msSince } from './phone_moment.js';
import { clockTime, duration } from './written.js';
import { t } from './words.js';

const LATE_MS = 10000;                 // from so long without an acknowledgement on the line is said to be gone
const TRIED = { demo: 'phone.source_demo', file: 'phone.source_file' };
const NOW_MS = 3000;                   // an acknowledgement each second is no news: words that stand cost nothing

export const parts = Object.fromEntries([...document.querySelectorAll('[data-part]')].map((node) => [node.dataset.part, node]));

/* Writes only what changed: an untouched node costs the browser nothing. */
export function say(node, text) { if (node.textContent !== text) node.textContent = text; }
function mark(name, value) { if (document.body.dataset[name] !== value) document.body.dataset[name] = value; }

/* state: unpaired, ready, recording, watching. */
export function show(state) { mark('state', state); }

let shown = null;

/* The note about trouble `name`, with words of the server's own in place of ours; null takes it away. act: [label, deed]. */
export function note(name, words = null, act = null) {
  const key = name && name + words;
  if (key === shown) return;
  shown = key;
  parts.note.hidden = name === null;
  document.body.dataset.trouble = name || '';
  if (name === null) return;
  say(parts.noteTitle, t('phone.trouble_' + name));
  say(parts.noteText, words || t('phone.trouble_' + name + '_text'));
  parts.noteAct.hidden = act === null;
  if (act) { say(parts.noteAct, act[0]); parts.noteAct.onclick = act[1]; }
}

function ago(ms) { return ms < NOW_MS ? t('phone.ago_now') : t('phone.ago', { time: duration(ms / 1000) }); }

function length(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes < 1 ? t('phone.since_now') : t('phone.since', { time: minutes < 60 ? t('phone.minutes', { count: minutes }) : duration(seconds) });
}

/* How long it has recorded, and that it is nobody's heart where it is none: "Recording" alone would be believed. */
function since(recording) {
  const told = length(recording.end / recording.rate), tried = TRIED[recording.source];
  return tried ? told + ' · ' + t(tried) : told;
}

/* now: {recording, running, watching, lives, known, ackAt (a moment or null), waiting (s), label, canGoOn}. */
export function tell(now) {
  const { recording, running, known } = now, looking = now.watching || running, contact = looking ? known.contact : 'not_yet';
  say(parts.title, t(now.watching ? 'phone.watching' : !running ? (recording ? 'phone.not_recording' : 'phone.ready') : now.lives ? 'phone.recording' : 'phone.not_recording'));
  say(parts.sub, running && now.lives ? since(recording) : now.label);
  mark('lives', running && now.lives || now.watching && known.heartRate !== null ? 'yes' : '');
  say(parts.rate, (now.watching || running && now.lives) && known.heartRate !== null ? String(known.heartRate) : '– –');
  say(parts.rr, known.rr && known.rr.length ? Math.round(known.rr.at(-1)) + ' ms' : '– –');
  say(parts.contact, t('phone.contact_' + contact));
  say(parts.sent, now.ackAt === null ? t('phone.sent_never') : ago(msSince(now.ackAt)));
  say(parts.waits, now.waiting < 1 ? t('phone.waits_nothing') : duration(now.waiting));
  say(parts.battery, known.battery === null ? t('phone.contact_unknown') : known.battery + ' %');
  say(parts.start, t(now.canGoOn ? 'phone.go_on' : 'phone.start'));
  mark('waits', String(Math.ceil(now.waiting)));
}

/* The trouble that the numbers themselves tell, null for none. */
export function plainTrouble(now) {
  if (!now.running) return null;
  if (now.known.contact === 'no') return 'strap_off';
  if (!navigator.onLine) return 'offline';
  const silence = Math.min(msSince(now.beganAt), now.ackAt === null ? Infinity : msSince(now.ackAt));
  return !now.connected && silence > LATE_MS ? 'offline' : null;
}

export function felt(atMs, waits) { say(parts.feltTold, t(waits ? 'phone.felt_waits' : 'phone.felt_told', { time: clockTime(atMs) })); }

/* A button that acts when it is held: one that stops a recording must not be touched by accident. */
export function held(button, ms, act, hint) {
  let timer = null;
  const let_go = () => { if (timer !== null) { clearTimeout(timer); timer = null; button.dataset.held = ''; hint(); } };
  button.addEventListener('pointerdown', () => {
    button.dataset.held = 'yes';
    timer = setTimeout(() => { timer = null; button.dataset.held = ''; act(); }, ms);
  });
  for (const name of ['pointerup', 'pointerleave', 'pointercancel']) button.addEventListener(name, let_go);
  button.addEventListener('contextmenu', (event) => event.preventDefault());
}
