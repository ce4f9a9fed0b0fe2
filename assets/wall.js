/* The wall: the ward's beds on one screen, from one socket. */
import { Live } from './live.js';
import { Tile } from './tile.js';
import { readInk } from './ink.js';
import { clockTime, runningTime } from './vitals.js';

const TICK_MS = 100;                   // how often words and numbers are judged again
const PAGE_MS = 12000;                 // how long a page of 32 beds stays
const PAGE_BEDS = 32;
const STALL_MS = 1000;                 // a tick that comes this late: the screen stood still
const STALL_TOLD_MS = 10000;
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const find = (name) => document.querySelector('[data-part=' + name + ']');
const parts = {};
for (const name of ['beds', 'counts', 'page', 'stall', 'age', 'clock', 'tiles', 'unit', 'cut', 'cutTitle', 'cutText', 'login', 'none', 'ward', 'method']) parts[name] = find(name);

const tiles = new Map();               // bed id -> Tile, in the order of the directory
const byChannel = new Map();           // channel -> Tile
let page = 0, told = performance.now(), drawn = told, stall = null;

function layout() {
  const count = Math.min(tiles.size, PAGE_BEDS);
  document.body.dataset.layout = count > 16 ? 'dense' : count > 8 ? 'compact' : count > 2 ? 'wide' : 'few';
  turn();
}

function pages() { return Math.max(1, Math.ceil(tiles.size / PAGE_BEDS)); }

function turn() {
  page %= pages();
  [...tiles.values()].forEach((tile, place) => { tile.root.hidden = Math.floor(place / PAGE_BEDS) !== page; });
  const last = Math.min(tiles.size, (page + 1) * PAGE_BEDS);
  parts.page.textContent = pages() > 1 ? 'Beds ' + (page * PAGE_BEDS + 1) + '–' + last + ' of ' + tiles.size : '';
  fit();
}

function fit() {
  const unit = parts.unit.getBoundingClientRect().width / 100, ink = readInk(), small = document.body.dataset.layout === 'dense' || document.body.dataset.layout === 'compact';
  const measures = small
    ? { mm: 2.6 * unit, line: Math.max(1.2, 1.7 * unit), ribbon: 5 * unit, letter: Math.max(11, 18 * unit), letterTop: 2, gutter: 0, minor: false }
    : { mm: 4 * unit, line: Math.max(1.4, 2.4 * unit), ribbon: 7 * unit, letter: Math.max(12, 26 * unit), letterTop: 5 * unit, gutter: 40 * unit, minor: false };
  for (const tile of tiles.values()) if (!tile.root.hidden && !tile.empty) tile.fit(measures, ink);
}

function seat(beds) {
  const known = [...tiles.keys()].join(), wanted = beds.map((bed) => bed.bed_id).join();
  if (known !== wanted) {
    for (const tile of tiles.values()) tile.root.remove();
    tiles.clear();
    for (const bed of beds) tiles.set(bed.bed_id, new Tile(bed, parts.tiles));
  } else for (const bed of beds) tiles.get(bed.bed_id).seat(bed);
  byChannel.clear();
  for (const tile of tiles.values()) if (tile.channel !== null) byChannel.set(tile.channel, tile);
  parts.none.hidden = beds.length > 0;
  parts.ward.textContent = [...new Set(beds.map((bed) => bed.ward))].join(' · ') || 'Wardbeat';
  parts.beds.textContent = beds.length === 1 ? '1 bed' : beds.length + ' beds';
  if (known !== wanted) layout();
  tell();
}

const live = new Live(document.body.dataset.gateway, 'all', {
  beds: seat,
  trace(block) { const tile = byChannel.get(block.channel); if (tile) tile.receiveTrace(block); },
  event(event) { const tile = byChannel.get(event.channel); if (tile) tile.receiveEvent(event); },
  reset() { for (const tile of tiles.values()) { tile.channel = null; tile.clear(); } byChannel.clear(); }
});

