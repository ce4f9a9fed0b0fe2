/* The live part of the bedside page: strip and numbers from the socket, and a watch over the charts. */
import { switchByKey, switchByLink } from './language.js';
import { BedsideAlerts } from './bedside_alerts.js';
import { Live } from './live.js';
import { Sweep } from './sweep.js';
import { TOKEN } from './ink.js';
import { Trace } from './trace.js';
import { Bedside, limitWords } from './vitals.js';
import { t } from './words.js';
import { clockTime, runningTime, shownNumber } from './written.js';
import { powerWords } from './power.js';
import { Numbers } from './numbers.js';
import { WhyPanel } from './why.js';
import { openByClick } from './why_openers.js';
import { LimitDialogue } from './limits.js';
import { Keys } from './keys.js';
import { Strip } from './strip.js';
import { StandStill } from './standstill.js';
import { Hand } from './strip_hand.js';
import { stripButtons, stripKeys } from './strip_keys.js';

const TICK_MS = 100;
const CHARTS_MS = 8000;                // charts that were not drawn again for this long are old
const STORED_SECONDS = 10;             // a beat on the strip is in the database by then
const HELD_SAMPLES = 65536;            // 262 s: the slowest speed on the widest screen
const page = document.body, parts = {};
for (const node of document.querySelectorAll('[data-part]')) parts[node.dataset.part] = node;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

const bedside = new Bedside(new Trace(HELD_SAMPLES));
const alerts = new BedsideAlerts(parts, page.dataset.patient);
const sweep = new Sweep(bedside.trace, parts.trace), numbers = new Numbers(page);
const standStill = new StandStill(parts.still);
const strip = new Strip(parts, page.dataset.patient, bedside, sweep);
let channel = null, limits = null, device = null, drawn = performance.now(), chartsAt = performance.now();

function seat(beds) {
  const bed = beds[0];
  limits = bed ? bed.limits : null; device = bed ? bed.device : null;
  if (!bed || bed.channel === channel) return;
  channel = bed.channel;
  bedside.clear(); strip.seat(bed.recording, bed.lead);
}

const live = page.dataset.bed === '' ? null : new Live(page.dataset.gateway, [Number(page.dataset.bed)], {
  beds: seat,
  trace(block) { if (block.channel === channel) bedside.receiveTrace(block); },
  event(event) {
    const dirty = event.channel === channel ? bedside.receiveEvent(event) : null;
    if (event.channel === channel) strip.receive(event, dirty);
  },
  delays(list) { const own = list.find((each) => each.channel === channel); bedside.delayMs = own ? own.p95_ms : null; },
  alerts(beds) { for (const bed of beds) alerts.receive(bed.alerts); },
  reset() { alerts.clear(); channel = null; bedside.clear(); strip.seat(null, strip.lead); }
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
  standStill.tick(performance.now());
  const trouble = live ? live.trouble() : null, now = live ? live.now() : null;
  const state = trouble || !live ? 'nosignal' : bedside.state(now);
  if (state === 'nosignal' && page.dataset.state !== 'nosignal') strip.rest();
  page.dataset.state = state;
  const finding = state === 'nosignal' ? { sign: '', words: '' } : bedside.finding(now), age = bedside.ageMs(now);
  parts.sign.textContent = finding.sign;
  parts.sign.className = 'sign ' + (TOKEN[finding.sign] || '');
  parts.word.textContent = finding.words;
  parts.age.textContent = state === 'nosignal' ? t('signal.not_live') : t('signal.live', { seconds: shownNumber(age / 1000, 1) });
  const delay = trouble ? '' : bedside.delayWords(now);
  parts.delay.textContent = delay && t('bedside.link_delay', { delay: delay });
  parts.battery.textContent = trouble ? '' : powerWords(device);
  parts.clock.textContent = clockTime(now === null ? Date.now() : now);
  page.dataset.samples = String(sweep.drawn);
  page.dataset.sign = bedside.newestSign();
  tellTrouble(trouble);
  alerts.tell(now, trouble !== null);
  tellNumbers(trouble ? null : bedside.shown(now));
  tellSilence(state, now, trouble);
  tellCharts();
  strip.tell(now, state === 'nosignal');
}

function frame(now) {
  requestAnimationFrame(frame);
  const seconds = (now - drawn) / 1000;
  if (calm.matches && seconds < 1) return;
  drawn = now;
  strip.frame(seconds);
}

/* The charts ask every few seconds (charts.js): when no answer comes, they are old, whatever the reason. */
document.addEventListener('wardbeat:answered', () => { chartsAt = performance.now(); });

const why = new WhyPanel(parts.whyPanel, page.dataset.patient);
openByClick(why, parts.explain);
new LimitDialogue(parts.limitDialogue, page.dataset.patient);
new Hand(parts.strip, strip, (beat) => why.openBeat(beat.recording, beat.index, STORED_SECONDS), (place) => strip.marks.open(place));
parts.whyPanel.addEventListener('beat', (event) => strip.choose(event.detail));
const keys = new Keys(stripKeys(strip, () => !parts.whyPanel.hidden, () => keys.tell()), parts.keys, parts.keyList);
stripButtons(strip, () => keys.tell());

/* A moment that something on the page names, "recording/index": the strip goes there. */
function goTo(name) { const cut = name.lastIndexOf('/'); strip.open(name.slice(0, cut), Number(name.slice(cut + 1))); }
addEventListener('wardbeat:corrected', ({ detail }) => strip.correct(detail.recording, detail.index, detail.sign, detail.by_person));
addEventListener('wardbeat:moment', (event) => goTo(event.detail));
/* So may the address, as lists do: as soon as it is known what is stored. */
const asked = new URLSearchParams(location.search).get('at');
const opening = asked && setInterval(() => { if (strip.source.loaded) { clearInterval(opening); goTo(asked); } }, 100);
document.addEventListener('click', (event) => { const row = event.target.closest && event.target.closest('[data-moment]:not(body)'); if (row) goTo(row.dataset.moment); });

parts.wall.href = '/wall' + location.search;
switchByLink();
switchByKey();
strip.fit();
addEventListener('resize', () => strip.fit());
setInterval(tell, TICK_MS);
requestAnimationFrame(frame);
