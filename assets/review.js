/* The review of alerts: the list on the left, the case that is open beside it, and the socket that tells when either is old. */
import { switchByLink } from './language.js';
import { handOver, send } from './alert_acts.js';
import { key as nameOf } from './alerts.js';
import { Keys } from './keys.js';
import { Live } from './live.js';
import { ReviewCase } from './review_case.js';
import { ReviewQueue } from './review_queue.js';
import { reviewKeys } from './review_keys.js';
import { WhyPanel } from './why.js';
import { clockTime, runningTime } from './written.js';
import { t } from './words.js';

const BY_ITSELF_MS = 15000;            // ages grow, and a gateway may be away
const SUMMARY_MS = 300000;
const REST_MS = 300;                   // between two questions, so that a storm of alerts does not become one of questions
const page = document.body, parts = {};
for (const node of document.querySelectorAll('[data-part]')) parts[node.dataset.part] = node;

const why = new WhyPanel(parts.whyPanel, '');
const opened = new ReviewCase(parts.case, parts.millimetre, (beat) => { why.base = '/why/' + opened.patient + '/'; why.openBeat(beat.recording, beat.index); });
const queue = new ReviewQueue(parts, open);
const done = [];                       // what I did here, the newest last: {patient, rule, recording, starts, deed, key}
const boards = new Map();              // bed -> its alerts, as the gateway tells them
let reviewed = null, asking = false, again = false, trouble = '', freshAt = Date.now();

async function open(key, show = true) {
  queue.choose(key); queue.remember(); queue.bringIntoView();
  if (show) page.dataset.open = 'case';
  if (!parts.whyPanel.hidden) why.close();
  await opened.open(key);
  tick();
}

/* Asks once more for list and case; what comes while a question is out is asked for after it. */
async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  const began = performance.now();
  [trouble] = await Promise.all([queue.refresh(), opened.renew()]);
  if (!trouble) freshAt = Date.now();
  tick();
  if (!opened.key && queue.items().length && innerWidth > 800) open(queue.items()[0].dataset.key, false);
  setTimeout(() => { asking = false; if (again) { again = false; refresh(); } }, REST_MS + performance.now() - began);
}

const live = new Live(page.dataset.gateway, 'all', {
  beds() {}, trace() {}, event() {}, delays() {},
  alerts(beds, number) {
    for (const bed of beds) boards.set(bed.bed_id, bed.alerts);
    const first = reviewed === null;
    reviewed = number;
    if (!first) refresh();
  },
  reset() { boards.clear(); }
}, 'alerts');

/* Each second: who is called next, and whether what stands here is fresh. */
function tick() {
  const cut = live.trouble(), why = trouble || (cut ? cut.why : '');
  parts.trouble.hidden = !why;
  if (why) parts.trouble.textContent = why === 'login' ? t('cut.login') : t('review.cut', { time: clockTime(freshAt) });
  const place = parts.case.querySelector('[data-next]'), now = live.now();
  if (!place) return;
  const mine = opened.facts.recording + '/' + opened.facts.rule + '/' + opened.facts.start;
  const alert = [...boards.values()].flat().find((each) => nameOf(each) === mine), calls = alert && alert.next_person && now !== null;
  const words = calls ? '· ' + t('review.next', { person: alert.next_person, time: runningTime(Math.max(0, alert.next_ms - now)) }) : '';
  if (place.textContent !== words) place.textContent = words;
}

/* deed: of ReviewCase.do. What was judged leaves the list: the next one is opened. */
async function did(told, moves) {
  if (!told) return;
  if (told.deed) done.push({ patient: opened.patient, rule: opened.facts.rule, recording: opened.facts.recording, starts: told.starts, deed: told.deed, key: told.key });
  const next = moves && told.done && queue.view !== 'ward' ? queue.after() : null;
  if (next) { await open(next); opened.say(told.sentence); }
  refresh();
}