const CUT = {
  link: ['!! The wall is cut off from the server', 'Nothing here is live. Watch the bedside.'],
  store: ['!! The server receives no data', 'Its data store does not answer. Nothing here is live. Watch the bedside.'],
  full: ['!! The server takes no data', 'Its data store is full, the phones keep their data. Nothing here is live. Watch the bedside.'],
  login: ['!! This wall is logged out', 'Nothing here is live. Watch the bedside, and log in again.']
};

function tellTrouble(trouble) {
  document.body.classList.toggle('lost', trouble !== null);
  parts.cut.hidden = trouble === null;
  if (!trouble) return;
  parts.cutTitle.textContent = CUT[trouble.why][0] + ' ' + runningTime(trouble.forMs);
  const next = trouble.nextTrySeconds;
  parts.cutText.textContent = CUT[trouble.why][1] + (trouble.why === 'login' ? '' : next === null ? ' Trying again now.' : ' Trying again in ' + next + ' s.');
  parts.login.hidden = trouble.why !== 'login';
}

function tellCounts(trouble) {
  const count = [...tiles.values()].filter((tile) => tile.state === 'poor' || tile.state === 'nosignal').length;
  parts.counts.textContent = trouble || !count ? '' : '! ' + count;
  parts.counts.hidden = Boolean(trouble) || !count;
}

function tellStall(now) {
  if (now - told > STALL_MS && document.visibilityState === 'visible') stall = { at: now, ms: now - told };
  told = now;
  const recent = stall !== null && now - stall.at < STALL_TOLD_MS;
  parts.stall.textContent = recent ? 'This screen stood still for ' + (stall.ms / 1000).toFixed(1) + ' s' : '';
}

function tell() {
  const trouble = live.trouble(), now = live.now();
  for (const tile of tiles.values()) tile.tell(now, trouble !== null);
  tellTrouble(trouble);
  tellCounts(trouble);
  const ages = [...tiles.values()].filter((tile) => tile.state === 'live').map((tile) => tile.bedside.ageMs(now));
  parts.age.textContent = trouble ? 'Not live' : ages.length ? 'Live ' + (Math.max(...ages) / 1000).toFixed(1) + ' s' : '';
  parts.clock.textContent = clockTime(now === null ? Date.now() : now);
}

function frame(now) {
  requestAnimationFrame(frame);
  const seconds = (now - drawn) / 1000;
  if (calm.matches && seconds < 1) return;      // reduced motion: the sweep steps once a second
  drawn = now;
  for (const tile of tiles.values()) if (!tile.root.hidden) tile.frame(seconds);
}

/* The words for numbers that are pointed at, or that a tile with the focus shows; Escape puts them away. */
function explain(nodes, over) {
  const names = [...nodes].filter((node) => node.offsetParent !== null).map((node) => node.dataset.method);
  parts.method.textContent = names.map((name) => document.getElementById('method-' + name).textContent).join('\n');
  parts.method.hidden = names.length === 0;
  if (!parts.method.hidden) place(over.getBoundingClientRect(), over.matches('.strip'));
}

/* Over a strip, or below another part; inside the window. */
function place(box, inside) {
  const style = parts.method.style;
  style.width = inside ? box.width + 'px' : '26em';
  const own = parts.method.getBoundingClientRect();
  style.left = Math.max(4, Math.min(box.left, innerWidth - own.width - 4)) + 'px';
  style.top = Math.max(4, Math.min(inside ? box.top : box.bottom, innerHeight - own.height - 4)) + 'px';
}

function pointedAt(event) {
  const at = event.target.closest('[data-method]'), tile = event.target.closest('.tile'), strip = tile && tile.querySelector('.strip');
  if (at) explain([at], strip || at);
  else explain(event.type === 'focusin' && tile && tile.matches(':focus-visible') ? tile.querySelectorAll('[data-method]') : [], strip);
}

for (const kind of ['pointerover', 'focusin']) document.addEventListener(kind, pointedAt);
document.addEventListener('focusout', () => explain([], null));
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') explain([], null); });
setInterval(() => { tellStall(performance.now()); tell(); }, TICK_MS);
setInterval(() => { if (pages() > 1) { page++; turn(); } }, PAGE_MS);
addEventListener('resize', fit);
requestAnimationFrame(frame);
