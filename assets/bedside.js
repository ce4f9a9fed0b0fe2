/* The live part of the bedside page: strip and numbers from the socket, and a watch over the charts. */
import { switchByKey, switchByLink } from './language.js';
import { Live } from './live.js';
import { Sweep } from './sweep.js';
import { TOKEN, readInk } from './ink.js';
import { Bedside, limitWords } from './vitals.js';
import { t } from './words.js';
import { clockTime, runningTime, shownNumber } from './written.js';
import { Numbers } from './numbers.js';
import { WhyPanel } from './why.js';
import { openByClick } from './why_openers.js';
import { LimitDialogue } from './limits.js';

const TICK_MS = 100;
const CHARTS_MS = 8000;                // charts that were not drawn again for this long are old
const STORED_SECONDS = 10;             // a beat on the strip is in the database by then
const MILLIMETRES = 100;               // width of the ruler in the page, in CSS mm
const page = document.body, parts = {};
for (const node of document.querySelectorAll('[data-part]')) parts[node.dataset.part] = node;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

const bedside = new Bedside();
const sweep = new Sweep(bedside.trace, parts.trace), numbers = new Numbers(page);
let channel = null, recording = null, limits = null, drawn = performance.now(), chartsAt = performance.now();

function fit() {
  const mm = parts.millimetre.getBoundingClientRect().width / MILLIMETRES;
  sweep.fit({ mm: mm, line: 1.9, ribbon: 7, letter: 18, letterTop: 8, gutter: 8 * mm, minor: true }, readInk());
}

function seat(beds) {
  const bed = beds[0];
  limits = bed ? bed.limits : null;
  if (!bed || bed.channel === channel) return;
  channel = bed.channel; recording = bed.recording;
  bedside.clear(); sweep.rest();
  parts.lead.textContent = bed.lead ? ' ' + t('bedside.lead', { lead: bed.lead }) : '';
}

const live = page.dataset.bed === '' ? null : new Live(page.dataset.gateway, [Number(page.dataset.bed)], {
  beds: seat,
  trace(block) { if (block.channel === channel) bedside.receiveTrace(block); },
  event(event) {
    const dirty = event.channel === channel ? bedside.receiveEvent(event) : null;
    if (dirty) sweep.repaint(dirty[0], dirty[1]);
  },
  reset() { channel = recording = null; bedside.clear(); sweep.rest(); }
});

const CUT = {                          // keys of what is said: the title, and the sentence after it
  link: ['cut.page', 'cut.page_text'],
  store: ['cut.store', 'cut.store_page'],
  full: ['cut.full', 'cut.full_page'],
  login: ['cut.login', 'cut.login_text']
};

function tellTrouble(trouble) {
  parts.cut.hidden = trouble === null;
  if (!trouble) return;
  const [title, sentence] = CUT[trouble.why], what = t(sentence);
  parts.cutTitle.textContent = t(title, { time: runningTime(trouble.forMs) });
  parts.cutText.textContent = trouble.nextTrySeconds === null ? what : t('cut.again', { what: what, seconds: trouble.nextTrySeconds });
}

/* The patient's limits, and the usual ones where they are others. */
function rangeWords(range) {
  const usual = page.dataset.usualLimits;
  return range === usual ? t('limit.range', { range: range }) : t('limit.range_default', { range: range, usual: usual });
}

function tellNumbers(vitals) {
  const rate = vitals && vitals.heart_rate !== null ? String(Math.round(vitals.heart_rate)) : '';
  parts.hr.textContent = rate || '– –';
  page.dataset.hr = rate;
  parts.limits.textContent = rate && limits ? rangeWords(limitWords(limits)) : '';
  numbers.tell(vitals);
  parts.burden.textContent = vitals ? bedside.burdenWords() : '–';
}

function tellSilence(state, now, trouble) {
  const last = bedside.atMs, silent = state === 'nosignal' && !trouble;
  parts.chip.textContent = silent ? '! ' + t('signal.none_short') : state === 'poor' ? '! ' + t('signal.poor_short') : '';
  parts.message.textContent = silent ? t('signal.none', { time: last && now ? runningTime(Math.max(0, now - last)) : '' }) : '';
  parts.why.textContent = !silent ? '' : live === null ? t('bedside.no_bed_why')
    : last ? t('signal.silent_since', { time: clockTime(last) }) : t('signal.never');
}

function tellCharts() {
  const age = performance.now() - chartsAt;
  parts.stale.hidden = age < CHARTS_MS;
  parts.stale.textContent = t('charts.stale', { seconds: Math.round(age / 1000) });
}

function tell() {
  const trouble = live ? live.trouble() : null, now = live ? live.now() : null;
  const state = trouble || !live ? 'nosignal' : bedside.state(now);
  if (state === 'nosignal' && page.dataset.state !== 'nosignal') sweep.rest();
  page.dataset.state = state;
  const finding = state === 'nosignal' ? { sign: '', words: '' } : bedside.finding(now), age = bedside.ageMs(now);
  parts.sign.textContent = finding.sign;
  parts.sign.className = 'sign ' + (TOKEN[finding.sign] || '');
  parts.word.textContent = finding.words;
  parts.age.textContent = state === 'nosignal' ? t('signal.not_live') : t('signal.live', { seconds: shownNumber(age / 1000, 1) });
  parts.clock.textContent = clockTime(now === null ? Date.now() : now);
  page.dataset.samples = String(sweep.drawn);
  page.dataset.sign = bedside.newestSign();
  tellTrouble(trouble);
  tellNumbers(trouble ? null : bedside.shown(now));
  tellSilence(state, now, trouble);
  tellCharts();
}

function frame(now) {
  requestAnimationFrame(frame);
  const seconds = (now - drawn) / 1000;
  if (calm.matches && seconds < 1) return;
  drawn = now;
  if (page.dataset.state !== 'nosignal') sweep.frame(seconds);
}

/* Dash writes the as-of line with every update: when that stops, the charts are old, whatever the reason. */
new MutationObserver((changes) => {
  if (changes.some((change) => change.target.closest && change.target.closest('.grid'))) chartsAt = performance.now();
}).observe(page, { subtree: true, childList: true, characterData: true });

const why = new WhyPanel(parts.whyPanel, page.dataset.patient);
openByClick(why, parts.explain);
new LimitDialogue(parts.limitDialogue, page.dataset.patient);
parts.trace.addEventListener('click', (event) => {
  const index = sweep.indexAt(event.offsetX), beat = index === null ? null : bedside.trace.beatAt(index);
  if (beat && recording !== null) why.openBeat(recording, beat.index, STORED_SECONDS);
});
parts.whyPanel.addEventListener('beat', (event) => sweep.choose(event.detail && event.detail.recording === recording ? event.detail.index : null));

parts.wall.href = '/wall' + location.search;
switchByLink(parts.language);
switchByKey();
fit();
addEventListener('resize', fit);
setInterval(tell, TICK_MS);
requestAnimationFrame(frame);
