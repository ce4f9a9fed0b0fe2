/* The patient's phone: pairs, records, delivers, and tells in plain words how that stands. */
import { Awake } from './awake.js';
import { beat } from './metronome.js';
import { FileError, played, readFiles } from './phone_file.js';
import { CHUNK_MS, DEMO, demoHeart } from './phone_heart.js';
import { Marks } from './phone_marks.js';
import { ClockWatch, moment } from './phone_moment.js';
import { Picture } from './phone_picture.js';
import { Recorder } from './phone_recorder.js';
import { felt, held, note, parts, plainTrouble, say, show, tell } from './phone_screen.js';
import { Store } from './phone_store.js';
import { RateOnly, chooseStrap } from './phone_strap.js';
import { Watch } from './phone_watch.js';
import { CLOSE } from './phone_wire.js';
import { t } from './words.js';

const HOLD_MS = 1200;
const CLOSING_MS = 2000;               // an earlier page of this phone that is being closed is gone by then
const NOTHING = { contact: 'unknown', battery: null, heartRate: null, rr: [] };
let store, device = null, recorder = null, marks = null, source = null, watch = null, awake = null, trouble = null, beganAt = null, feltAt = null;
const clock = new ClockWatch(), picture = new Picture(parts.trace);

async function pair(code) {
  let answer, told;
  if ((await store.recordings()).length && !confirm(t('phone.pair_sure'))) return;
  try {
    answer = await fetch('/devices/pair', { method: 'POST', credentials: 'omit', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ code: code }) });
    told = await answer.json();
  } catch { note('no_server'); return; }
  if (!answer.ok) { note('code', told.sentence); return; }
  await store.pair({ token: told.token, device: told.device, label: told.label, ingest: told.ingest }, device);
  note(null);
  parts.codeForm.code.value = '';
  await enter();
}

/* A paired phone: what an earlier page left is taken up, delivered, and gone on with where that needs no hand. */
async function enter() {
  device = await store.device();
  if (device === null) { show('unpaired'); return; }
  marks = new Marks(store, device);
  recorder = new Recorder(store, device, {
    samples: drawn,
    trouble: (name) => { trouble = name; },
    refused: refused,
  });
  await recorder.restore();
  const open = recorder.open;
  if (open) clock.compare(open.recording.keptMs);
  show('ready');
  if (open && open.recording.source === DEMO) await begin(demoHeart(open.recording.rate));
  tick();
}

function drawn(recording, first, samples) {
  if (picture.recording !== recording.id) picture.begin(recording);
  picture.receive(first, samples);
}

async function begin(chosen) {
  trouble = null;
  source = chosen;
  beganAt = moment();
  try { await recorder.begin(source); } catch (error) { fail(error); return; }
  show('recording');
  picture.begin(recorder.running.recording);
  if (awake === null) awake = new Awake(); else awake.want();
  tick();
}

function fail(error) {
  source = null;
  trouble = error.trouble || 'store_full';
  if (!error.trouble) reportError(error);
  show('ready');
  tick();
}

const CHOICES = { strap: chooseStrap, demo: () => demoHeart(Number(parts.rateHz.value)), file: fileHeart };

async function fileHeart() {
  const files = [...parts.file.files];
  if (!files.length) throw new FileError('file_none');
  return played(readFiles(await Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })))));
}

/* A strap without an ECG: its number, and nothing else. */
async function look(strap) {
  watch = new Watch(strap, (name) => { trouble = name; });
  try { await watch.start(); } catch (error) { watch = null; throw error; }
  trouble = 'no_ecg';
  show('watching');
  tick();
}

async function leave() {
  const left = watch;
  watch = null;
  rest();
  await left.stop();
}

async function start() {
  if (parts.start.disabled) return;
  parts.start.disabled = true;
  try {
    const chosen = await CHOICES[document.querySelector('[name=source]:checked').value]();
    await (chosen instanceof RateOnly ? look(chosen) : begin(chosen));
  } catch (error) { fail(error); }
  parts.start.disabled = false;
}

async function stop() {
  if (source === null) return;
  source = null;
  await recorder.finish();
  rest();
}

function rest() {
  trouble = null;
  if (awake) awake.rest();
  feltAt = null;
  say(parts.feltTold, '');
  show('ready');
  tick();
}

async function refused(code) {
  if (code === CLOSE.SUPERSEDED) { trouble = 'elsewhere'; return; }
  if (code !== CLOSE.TOKEN_REFUSED) { trouble = 'refused'; return; }
  source = null;
  rest();
  note('revoked');
  show('unpaired');
  recorder = null;
}

