/* The charts of the result page: of the whole recording once, of the minutes around the strip when it stands still. */
import { ask } from './answers.js';
import { t } from './words.js';

const MINUTES = 5, RATE = 250, STILL_MS = 400, MOVED = 30 * RATE;
const LOOK = { displayModeBar: false, responsive: false };

export class Charts {
  constructor(base) {
    this.base = base; this.shown = null; this.wanted = null; this.since = 0; this.asked = 0;
    this.places = Object.fromEntries([...document.querySelectorAll('[data-chart]')].map((node) => [node.dataset.chart, node]));
  }

  get theme() { return document.documentElement.dataset.theme === 'light' ? 'light' : 'dark'; }

  async whole() {
    const answer = await ask(this.base + '/figures?whole=1&theme=' + this.theme);
    if (answer.value) this.draw(answer.value);
  }

  /* The minutes around the strip once more. */
  again() { if (this.shown !== null) this.ask(Math.max(0, this.shown - MINUTES * 30 * RATE)); }

  /* place: {index} in the middle of the strip. */
  around(place, note) {
    if (!place) return;
    if (this.wanted === null || Math.abs(place.index - this.wanted) > RATE) { this.wanted = place.index; this.since = performance.now(); return; }
    if (performance.now() - this.since < STILL_MS || this.shown !== null && Math.abs(this.wanted - this.shown) < MOVED) return;
    this.shown = this.wanted;
    note.textContent = t('result.around', { minutes: MINUTES });
    this.ask(Math.max(0, this.wanted - MINUTES * 30 * RATE));
  }

  async ask(start) {
    const mine = ++this.asked, end = start + MINUTES * 60 * RATE;
    const answer = await ask(this.base + '/figures?start=' + start + '&end=' + end + '&theme=' + this.theme);
    if (answer.value && mine === this.asked) this.draw(answer.value);
  }

  draw(figures) {
    for (const [name, figure] of Object.entries(figures)) {
      const node = this.places[name], fresh = !node.classList.contains('js-plotly-plot');
      window.Plotly.react(node, figure.data, figure.layout, LOOK);
      if (fresh) node.on('plotly_click', (click) => clicked(name, node, click));
    }
  }

  fit() { for (const node of Object.values(this.places)) if (node.classList.contains('js-plotly-plot')) window.Plotly.Plots.resize(node); }
}

/* A dot is a beat and asks why; a moment of the trend opens the strip. */
function clicked(name, node, click) {
  const point = click.points[0], meta = node.layout.meta;
  if (name !== 'trend') {
    if (typeof point.customdata === 'string' && point.customdata.includes('/')) dispatchEvent(new CustomEvent('wardbeat:moment', { detail: point.customdata }));
    return;
  }
  const shown = typeof point.x === 'number' ? point.x : Date.parse(String(point.x).replace(' ', 'T') + (String(point.x).length > 10 ? 'Z' : ''));
  const [recording, started] = meta.recordings[0];
  dispatchEvent(new CustomEvent('wardbeat:moment', { detail: recording + '/' + Math.max(0, Math.round((shown - meta.shift - started) / 4)) }));
}
