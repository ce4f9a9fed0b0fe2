/* The result page of one recording: the bedside's strip over what is stored, lists, charts and analyses beside it. */
import { switchByKey, switchByLink } from './language.js';
import { Sweep } from './sweep.js';
import { Trace } from './trace.js';
import { Bedside } from './vitals.js';
import { Keys } from './keys.js';
import { Strip } from './strip.js';
import { Hand } from './strip_hand.js';
import { stripButtons, stripKeys } from './strip_keys.js';
import { countFrom } from './strip_words.js';
import { WhyPanel } from './why.js';
import { openByClick } from './why_openers.js';
import { ask } from './answers.js';
import { Charts } from './result_charts.js';
import { Disclosure } from './result_disclosure.js';
import { Lists } from './result_lists.js';
import { Review } from './result_review.js';
import { Runs } from './result_runs.js';
import { Shapes } from './result_shapes.js';
import { t } from './words.js';

const TICK_MS = 200, LOOK_MS = 1000;
const page = document.body, parts = {}, name = page.dataset.recording, base = '/recording/' + encodeURIComponent(name);
for (const node of document.querySelectorAll('[data-part]')) parts[node.dataset.part] = node;

const bedside = new Bedside(new Trace(1024)), sweep = new Sweep(bedside.trace, parts.trace);
const strip = new Strip(parts, page.dataset.patient, bedside, sweep, name);
const charts = new Charts(base), lists = new Lists(parts, strip, name), disclosure = new Disclosure(parts, strip, name);
const runs = new Runs(parts, base, (facts) => tellFacts(facts));
let shownRun = null;
strip.begin = openAsked;

const review = new Review(parts, strip, lists, base, name, Boolean(page.dataset.mayReview), follow), shapes = new Shapes(parts, base, review);
lists.chose = (index) => { if (!review.picked.includes(index)) review.pick([index]); };

/* Beats are not what they were: numbers, lists, pictures and charts. */
async function follow() {
  const facts = ask(base + '/facts');
  strip.stored.supply.renew(); strip.changed();
  const answer = await facts;                               // before all that takes longer: the numbers
  if (answer.value) tellFacts(answer.value);
  strip.overview.supply.renew(); strip.paintOverview(); disclosure.renew();
  await loadBeats();
  charts.again(); charts.whole();
  shapes.renewed();
}

/* Numbers and analyses; what an analysis has found since is asked for once it is in force. */
async function look() {
  const answer = await ask(base + '/facts');
  if (answer.value) tellFacts(answer.value);
  const moves = answer.trouble || answer.value.analyses.some((run) => run.analysis.open);
  setTimeout(look, moves ? LOOK_MS : 15 * LOOK_MS);
}

function tellFacts(facts) {
  if (!facts.dated) { countFrom(facts.started_ms); strip.viewport.origin = strip.overview.viewport.origin = facts.started_ms; }
  runs.tell(facts.analyses);
  const force = facts.analyses.find((run) => run.in_force), inForce = force ? force.analysis.id : '';
  fill(parts.counts, facts.counts); fill(parts.facts, facts.facts);
  parts.when.textContent = facts.facts[0].value;
  if (inForce === shownRun) return;
  const begins = shownRun === null && inForce === page.dataset.inForce;      // what came since the page did is of this one
  shownRun = page.dataset.inForce = inForce;
  strip.lead = facts.lead;
  if (!begins) { strip.stored.supply.answers.known.clear(); strip.overview.supply.answers.known.clear(); disclosure.forget(); }
  strip.changed(); strip.paintOverview(); disclosure.changed();
  loadBeats().then(() => charts.whole());
}

async function loadBeats() {
  parts.state.textContent = t('result.loading');
  const answer = await ask(base + '/beats');
  if (!answer.value) { setTimeout(loadBeats, 2000); return; }
  parts.state.textContent = answer.value.beats.index.length ? '' : t('result.not_analysed');
  lists.take(answer.value.beats, answer.value.episodes);
  review.renewed();
  page.dataset.beats = String(answer.value.beats.index.length);
}

function fill(body, facts) {
  body.replaceChildren(...facts.map((fact) => {
    const row = document.createElement('tr');
    for (const text of [fact.name, fact.value]) { const cell = document.createElement('td'); cell.textContent = text; cell.dir = 'auto'; row.append(cell); }
    if (fact.index >= 0) { row.dataset.moment = name + '/' + fact.index; row.tabIndex = 0; }
    return row;
  }));
}

function goTo(place) { const cut = place.lastIndexOf('/'); strip.open(place.slice(0, cut), Number(place.slice(cut + 1))); }

/* Where the address says (#at=house sample), else at the beginning. */
function openAsked() {
  const at = /^#at=(\d{1,12})$/.exec(location.hash);
  if (at) goTo(name + '/' + at[1]); else strip.home();
}

function tell() {
  strip.tell(null, false);
  parts.badge.hidden = strip.view === 'stored' && strip.stored.complete && !strip.stored.supply.trouble;
  if (strip.view === 'stored') charts.around(strip.source.timeline.placeAt(strip.viewport.middle), parts.around);
  lists.follow(strip.view === 'stored' ? strip.source.timeline.placeAt(strip.viewport.middle) : null);
}

function frame() { requestAnimationFrame(frame); strip.frame(0.016); disclosure.frame(); }

const why = new WhyPanel(parts.whyPanel, page.dataset.patient);
openByClick(why, parts.explain);
const explain = (beat) => why.openBeat(beat.recording, beat.index, 0);
const hand = new Hand(parts.strip, strip, (beat, event) => review.may ? review.take(beat, event) : explain(beat), (place) => strip.marks.open(place), review.may ? (from, to) => review.drag(from, to) : null);
const pickedWhy = () => { if (review.picked.length) explain({ recording: name, index: review.picked[0] }); };
if (review.may) { parts.reviewStretch.addEventListener('click', () => { hand.selecting = !hand.selecting; parts.reviewStretch.setAttribute('aria-pressed', String(hand.selecting)); }); parts.reviewWhy.addEventListener('click', pickedWhy); parts.reviewAlike.addEventListener('click', () => shapes.alike()); }
const reviewKeys = [...review.keys(), ...(review.may ? [{ keys: ['g'], shown: ['G'], words: t('edit.key_alike'), deed: () => shapes.alike() }] : []), { keys: ['w'], shown: [], words: '', deed: (event) => { event.stopPropagation(); pickedWhy(); } }];
parts.whyPanel.addEventListener('beat', (event) => strip.choose(event.detail));
const keys = new Keys([...stripKeys(strip, () => !parts.whyPanel.hidden, () => keys.tell()).filter((row) => !row.keys.includes(' ')), ...lists.keys(), ...reviewKeys.map((row) => ({ ...row, deed: (event) => { if (parts.whyPanel.hidden) row.deed(event); } }))], parts.keys, parts.keyList);
stripButtons(strip, () => keys.tell());
addEventListener('wardbeat:moment', (event) => goTo(event.detail));
document.addEventListener('click', (event) => { const row = event.target.closest && event.target.closest('[data-moment]:not(body)'); if (row) goTo(row.dataset.moment); });
document.addEventListener('keydown', (event) => { if (event.key === 'Enter' && event.target.matches('tr[data-moment]')) event.target.click(); });
switchByLink();
switchByKey();
strip.fit(); disclosure.fit();
addEventListener('hashchange', openAsked);
addEventListener('resize', () => { strip.fit(); disclosure.fit(); charts.fit(); });
setInterval(tell, TICK_MS);
requestAnimationFrame(frame);
look();
