/* The case that is open: asked for, kept fresh without touching what somebody types or looks at, and what is done to it. */
import { ReviewStrip } from './review_strip.js';
import { Hand } from './strip_hand.js';
import { send } from './alert_acts.js';
import { t } from './words.js';

const PATIENCE_MS = 8000;

export class ReviewCase {
  /* place: where it stands. millimetre: a ruler. explain(beat): asks for a why-card. */
  constructor(place, millimetre, explain) {
    this.place = place; this.millimetre = millimetre; this.explain = explain;
    this.key = ''; this.asked = 0; this.strip = null; this.busy = false;
    addEventListener('resize', () => { if (this.strip) this.strip.fit(); });
  }

  get mid() { return this.place.querySelector('.mid'); }

  get facts() { return this.mid ? this.mid.dataset : null; }

  get head() { return this.mid ? this.mid.querySelector('.head').dataset : null; }

  get patient() { return this.key.split('/')[0]; }

  part(name) { return this.place.querySelector('[data-part="' + name + '"]'); }

  async fetch(key) {
    const [patient, recording, rule, start] = key.split('/').map(decodeURIComponent);
    const path = '/alerts/' + patient + '/case?' + new URLSearchParams({ recording: recording, rule: rule, start: start });
    try {
      const first = this.asked === 1 && window.early ? await window.early.first : null;
      const answer = await (first && first.path === path && !this.mid ? first.answer : fetch(path, { cache: 'no-store', credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) }));
      return answer.ok ? await answer.text() : answer.status === 404 ? null : '';
    } catch { return ''; }
  }

  async open(key) {
    if (this.key === key) return;
    const mine = ++this.asked;
    this.key = key;
    const html = await this.fetch(key);
    if (mine !== this.asked) return;
    if (this.strip) { this.strip.close(); this.strip = null; }
    if (!html) { this.empty(t(html === null ? 'review.gone' : 'alerts.failed')); return; }
    this.place.innerHTML = html;                             // a template of ours, in which every value is escaped
    this.strip = new ReviewStrip(this.mid, this.millimetre, (words) => this.say(words));
    new Hand(this.place.querySelector('[data-strip-box]'), this.strip, (beat) => this.explain(beat), () => {});
    this.strip.fit();
    this.place.scrollTop = 0;
  }

  empty(words) {
    const line = document.createElement('p');
    line.classList.add('empty', 'dim'); line.textContent = words;
    this.place.replaceChildren(line);
  }

  clear() { this.asked++; this.key = ''; if (this.strip) this.strip.close(); this.strip = null; this.empty(t('review.choose')); }

  /* Takes what is new of the case that is open; strip, comment and focus stay. */
  async renew() {
    if (!this.mid) return;
    const mine = this.asked, html = await this.fetch(this.key);
    if (!html || mine !== this.asked || !this.mid) return;
    const fresh = document.createElement('template');
    fresh.innerHTML = html;                                  // as above
    const ticked = this.alikeBox && this.alikeBox.checked;
    for (const node of this.place.querySelectorAll('[data-live]')) {
      const other = fresh.content.querySelector('[data-live="' + node.dataset.live + '"]');
      if (!other || other.outerHTML === node.outerHTML) continue;
      const same = node.contains(document.activeElement) && document.activeElement.dataset.key;
      for (const { name, value } of other.attributes) node.setAttribute(name, value);
      node.replaceChildren(...other.childNodes);
      const again = same && node.querySelector('[data-key="' + same + '"]');
      if (again) again.focus({ preventScroll: true });
    }
    if (this.alikeBox && ticked) this.alikeBox.checked = true;
  }

  get alikeBox() { return this.place.querySelector('[data-alike-box]'); }

  toggleAlike() { if (this.alikeBox) this.alikeBox.checked = !this.alikeBox.checked; }

  /* Starts of the alerts that a verdict is meant for: this one, or all alike. */
  get starts() { return this.alikeBox && this.alikeBox.checked ? JSON.parse(this.head.alike) : [Number(this.facts.start)]; }

  say(words) { const node = this.place.querySelector('[data-said]'); if (node && node.textContent !== words) node.textContent = words; }

  /* One thing at a time: a key that is pressed twice does nothing twice. Answers {done, sentence, deed, starts} or null. */
  async do(what, value = '', starts = this.starts) {
    if (this.busy || !this.mid) return null;
    this.busy = true;
    const { recording, rule } = this.facts, more = { what: what, value: value, version: this.head.version };
    if (what === 'comment') more.once = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
    const told = await send(this.patient, rule, recording, starts, more);
    this.busy = false;
    this.say(told.sentence);
    return { ...told, starts: starts, key: this.key };
  }
}
