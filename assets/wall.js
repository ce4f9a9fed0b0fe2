/* The wall: the ward's beds on one screen, from one socket. */
import { Awake } from './awake.js';
import { Choices } from './choices.js';
import { Keys } from './keys.js';
import { switchByLink, switchLanguage } from './language.js';
import { Live } from './live.js';
import { Renewal } from './renewal.js';
import { Severity } from './order.js';
import { WardTiles } from './ward.js';
import { explainOn } from './methods.js';
import { readInk } from './ink.js';
import { t } from './words.js';
import { clockTime, runningTime } from './written.js';

const TICK_MS = 100;                   // how often words and numbers are judged again
const STALL_MS = 1000;                 // a tick that comes this late: the screen stood still
const TOLD_MS = 10000;                 // how long it is said
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
let ticked = performance.now(), drawn = ticked, wellSince = ticked, notice = null;

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
  parts.noneTitle.textContent = unknown ? unknown + '.' : 'No beds have been set up.';
  parts.noneText.textContent = unknown ? 'The address of this page asks for it.' : 'Add a ward with its beds, or start the demo ward.';
  parts.unknown.textContent = unknown;
  parts.everything.hidden = !unknown;
  parts.ward.textContent = [...new Set(beds.map((bed) => bed.ward))].join(' · ') || 'Wardbeat';
  parts.beds.textContent = beds.length === 1 ? '1 bed' : beds.length + ' beds';
  tell();
}

const live = new Live(document.body.dataset.gateway, 'all', {
  beds: seat,
  trace(block) { const tile = ward.byChannel.get(block.channel); if (tile) tile.receiveTrace(block); },
  event(event) { const tile = ward.byChannel.get(event.channel); if (tile) tile.receiveEvent(event); },
  reset() { ward.reset(); wellSince = performance.now(); }
});

const CUT = {
  link: ['!! The wall is cut off from the server', 'Nothing here is live. Watch the bedside.'],
  store: ['!! The server receives no data', 'Its data store does not answer. Nothing here is live. Watch the bedside.'],
  full: ['!! The server takes no data', 'Its data store is full, the phones keep their data. Nothing here is live. Watch the bedside.'],
  login: document.body.dataset.alone
    ? ['!! This wall was revoked', 'Nothing here is live. Watch the bedside. A new code from an administrator pairs this screen again.']
    : ['!! This wall is logged out', 'Nothing here is live. Watch the bedside, and log in again.']
};

function tellTrouble(trouble) {
  document.body.classList.toggle('lost', trouble !== null);
  parts.cut.hidden = trouble === null;
  if (!trouble) return;
  parts.cutTitle.textContent = CUT[trouble.why][0] + ' ' + runningTime(trouble.forMs);
  const next = trouble.nextTrySeconds;
  parts.cutText.textContent = CUT[trouble.why][1] + (trouble.why === 'login' ? '' : next === null ? ' Trying again now.' : ' Trying again in ' + next + ' s.');
  parts.login.hidden = trouble.why !== 'login';
  if (trouble.why === 'login') ward.seat([]);       // who lies where is for those who may look
}

function tellCounts(trouble) {
  const count = ward.all().filter((tile) => tile.state === 'poor' || tile.state === 'nosignal').length;
  say(parts.counts, trouble || !count ? '' : '! ' + count);
  parts.counts.hidden = Boolean(trouble) || !count;
}

function say(node, text) { if (node.textContent !== text) node.textContent = text; }

function tellBar(trouble, now) {
  const ages = ward.all().filter((tile) => tile.state === 'live').map((tile) => tile.bedside.ageMs(now));
  say(parts.age, trouble ? 'Not live' : ages.length ? 'Live ' + (Math.max(...ages) / 1000).toFixed(1) + ' s' : '');
  say(parts.clock, clockTime(now === null ? Date.now() : now));
  say(parts.awake, awake.words());
  say(parts.sort, 'By ' + choices.get('sort'));
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
  for (const tile of ward.all()) severity.receive(tile.bed.bed_id, tile.state, tile.bedside.told(now), performance.now());
}

function tell() {
  const trouble = live.trouble(), now = live.now();
  for (const tile of ward.all()) tile.tell(now, trouble !== null);
  judge(trouble, now);
  tellTrouble(trouble);
  tellCounts(trouble);
  tellBar(trouble, now);
}

function tick() {
  const now = performance.now(), passed = now - ticked;
  ticked = now;
  if (passed > STALL_MS && document.visibilityState === 'visible') notice = { at: now, words: 'Screen stood still for ' + (passed / 1000).toFixed(1) + ' s' };
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
  } catch { notify('This browser refuses the full screen'); }
}

const hold = () => { ward.turning.hold(); tell(); }, turn = (step) => { ward.turn(step); tell(); };
const keys = new Keys([
  { keys: ['?'], shown: ['?'], words: 'Show these keys, or put them away', deed: () => keys.tell() },
  { keys: ['f'], shown: ['F'], words: 'Full screen, and back', deed: fillScreen },
  { keys: ['t'], shown: ['T'], words: 'Dark or light', deed: () => choose('theme') },
  { keys: ['s'], shown: ['S'], words: 'Sort by bed, by severity, by name', deed: () => choose('sort') },
  { keys: ['m'], shown: ['M'], words: 'Sweep or scroll', deed: () => notify(choose('mode') === 'scroll' ? 'Traces scroll' : 'Traces sweep') },
  { keys: ['g'], shown: ['G'], words: 'Gain: 10 mm/mV for all, or automatic for each bed', deed: () => notify(choose('gain') === 'auto' ? 'Automatic gain' : '10 mm/mV') },
  { keys: ['l'], shown: ['L'], words: t('wall.key_language'), deed: switchLanguage },
  { keys: ['ArrowRight', 'PageDown'], shown: ['→', 'Page ↓'], words: 'Next page', deed: () => turn(1) },
  { keys: ['ArrowLeft', 'PageUp'], shown: ['←', 'Page ↑'], words: 'Page before', deed: () => turn(-1) },
  { keys: [' ', 'p'], shown: ['P', 'Space'], words: 'Hold the page for 2 minutes, or let pages turn', deed: hold }
], parts.keys, parts.keyList);

parts.sort.addEventListener('click', () => choose('sort'));
parts.before.addEventListener('click', () => turn(-1));
parts.next.addEventListener('click', () => turn(1));
parts.hold.addEventListener('click', hold);
parts.help.addEventListener('click', () => keys.tell());
switchByLink(parts.language);
explainOn(parts.method);
setInterval(tick, TICK_MS);
addEventListener('resize', () => ward.layout());
requestAnimationFrame(frame);
