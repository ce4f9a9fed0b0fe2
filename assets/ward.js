/* The tiles of a wall: who has one, in what order they stand, on which page. */
import { Tile } from './tile.js';
import { inOrder, pagesOf } from './order.js';
import { Turning } from './turning.js';

const PAGE_BEDS = 32;
const hand = matchMedia('(max-width: 700px)');         // a phone scrolls, it has no pages
const upright = matchMedia('(orientation: portrait)');

/* What the layout hangs on: which beds there are, and which of them need a strip. */
function outline(beds) { return beds.map((bed) => bed.bed_id + (bed.patient_id === null ? ' empty' : '')).join(); }

export class WardTiles {
  /* fit(tiles): gives tiles that come into sight their measures. */
  constructor(parent, choices, severity, fit) {
    this.parent = parent; this.choices = choices; this.severity = severity; this.fit = fit;
    this.tiles = new Map();            // bed id -> Tile
    this.beds = [];                    // in the order of the directory
    this.byChannel = new Map();
    this.turning = new Turning();
    this.pages = [[]];
    this.known = new Set();            // beds in trouble when the wall was last arranged
    this.watcher = new IntersectionObserver((entries) => { for (const entry of entries) entry.target.tile.see(entry.isIntersecting); });
  }

  all() { return [...this.tiles.values()]; }

  shown() { return this.all().filter((tile) => !tile.root.hidden); }

  /* Takes the beds of the directory that stand on this wall. A bed that was here keeps its tile and its trace. */
  seat(beds) {
    const here = new Set(beds.map((bed) => bed.bed_id)), changed = outline(beds) !== outline(this.beds);
    for (const [id, tile] of this.tiles) if (!here.has(id)) { this.watcher.unobserve(tile.root); tile.root.remove(); this.tiles.delete(id); }
    for (const bed of beds) if (this.tiles.has(bed.bed_id)) this.tiles.get(bed.bed_id).seat(bed); else this.add(bed);
    this.severity.forget(here);
    this.beds = beds;
    this.byChannel = new Map(this.all().filter((tile) => tile.channel !== null).map((tile) => [tile.channel, tile]));
    if (changed) this.layout();
  }

  add(bed) {
    const tile = new Tile(bed, this.parent);
    tile.root.tile = tile;
    tile.draw(this.choices.get('mode'));
    this.tiles.set(bed.bed_id, tile);
    this.watcher.observe(tile.root);
  }

  /* Link delays of recordings, by channel; of those that are not among them it is not known. */
  delays(list) {
    const known = new Map(list.map((each) => [each.channel, each.p95_ms]));
    for (const tile of this.all()) tile.bedside.delayMs = known.has(tile.channel) ? known.get(tile.channel) : null;
  }

  /* Another socket numbers its channels anew and sends the last seconds again. */
  reset() {
    for (const tile of this.all()) { tile.channel = null; tile.clear(); tile.alerts.clear(); }
    this.byChannel.clear();
  }

  /* Rows and columns for the beds of a full page; then everything is placed and measured again. */
  layout() {
    const count = Math.min(this.beds.length, PAGE_BEDS), name = count > 16 ? 'dense' : count > 8 ? 'compact' : count > 2 ? 'wide' : 'few';
    const columns = (name === 'dense' ? 4 : name === 'few' ? 1 : 2) / (upright.matches && name !== 'few' ? 2 : 1);
    document.body.dataset.layout = name;
    this.parent.style.setProperty('--columns', String(columns));
    this.parent.style.setProperty('--rows', String(Math.max(1, Math.ceil(count / columns))));
    this.arrange();
    this.fit(this.shown());
  }

  /* Puts the beds of the present page into their order. Call it when it may move things: beds jump under nobody's eyes. */
  arrange() {
    const beds = inOrder(this.beds, this.choices.get('sort'), this.severity), before = new Set(this.shown());
    this.pages = pagesOf(beds, hand.matches ? Infinity : PAGE_BEDS, this.severity);
    this.turning.within(this.pages.length);
    const page = this.pages[this.turning.page], there = new Set(page.map((bed) => bed.bed_id)), focus = document.activeElement;
    this.known = new Set(this.beds.map((bed) => bed.bed_id).filter((id) => this.severity.troubled(id)));
    for (const [id, tile] of this.tiles) tile.root.hidden = !there.has(id);
    page.forEach((bed, place) => this.put(this.tiles.get(bed.bed_id).root, place));
    if (focus !== document.activeElement && focus.isConnected) focus.focus();
    this.fit(this.shown().filter((tile) => !before.has(tile)));
  }

  put(node, place) { if (this.parent.children[place] !== node) this.parent.insertBefore(node, this.parent.children[place] || null); }

  /* A bed that is newly in trouble is brought into sight at once: to the front where beds stand by severity. */
  attend() {
    const fresh = this.beds.map((bed) => bed.bed_id).filter((id) => this.severity.troubled(id) && !this.known.has(id));
    if (!fresh.length) return;
    if (this.choices.get('sort') === 'severity' || fresh.some((id) => this.tiles.get(id).root.hidden)) this.arrange();
  }

  /* `seconds` have passed. */
  advance(seconds) {
    if (this.turning.advance(seconds, this.pages.length)) this.arrange();
    else this.attend();
  }

  turn(step) { this.turning.go(step, this.pages.length); this.arrange(); }

  draw(mode) { for (const tile of this.all()) tile.draw(mode); }
}
