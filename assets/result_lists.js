/* The lists of beats and episodes; and the way from one beat of a class to the next. */
import { TOKEN } from './ink.js';
import { MS } from './timeline.js';
import { t } from './words.js';
import { timeOfDay } from './strip_words.js';
import { shownNumber } from './written.js';

const ROWS = 100;                      // shown at once
const CLASSES = ['', 'N', 'S', 'V', 'F', 'A', 'O', 'Q', '~'];

export class Lists {
  constructor(parts, strip, recording) {
    this.parts = parts; this.strip = strip; this.recording = recording;
    this.beats = { index: [], rr: [], sign: '', network: '' }; this.chosen = ''; this.first = 0; this.here = -1; this.order = 'time'; this.picked = [];
    for (const sign of CLASSES) parts.classes.append(this.button(sign));
    parts.order.addEventListener('change', () => { this.order = parts.order.value; this.pick(); });
    parts.earlier.addEventListener('click', () => this.turn(-1)); parts.later.addEventListener('click', () => this.turn(1));
    parts.beats.addEventListener('click', (event) => { const row = event.target.closest('tr[data-at]'); if (row) this.show(Number(row.dataset.at)); });
    parts.beats.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.target.click(); });
    this.press();
  }

  button(sign) {
    const button = document.createElement('button');
    button.type = 'button'; button.textContent = sign || t('result.all'); button.dataset.sign = sign;
    button.addEventListener('click', () => this.choose(sign));
    return button;
  }

  /* Rows for `Keys`. */
  keys() {
    const row = (keys, shown, words, deed) => ({ keys: keys, shown: shown, words: t(words), deed: deed });
    return [
      { ...row(['.', '>'], ['.'], 'result.key_next', () => this.step(1)), held: true },
      { ...row([',', '<'], [','], 'result.key_previous', () => this.step(-1)), held: true },
      { ...row(['n', 's', 'v', 'f', 'q'], ['⇧ N', '⇧ S', '⇧ V', '⇧ F', '⇧ Q'], 'result.key_class', (event) => { this.choose(event.key.toUpperCase()); this.step(1); }), shift: true, held: true }
    ];
  }

  take(beats, episodes) {
    this.beats = beats; this.here = this.shown === undefined ? -1 : beats.index.indexOf(this.shown); this.pick();
    this.parts.episodes.replaceChildren(...episodes.map(([sign, name, start, end]) => this.episode(sign, name, start, end)));
  }

  choose(sign) { this.chosen = sign; this.press(); this.pick(); }

  press() { for (const button of this.parts.classes.children) button.setAttribute('aria-pressed', String(button.dataset.sign === this.chosen)); }

  /* Places of the beats that are listed, in their order. */
  pick() {
    const { index, rr, sign } = this.beats, picked = [];
    for (let at = 0; at < index.length; at++) if (!this.chosen || sign[at] === this.chosen) picked.push(at);
    if (this.order !== 'time') {
      const way = this.order === 'short' ? 1 : -1, known = picked.filter((at) => rr[at] > 0);
      known.sort((one, two) => way * (rr[one] - rr[two]));
      this.picked = known;
    } else this.picked = picked;
    this.first = this.order === 'time' ? Math.max(0, Math.floor(this.nearest() / ROWS) * ROWS) : 0;
    this.write();
  }

  /* Where in the list the chosen beat stands, or the first one after it. */
  nearest() { return this.here < 0 ? 0 : Math.max(0, this.picked.findIndex((at) => at >= this.here)); }

  turn(way) {
    const last = Math.max(0, Math.floor((this.picked.length - 1) / ROWS) * ROWS);
    this.first = Math.min(last, Math.max(0, this.first + way * ROWS));
    this.write();
  }

  write() {
    const { picked, first, parts } = this, until = Math.min(picked.length, first + ROWS);
    parts.beats.replaceChildren(...picked.slice(first, until).map((at) => this.row(at)));
    parts.shown.textContent = picked.length ? t('result.shown', { from: shownNumber(first + 1, 0), to: shownNumber(until, 0), count: shownNumber(picked.length, 0) }) : t('result.none_of');
    parts.earlier.disabled = first === 0; parts.later.disabled = until === picked.length;
    this.mark();
  }

  row(at) {
    const row = document.createElement('tr'), rr = this.beats.rr[at];
    row.dataset.at = String(at); row.tabIndex = 0;
    row.append(cell(this.beats.sign[at], true), cell(this.time(this.beats.index[at])), cell(rr ? shownNumber(rr, 0) : '–'), cell(this.beats.network[at] === this.beats.sign[at] ? '' : this.beats.network[at]));
    return row;
  }

  episode(sign, name, start, end) {
    const row = document.createElement('tr');
    row.dataset.moment = this.recording + '/' + start; row.tabIndex = 0;
    row.append(cell(sign, true), cell(name), cell(this.time(start)), cell(t('time.seconds', { seconds: shownNumber((end - start) * MS / 1000, end - start < 10_000 / MS ? 1 : 0) })));
    return row;
  }

  time(index) { const ms = this.strip.source.timeline.msOf(this.recording, index); return ms === null ? '' : timeOfDay(ms); }

  /* The next listed beat (way 1) or the one before (-1), seen from the middle of the strip. */
  step(way) {
    if (this.order !== 'time') { this.order = this.parts.order.value = 'time'; this.pick(); }
    const { picked } = this, seen = this.here >= 0 ? this.here : this.middle();
    const next = way > 0 ? picked.find((at) => at > seen) : picked.findLast((at) => at < seen);
    if (next !== undefined) this.show(next);
    else this.strip.say(t('result.none_of'));
  }

  middle() {
    const place = this.strip.source.timeline.placeAt(this.strip.viewport.middle), at = place ? this.beats.index.findIndex((index) => index >= place.index) : 0;
    return at < 0 ? this.beats.index.length : at - 1;
  }

  show(at) {
    this.here = at;
    const index = this.beats.index[at];
    this.strip.open(this.recording, index);
    this.strip.choose({ recording: this.recording, index: index });
    this.shown = index;
    const place = this.picked.indexOf(at);
    if (place >= 0 && (place < this.first || place >= this.first + ROWS)) { this.first = Math.floor(place / ROWS) * ROWS; this.write(); } else this.mark();
    this.strip.page.dataset.chosen = this.beats.sign[at] + '@' + index;
    if (this.chose) this.chose(index);
  }

  /* The beat at `index` was chosen by hand. */
  mind(index) {
    const at = this.beats.index.indexOf(index);
    if (at < 0) return;
    this.here = at; this.shown = index;
    this.strip.choose({ recording: this.recording, index: index });
    this.strip.page.dataset.chosen = this.beats.sign[at] + '@' + index;
    this.mark();
  }

  go(index) { const at = this.beats.index.indexOf(index); if (at >= 0) this.show(at); }

  mark() {
    for (const row of this.parts.beats.children) {
      const here = Number(row.dataset.at) === this.here;
      row.classList.toggle('here', here);
      if (here) bring(row, this.parts.beats.closest('.listed'));
    }
  }

  /* The strip was moved by hand: the way goes on from where it stands. */
  follow(place) {
    if (!place || this.here < 0 || Math.abs(place.index - this.shown) < 250 * 30) return;
    this.here = -1; this.mark();
  }
}

/* Scrolls the list, and not the page, until the row is seen below the heads. */
function bring(row, list) {
  const heads = list.querySelector('thead').offsetHeight, over = row.offsetTop - heads - list.scrollTop, under = row.offsetTop + row.offsetHeight - list.clientHeight - list.scrollTop;
  list.scrollTop += over < 0 ? over : Math.max(0, under);
}

function cell(text, sign = false) {
  const node = document.createElement('td');
  node.textContent = text;
  if (sign && TOKEN[text]) node.className = 'sign ' + TOKEN[text];
  return node;
}