const ACTS = {
  elsewhere: ['phone.take_back', () => { trouble = null; recorder.takeBack(); tick(); }],
  clock: ['phone.understood', () => { clock.setBack = false; tick(); }],
};

/* How everything stands, some four times a second; once a second while nobody looks. */
function tick() {
  if (source && source.tick) source.tick();
  if (recorder === null) return;
  recorder.beat();
  marks.beat();
  clock.look();
  const running = recorder.running !== null, looked = !document.hidden;
  picture.pace(running && looked);
  if (!looked) return;
  const one = recorder.running || recorder.open;
  const now = {
    recording: one && one.recording, running: running, watching: watch !== null, lives: picture.lives, known: watch ? watch.known : (running && recorder.known) || NOTHING, ackAt: recorder.ackAt,
    waiting: recorder.waitingSeconds, label: device.label, canGoOn: !running && one !== null, connected: recorder.connected, beganAt: beganAt,
  };
  tell(now);
  const calm = running && now.lives && picture.calm;
  if (parts.calm.hidden === calm) parts.calm.hidden = !calm;
  if (feltAt !== null) felt(feltAt, marks.waiting !== 0);
  const name = trouble || plainTrouble(now) || (clock.setBack ? 'clock' : null), act = ACTS[name];
  note(name, null, act ? [t(act[0]), act[1]] : null);
}

function listen() {
  parts.codeForm.addEventListener('submit', async (event) => {
    event.preventDefault();
    const code = parts.codeForm.code.value.trim();
    if (!code) { parts.codeForm.code.focus(); return; }
    parts.connect.disabled = true;
    await pair(code);
    parts.connect.disabled = false;
  });
  parts.start.addEventListener('click', start);
  parts.leave.addEventListener('click', leave);
  parts.file.addEventListener('change', () => { parts.fileSource.checked = true; });
  held(parts.stop, HOLD_MS, stop, () => { feltAt = null; say(parts.feltTold, t('phone.hold_hint')); });
  parts.stop.addEventListener('click', (event) => { if (event.detail === 0) parts.sure.showModal(); });   // a keyboard, a screen reader
  parts.sure.addEventListener('close', () => { if (parts.sure.returnValue === 'yes') stop(); });
  parts.felt.addEventListener('click', () => { parts.symptoms.returnValue = ''; parts.symptoms.showModal(); });
  parts.symptoms.addEventListener('close', async () => {
    const symptom = parts.symptoms.returnValue;
    if (!symptom || !recorder.running) return;
    const { recording } = recorder.running;
    try { await marks.set(recording, symptom); } catch { trouble = 'store_full'; return; }
    picture.flag(recording.end);
    feltAt = Date.now();
    tick();
  });
  addEventListener('hashchange', () => location.reload());
  for (const name of ['pointerdown', 'keydown']) addEventListener(name, () => { picture.touch(); if (picture.everyMs !== null) picture.pace(true); });
  addEventListener('resize', () => picture.fit());
  addEventListener('online', () => { if (recorder && recorder.link) recorder.link.hurry(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { picture.fit(); tick(); } });
}

/* The code of a QR link stands behind the #: it is used once, and taken out of the address at once. */
function codeOfLink() {
  const code = new URLSearchParams(location.hash.slice(1)).get('pair');
  if (code) history.replaceState(null, '', location.pathname + location.search);
  return code;
}

async function run() {
  parts.noBluetooth.hidden = Boolean(navigator.bluetooth);
  try { store = await Store.open(); device = await store.device(); } catch { show('closed'); note('store_refused'); return; }
  listen();
  beat(tick, CHUNK_MS, '/phone/metronome_worker.js');
  const code = codeOfLink();
  if (code) { show('unpaired'); parts.codeForm.code.value = code; await pair(code); } else await enter();
}

/* Two pages of one phone would take the line from each other: the second one waits until the first is closed. */
function alone() {
  if (!navigator.locks) { run(); return; }
  const mine = () => { run(); return new Promise(() => null); };
  navigator.locks.request('wardbeat-phone', { signal: AbortSignal.timeout(CLOSING_MS) }, mine).catch(() => {
    show('closed'); note('another_page', null, [t('phone.take_back'), () => location.reload()]);
  });
}

if (navigator.serviceWorker) navigator.serviceWorker.register('/phone/worker.js', { scope: '/phone' });
alone();
