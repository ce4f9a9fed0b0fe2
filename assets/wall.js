/* The wall: the ward's beds on one screen, from one socket. */
import { act } from './alert_acts.js';
import { key, nextCall } from './alerts.js';
import { Awake } from './awake.js';
import { Choices } from './choices.js';
import { Keys } from './keys.js';
import { switchByLink, switchLanguage } from './language.js';
import { Live } from './live.js';
import { Renewal } from './renewal.js';
import { Severity } from './order.js';
import { SoundDesk } from './sound_desk.js';
import { StandStill } from './standstill.js';
import { WardTiles } from './ward.js';
import { louder } from './burst.js';
import { beat } from './metronome.js';
import { explainOn } from './methods.js';
import { readInk } from './ink.js';
import { t } from './words.js';
import { technical } from './technical.js';
import { clockTime, runningTime, shownNumber } from './written.js';

const TICK_MS = 100;                   // how often words and numbers are judged again
const STALL_MS = 1000;                 // a tick that comes this late: the screen stood still
const TOLD_MS = 10000;                 // how long it is said
const UNWATCHED_MS = 10000;            // nobody has kept the alerts for this long: it is heard
const FIRST_MS = 3000;                 // what is silent so soon after a (re)connection has not been sent yet
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const parts = {};
for (const node of document.querySelectorAll('[data-part]')) parts[node.dataset.part] = node;
const findings = JSON.parse(document.body.dataset.findings);

const choices = new Choices(location.search);
const severity = new Severity(findings.concern, findings.rest);
const awake = new Awake();
const renewal = new Renewal(document.body.dataset.edition, () => location.reload());
const ward = new WardTiles(parts.tiles, choices, severity, fit);
const sound = new SoundDesk(parts, notify, () => ward.layout());
const standStill = new StandStill(parts.still);
let ticked = performance.now(), drawn = ticked, wellSince = ticked, notice = null, heard = new Set();

/* Whether names are asked for: on a screen of its own always, the gateway knows whether it may show them. */
function named() { return Boolean(document.body.dataset.alone) || choices.get('names') === 'on'; }

/* In px: what DESIGN's table says in u, the unit of the wall. Every strip has 10 mm at its left for the pulse. */
function fit(tiles) {
  const unit = parts.unit.getBoundingClientRect().width / 100, ink = readInk(), small = ['dense', 'compact'].includes(document.body.dataset.layout);
  const mm = (small ? 2.6 : 4) * unit, usual = { mm: mm, gutter: 10 * mm, minor: false, auto: choices.get('gain') === 'auto' };
  const measures = small
    ? { ...usual, line: Math.max(1.2, 1.7 * unit), ribbon: 5 * unit, letter: Math.max(11, 18 * unit), letterTop: 2 }
    : { ...usual, line: Math.max(1.4, 2.4 * unit), ribbon: 7 * unit, letter: Math.max(12, 26 * unit), letterTop: 5 * unit };
  for (const tile of tiles) if (!tile.empty) tile.fit(measures, ink);
}

function seat(directory) {
  const beds = choices.chosen(directory), unknown = choices.unknown(directory);
  ward.seat(beds);
  parts.none.hidden = beds.length > 0;
  parts.noneTitle.textContent = unknown ? t('wall.unknown', { what: unknown }) : t('wall.no_beds');
  parts.noneText.textContent = unknown ? t('wall.unknown_why') : t('wall.no_beds_do');
  parts.unknown.textContent = unknown;
  parts.everything.hidden = !unknown;
  parts.ward.textContent = [...new Set(beds.map((bed) => bed.ward))].join(' · ') || 'Wardbeat';
  parts.beds.textContent = t('wall.beds', { count: beds.length });
  tell();
}

const live = new Live(document.body.dataset.gateway, 'all', {
  beds: seat,
  trace(block) { const tile = ward.byChannel.get(block.channel); if (tile) tile.receiveTrace(block); },
  event(event) { const tile = ward.byChannel.get(event.channel); if (tile) tile.receiveEvent(event); },
  alerts: receiveAlerts,
  delays(list) { ward.delays(list); },
  reset() { ward.reset(); wellSince = performance.now(); }
});

live.call(named());

const CUT = {                          // keys of what is said: the title, and the sentence under it
  link: ['cut.wall', 'cut.wall_text'],
  store: ['cut.store', 'cut.store_wall'],
  full: ['cut.full', 'cut.full_wall'],
  login: document.body.dataset.alone ? ['cut.revoked', 'cut.revoked_text'] : ['cut.wall_login', 'cut.wall_login_text']
};