const deeds = {
  next: (way) => { const key = queue.step(way); if (key) open(key); },
  async acknowledge() { const seen = opened.head && opened.head.seen; did(await opened.do(seen ? 'withdraw' : 'acknowledge', '', [Number(opened.facts.start)]), false); },
  async judge(verdict) { if (opened.mid) did(await opened.do('verdict', verdict), true); },
  alike: () => opened.toggleAlike(),
  comment() { const field = parts.case.querySelector('textarea'); if (field) field.focus(); },
  async take() { if (opened.mid) did(await opened.do('assign', page.dataset.me), false); },
  hand() {
    if (!opened.mid) return;
    const count = opened.starts.length, mine = queue.counts.mine || 0;
    parts.handThis.textContent = count > 1 ? t('review.hand_run', { count: count - 1 }) : t('review.hand_this');
    parts.handMine.textContent = t('review.hand_all', { count: mine });
    parts.handDialogue.showModal();
  },
  async undo() {
    const last = done.pop();
    if (!last) { if (opened.mid) opened.say(t('alerts.nothing_to_undo')); return; }
    const told = await send(last.patient, last.rule, last.recording, last.starts, { what: 'undo', value: String(last.deed) });
    if (told.done) await open(last.key);
    opened.say(told.sentence);
    refresh();
  },
  move(way, event) { const { strip } = opened; if (strip && parts.whyPanel.hidden && !strip.rulers.stepTime(way, event.shiftKey)) strip.scroll(way); },
  caliper() { if (opened.strip) opened.strip.rulers.toggleRr(); },
  why() { if (opened.mid) { why.base = '/why/' + opened.patient + '/'; why.openFrom(opened.facts.recording, opened.facts.beat); } },
  view: (name) => queue.turn(name),
  back() { page.dataset.open = 'queue'; queue.bringIntoView(); }
};

parts.case.addEventListener('click', (event) => {
  const at = (name) => event.target.closest('[data-' + name + ']');
  if (at('act')) deeds[at('act').dataset.act]();
  else if (at('verdict')) deeds.judge(at('verdict').dataset.verdict);
  else if (at('key')) open(at('key').dataset.key);
});
parts.case.addEventListener('submit', async (event) => {
  event.preventDefault();
  const field = event.target.elements.comment, told = await opened.do('comment', field.value);
  if (told && told.done) { field.value = ''; field.blur(); }
  did(told, false);
});
parts.handForm.addEventListener('submit', async (event) => {
  if (!event.submitter || event.submitter.value !== 'give') return;
  const to = parts.handTo.value, all = parts.handForm.elements.what.value === 'mine';
  if (all && to) { opened.say((await handOver(to)).sentence); refresh(); } else did(await opened.do('assign', to), false);
});
parts.whyPanel.addEventListener('beat', (event) => { if (opened.strip) opened.strip.choose(event.detail); });
const keys = new Keys(reviewKeys(deeds, () => keys.tell()), parts.keys, parts.keyList);
parts.help.addEventListener('click', () => keys.tell());
parts.case.addEventListener('keydown', (event) => { if (event.key === 'Escape' && event.target.closest('textarea')) event.target.blur(); else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.form) event.target.form.requestSubmit(); });
parts.wall.href = '/wall' + location.search.replace(/^\?(?!.*(theme|lang)=).*/, '');
switchByLink();
setInterval(tick, 1000);
/* The figures of today, when everything else is here. */
async function summary() {
  const answer = await fetch('/alerts/statistics/today', { credentials: 'same-origin', redirect: 'manual' }).catch(() => null);
  if (answer && answer.ok) parts.summary.textContent = parts.summary.title = await answer.text();
}
setTimeout(summary, 1500);
setInterval(summary, SUMMARY_MS);
setInterval(() => { if (document.visibilityState === 'visible') refresh(); }, BY_ITSELF_MS);
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') refresh(); });
const named = new URLSearchParams(location.search).get('alert');
if (named) open(named);
refresh();
