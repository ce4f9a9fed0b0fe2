/* The keys and buttons of the bedside strip. */
import { t } from './words.js';

/* Rows for `Keys`; explaining(): whether a why-card is open, which has the arrows then; tell(): shows the keys. */
export function stripKeys(strip, explaining, tell) {
  const { rulers } = strip;
  const time = (way, event) => { if (!explaining() && !rulers.stepTime(way, event.shiftKey)) strip.scroll(way); };
  const level = (way, event) => { if (!rulers.stepLevel(way, event.shiftKey)) strip.stepGain(way); };
  return [
    row(['?'], ['?'], 'strip.key_keys', tell),
    row([' '], [t('strip.space')], 'strip.key_freeze', () => strip.toggle()),
    held(['ArrowLeft'], ['←'], 'strip.key_back', (event) => time(-1, event)),
    held(['ArrowRight'], ['→'], 'strip.key_on', (event) => time(1, event)),
    held(['PageUp', 'PageDown'], ['Page ↑', 'Page ↓'], 'strip.key_page', (event) => strip.scroll(event.key === 'PageUp' ? -1 : 1, 1)),
    row(['Home'], ['Home'], 'strip.key_home', () => strip.home()),
    row(['End'], ['End'], 'strip.key_end', () => strip.end()),
    row(['j'], ['J'], 'strip.key_jump', () => strip.parts.jumpAt.focus()),
    row(['+', '='], ['+'], 'strip.key_faster', () => strip.stepSpeed(-1)),
    row(['-'], ['-'], 'strip.key_slower', () => strip.stepSpeed(1)),
    held(['ArrowUp', 'ArrowDown'], ['↑', '↓'], 'strip.key_gain', (event) => level(event.key === 'ArrowUp' ? 1 : -1, event)),
    row(['c'], ['C'], 'strip.key_rr', () => ruler(strip, () => rulers.toggleRr())),
    row(['a'], ['A'], 'strip.key_amplitude', () => ruler(strip, () => rulers.toggleAmplitude())),
    row(['x'], ['X'], 'strip.key_part', () => rulers.turn()),
    row(['r'], ['R'], 'strip.key_snap', () => rulers.toggleSnap()),
    row(['m'], ['M'], 'strip.key_mark', () => strip.marks.open(strip.moment())),
    row([], ['W'], 'strip.key_why', () => {}),
    row([], ['Esc'], 'strip.key_escape', () => {})
  ];
}

/* A caliper needs a picture that keeps still. */
export function ruler(strip, toggle) { if (strip.view === 'live') strip.freeze(); toggle(); }

function row(keys, shown, words, deed) { return { keys: keys, shown: shown, words: t(words), deed: deed }; }

function held(keys, shown, words, deed) { return { ...row(keys, shown, words, deed), held: true }; }

/* Buttons of the page that do what keys do; and Escape, which takes the calipers away before it closes a card. */
export function stripButtons(strip, tell) {
  const press = (part, deed) => strip.parts[part].addEventListener('click', deed);
  press('freeze', () => strip.toggle());
  press('back', () => strip.scroll(-1)); press('on', () => strip.scroll(1));
  press('caliperRr', () => ruler(strip, () => strip.rulers.toggleRr()));
  press('caliperMv', () => ruler(strip, () => strip.rulers.toggleAmplitude()));
  press('mark', () => strip.marks.open(strip.moment()));
  press('slower', () => strip.stepSpeed(1)); press('faster', () => strip.stepSpeed(-1));
  press('gainLess', () => strip.stepGain(-1)); press('gainMore', () => strip.stepGain(1));
  press('keysButton', tell);
  strip.parts.jump.addEventListener('submit', (event) => { event.preventDefault(); jump(strip); });
  strip.parts.overviewSpan.addEventListener('change', (event) => { strip.overview.span = Number(event.target.value) * 1000 || null; strip.paintOverview(); });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !strip.rulers.any || document.querySelector('dialog[open]')) return;
    event.stopPropagation();
    strip.rulers.clear();
  });
}

function jump(strip) {
  const ms = new Date(strip.parts.jumpAt.value).getTime();
  if (Number.isNaN(ms)) return;
  strip.show(ms);
  strip.parts.jumpAt.blur();
}