function tellTrouble(trouble) {
  document.body.classList.toggle('lost', trouble !== null);
  parts.cut.hidden = trouble === null;
  if (!trouble) return;
  const [title, sentence] = CUT[trouble.why], what = t(sentence), next = trouble.nextTrySeconds;
  parts.cutTitle.textContent = t(title, { time: runningTime(trouble.forMs) });
  parts.cutText.textContent = trouble.why === 'login' ? what : next === null ? t('cut.again_now', { what: what }) : t('cut.again', { what: what, seconds: next });
  parts.login.hidden = trouble.why !== 'login';
  if (trouble.why === 'login') ward.seat([]);       // who lies where is for those who may look
}

/* Beds by the gravest of their alerts that nobody has seen; a bed without a good signal counts as one of low priority. */
function tellCounts(trouble, now) {
  const count = { high: 0, medium: 0, low: 0 };
  for (const tile of trouble ? [] : ward.all()) {
    const standing = tile.alerts.standing(), silent = tile.state === 'poor' || tile.state === 'nosignal';
    const priority = standing === 'latched' ? 'high' : standing in count ? standing : silent && standing !== 'seen' ? 'low' : null;
    if (priority) count[priority]++;
  }
  for (const [priority, node, mark] of [['high', parts.countHigh, '!!! '], ['medium', parts.countMedium, '!! '], ['low', parts.counts, '! ']]) {
    say(node, count[priority] ? mark + count[priority] : '');
    node.hidden = !count[priority];
  }
  const call = trouble ? null : nextCall(ward.all().map((tile) => tile.alerts)), lostMs = !trouble && live.links ? live.links.alerts_lost_ms : 0;
  say(parts.nextCall, call ? t('alerts.next', { person: call.next_person, time: clockTime(call.next_ms) }) : '');
  say(parts.unwatched, lostMs ? t('alerts.unwatched', { time: runningTime(lostMs) }) : '');
}

function say(node, text) { if (node.textContent !== text) node.textContent = text; }

function tellBar(trouble, now) {
  const ages = ward.all().filter((tile) => tile.state === 'live').map((tile) => tile.bedside.ageMs(now));
  say(parts.age, trouble ? t('signal.not_live') : ages.length ? t('signal.live', { seconds: shownNumber(Math.max(...ages) / 1000, 1) }) : '');
  say(parts.clock, clockTime(now === null ? Date.now() : now));
  say(parts.awake, awake.words());
  say(parts.sort, t('wall.by_' + choices.get('sort')));
  const pages = ward.pages.length;
  parts.pages.hidden = pages < 2;
  if (pages > 1) say(parts.hold, ward.turning.words(pages));
  say(parts.notice, notice !== null && performance.now() - notice.at < TOLD_MS ? notice.words : '');
}

function notify(words) { notice = { at: performance.now(), words: words }; tell(); }

/* Ranks are judged while the wall is live only: a bed is not in trouble because its wall is. */
function judge(trouble, now) {
  if (trouble) wellSince = performance.now();
  if (performance.now() - wellSince < FIRST_MS) return;
  for (const tile of ward.all()) severity.receive(tile.bed.bed_id, tile.state, tile.bedside.told(now), performance.now(), tile.alerts.standing());
}

/* The gravest of all that there is to be heard now. */
function sayAloud(trouble, now) {
  const silent = ward.all().filter((tile) => tile.state === 'nosignal' && tile.bedside.atMs !== null && !tile.alerts.silenceIsSeen());
  const own = technical(trouble, silent.map((tile) => tile.bedside.ageMs(now))), unwatched = live.links && live.links.alerts_lost_ms >= UNWATCHED_MS ? 'medium' : null;
  sound.tell(trouble ? own : ward.all().map((tile) => tile.alerts.heard(now)).reduce(louder, louder(own, unwatched)));
}

/* An alert that is new breaks through a pause of the sound, if it is as grave as what was paused. */
function receiveAlerts(beds) {
  for (const bed of beds) { const tile = ward.tiles.get(bed.bed_id); if (tile) tile.alerts.receive(bed.alerts); }
  const waiting = new Map(ward.all().flatMap((tile) => tile.alerts.waiting()).map((alert) => [key(alert) + alert.priority, alert]));
  for (const [name, alert] of waiting) if (!heard.has(name)) sound.renew(alert.priority);
  heard = new Set(waiting.keys());
}

function tell() {
  const trouble = live.trouble(), now = live.now();
  for (const tile of ward.all()) tile.tell(now, trouble !== null);
  judge(trouble, now);
  tellTrouble(trouble);
  tellCounts(trouble, now);
  tellBar(trouble, now);
  sayAloud(trouble, now);
}

