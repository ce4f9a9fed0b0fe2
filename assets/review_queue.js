/* The list of the review: what the address says is asked for, shown, and walked through with two keys. */
import { t } from './words.js';

const PATIENCE_MS = 8000;

export class ReviewQueue {
  /* parts: list, filters, views, wardWords. open(key): an entry was chosen; a key is "patient/recording/rule/start". */
  constructor(parts, open) {
    this.parts = parts; this.open = open;
    this.chosen = ''; this.asked = 0; this.counts = {};
    const asked = new URLSearchParams(location.search);
    this.view = ['mine', 'ward'].includes(asked.get('view')) ? asked.get('view') : 'unreviewed';
    for (const name of ['ward', 'priority', 'kind']) if (this.field(name) && asked.get(name)) this.field(name).value = asked.get(name);
    parts.filters.addEventListener('change', () => this.turned());
    parts.filters.addEventListener('submit', (event) => event.preventDefault());
    parts.views.addEventListener('click', (event) => { const tab = event.target.closest('[data-view]'); if (tab) this.turn(tab.dataset.view); });
    parts.list.addEventListener('click', (event) => { const item = event.target.closest('[data-key]'); if (item) this.open(item.dataset.key); });
    this.mark();
  }

  field(name) { return this.parts.filters.elements[name]; }

  turn(view) { if (view !== this.view) { this.view = view; this.turned(); } }

  /* Another view or filter: the address remembers it. */
  turned() { this.mark(); this.remember(); this.refresh(); }

  get wanted() {
    const wanted = new URLSearchParams({ view: this.view });
    for (const name of ['ward', 'priority', 'kind']) { const value = this.field(name) ? this.field(name).value : ''; if (value) wanted.set(name, value); }
    return wanted;
  }

  remember() {
    const address = this.wanted, kept = new URLSearchParams(location.search);
    for (const name of ['theme', 'lang']) if (kept.has(name)) address.set(name, kept.get(name));
    if (this.chosen) address.set('alert', this.chosen);
    history.replaceState(null, '', '/alerts?' + address);
  }

  mark() {
    for (const tab of this.parts.views.querySelectorAll('[data-view]')) tab.setAttribute('aria-selected', String(tab.dataset.view === this.view));
    const words = this.parts.wardWords, ward = this.field('ward') ? this.field('ward').value : '';
    words.textContent = ward ? words.dataset.one.replace('{ward}', ward) : words.dataset.all;
  }

  /* Answers '' or what is wrong: 'login', 'refused', 'link'. */
  async refresh() {
    const mine = ++this.asked, path = '/alerts/queue?' + this.wanted, { early } = window;
    const first = mine === 1 && early && early.list.path === path ? early.list.answer : null;
    try {
      const answer = await (first || fetch(path, { cache: 'no-store', credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) }));
      if (mine !== this.asked) return '';
      if (answer.status === 401 || answer.type === 'opaqueredirect') return 'login';
      if (!answer.ok) return answer.status < 500 ? 'refused' : 'link';
      this.show(await answer.text());
      return '';
    } catch { return 'link'; }
  }

  show(html) {
    const held = document.activeElement && document.activeElement.closest('.queue [data-key]'), key = held ? held.dataset.key : null;
    this.parts.list.innerHTML = html;                        // a template of ours, in which every value is escaped
    this.counts = JSON.parse(this.parts.list.firstElementChild.dataset.counts);
    for (const [name, number] of Object.entries(this.counts)) document.querySelector('[data-count="' + name + '"]').textContent = String(number);
    document.title = (this.counts.unreviewed ? '(' + this.counts.unreviewed + ') ' : '') + t('review.title') + ' · Wardbeat';
    this.choose(this.chosen);
    const again = key && this.items().find((item) => item.dataset.key === key);
    if (again) again.focus({ preventScroll: true });
  }

  items() { return [...this.parts.list.querySelectorAll('[data-key]')]; }

  waiting() { return this.items().filter((item) => item.dataset.waits !== undefined); }

  choose(key) {
    this.chosen = key;
    for (const item of this.items()) { const on = item.dataset.key === key; item.classList.toggle('on', on); item.setAttribute('aria-current', String(on)); }
  }

  bringIntoView() { const on = this.parts.list.querySelector('.on'); if (on) on.scrollIntoView({ block: 'nearest' }); }

  /* The key of the entry `way` from the one that is open; the first where none is; null at an end. */
  step(way) {
    const items = this.items(), at = items.findIndex((item) => item.dataset.key === this.chosen), next = items[at < 0 ? 0 : at + way];
    return next ? next.dataset.key : null;
  }

  /* What comes after the one that is open is judged: the next that waits, else the one before. */
  after() {
    const items = this.waiting(), at = items.findIndex((item) => item.dataset.key === this.chosen);
    const next = items[at + 1] || items[at - 1];
    return next && at >= 0 ? next.dataset.key : null;
  }
}
