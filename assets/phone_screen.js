/* What stands on the phone's page: parts by name, sentences for every trouble. Knows no store and no line. */
import { clockTime, duration } from './written.js';
import { t } from './words.js';

const LATE_S = 10;                     // from so many seconds without an acknowledgement on the line is said to be gone

export const parts = Object.fromEntries([...document.querySelectorAll('[data-part]')].map((node) => [node.dataset.part, node]));

/* Writes only what changed: an untouched node costs the browser nothing. */
export function say(node, text) { if (node.textContent !== text) node.textContent = text; }

/* state: unpaired, ready, recording, watching. */
export function show(state) { if (document.body.dataset.state !== state) document.body.dataset.state = state; }

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

const ago = (ms) => t('phone.ago', { time: duration(Math.max(0, (Date.now() - ms) / 1000)) });

/* now: {recording, running, watching, lives, known, ackAt, waiting (s), label, canGoOn}. */
export function tell(now) {
  const { recording, running, known } = now, looking = now.watching || running, contact = looking ? known.contact : 'not_yet';
  say(parts.title, t(now.watching ? 'phone.watching' : !running ? (recording ? 'phone.not_recording' : 'phone.ready') : now.lives ? 'phone.recording' : 'phone.not_recording'));
  say(parts.sub, running && now.lives ? t('phone.since', { time: duration((Date.now() - recording.started) / 1000) }) : now.label);
  document.body.dataset.lives = running && now.lives || now.watching && known.heartRate !== null ? 'yes' : '';
  say(parts.rate, (now.watching || running && now.lives) && known.heartRate !== null ? String(known.heartRate) : '– –');
  say(parts.rr, known.rr && known.rr.length ? Math.round(known.rr.at(-1)) + ' ms' : '– –');
  say(parts.contact, t('phone.contact_' + contact));
  say(parts.sent, now.ackAt === null ? t('phone.sent_never') : ago(now.ackAt));
  say(parts.waits, now.waiting < 1 ? t('phone.waits_nothing') : duration(now.waiting));
  say(parts.battery, known.battery === null ? t('phone.contact_unknown') : known.battery + ' %');
  parts.start.textContent = t(now.canGoOn ? 'phone.go_on' : 'phone.start');
  document.body.dataset.waits = Math.ceil(now.waiting);
}

/* The trouble that the numbers themselves tell, null for none. */
export function plainTrouble(now) {
  if (!now.running) return null;
  if (now.known.contact === 'no') return 'strap_off';
  if (!navigator.onLine) return 'offline';
  const since = Math.max(now.ackAt || 0, now.beganAt);
  return !now.connected && Date.now() - since > LATE_S * 1000 ? 'offline' : null;
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