function tick() {
  const now = performance.now(), passed = now - ticked;
  ticked = now;
  standStill.tick(now);
  if (passed > STALL_MS && document.visibilityState === 'visible') notice = { at: now, words: t('wall.stalled', { seconds: shownNumber(passed / 1000, 1) }) };
  renewal.receive(live.edition);
  ward.advance(passed / 1000);
  tell();
}

function frame(now) {
  requestAnimationFrame(frame);
  const seconds = (now - drawn) / 1000;
  if (calm.matches && seconds < 1) return;      // reduced motion: the sweep steps once a second
  drawn = now;
  for (const tile of ward.all()) if (tile.seen) tile.frame(seconds);
}

/* Takes the next choice of `name`, and keeps it in the address. */
function choose(name) {
  const value = choices.next(name);
  history.replaceState(null, '', location.pathname + choices.search());
  if (name === 'theme') document.documentElement.dataset.theme = value;
  if (name === 'names') live.call(named());
  ward.draw(choices.get('mode'));
  for (const tile of ward.all()) tile.link();
  ward.layout();
  tell();
  return value;
}

async function fillScreen() {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch { notify(t('wall.no_full_screen')); }
}

/* Acknowledges the gravest alert of a bed that nobody has seen, or of the bed where there is the gravest of all. */
async function acknowledge(tile) {
  if (document.body.dataset.alone) return;
  const focused = document.activeElement.closest('.tile'), chosen = tile || (focused && focused.tile.alerts.waiting().length ? focused.tile : gravestTile());
  const alert = chosen && chosen.alerts.waiting()[0];
  if (alert) notify((await act(chosen.bed.patient_id, alert, 'acknowledge')).sentence);
}

function gravestTile() {
  const waiting = ward.all().filter((tile) => tile.alerts.waiting().length);
  return waiting.sort((one, two) => severity.of(one.bed.bed_id) - severity.of(two.bed.bed_id))[0];
}

const hold = () => { ward.turning.hold(); tell(); }, turn = (step) => { ward.turn(step); tell(); };
const keys = new Keys([
  { keys: ['?'], shown: ['?'], words: t('wall.key_keys'), deed: () => keys.tell() },
  { keys: ['f'], shown: ['F'], words: t('wall.key_full'), deed: fillScreen },
  { keys: ['t'], shown: ['T'], words: t('wall.key_theme'), deed: () => choose('theme') },
  { keys: ['s'], shown: ['S'], words: t('wall.key_sort'), deed: () => choose('sort') },
  { keys: ['m'], shown: ['M'], words: t('wall.key_mode'), deed: () => notify(choose('mode') === 'scroll' ? t('wall.scrolls') : t('wall.sweeps')) },
  { keys: ['g'], shown: ['G'], words: t('wall.key_gain'), deed: () => notify(choose('gain') === 'auto' ? t('wall.auto_gain') : '10 mm/mV') },
  ...(document.body.dataset.alone ? [] : [{ keys: ['n'], shown: ['N'], words: t('wall.key_names'), deed: () => notify(t(choose('names') === 'on' ? 'wall.names_shown' : 'wall.initials_shown')) }]),
  { keys: ['l'], shown: ['L'], words: t('wall.key_language'), deed: switchLanguage },
  { keys: ['ArrowRight', 'PageDown'], shown: ['→', 'Page ↓'], words: t('wall.next_page'), deed: () => turn(1) },
  { keys: ['ArrowLeft', 'PageUp'], shown: ['←', 'Page ↑'], words: t('wall.page_before'), deed: () => turn(-1) },
  ...(document.body.dataset.alone ? [] : [{ keys: ['k'], shown: ['K'], words: t('alerts.key'), deed: () => acknowledge(null) }]),
  ...sound.keys(),
  { keys: [' ', 'p'], shown: ['P', t('wall.space')], words: t('wall.key_hold'), deed: hold }
], parts.keys, parts.keyList);

parts.tiles.addEventListener('click', (event) => {
  if (!event.target.closest('.act')) return;
  event.preventDefault();               // the tile is a way to the bedside
  acknowledge(event.target.closest('.tile').tile);
});
parts.sort.addEventListener('click', () => choose('sort'));
parts.before.addEventListener('click', () => turn(-1));
parts.next.addEventListener('click', () => turn(1));
parts.hold.addEventListener('click', hold);
parts.help.addEventListener('click', () => keys.tell());
switchByLink();
explainOn(parts.method);
beat(tick, TICK_MS);
addEventListener('resize', () => ward.layout());
requestAnimationFrame(frame);
