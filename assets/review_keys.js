/* One key for one thing, shown on its button too. */
import { t } from './words.js';

/* Rows for `Keys`; deeds as in review.js; tell(): shows the keys. */
export function reviewKeys(deeds, tell) {
  return [
    row(['?'], ['?'], 'review.key_keys', tell),
    held(['j', 'k', 'ArrowDown', 'ArrowUp'], ['J', 'K'], 'review.key_next', (event) => deeds.next(['j', 'J', 'ArrowDown'].includes(event.key) ? 1 : -1)),
    row(['a'], ['A'], 'review.key_acknowledge', () => deeds.acknowledge()),
    row(['t'], ['T'], 'review.key_true', () => deeds.judge('true')),
    row(['f'], ['F'], 'review.key_false', () => deeds.judge('false')),
    row(['n'], ['N'], 'review.key_noise', () => deeds.judge('noise')),
    row(['o'], ['O'], 'review.key_other', () => deeds.judge('other')),
    row(['l'], ['L'], 'review.key_alike', () => deeds.alike()),
    row(['e'], ['E'], 'review.key_comment', () => deeds.comment()),
    row(['m'], ['M'], 'review.key_mine', () => deeds.take()),
    row(['h'], ['H'], 'review.key_hand', () => deeds.hand()),
    row(['u'], ['U'], 'review.key_undo', () => deeds.undo()),
    held(['ArrowLeft', 'ArrowRight'], ['←', '→'], 'review.key_move', (event) => deeds.move(event.key === 'ArrowLeft' ? -1 : 1, event)),
    row(['c'], ['C'], 'review.key_caliper', () => deeds.caliper()),
    row(['w'], ['W'], 'review.key_why', () => deeds.why()),
    row(['1', '2', '3'], ['1', '2', '3'], 'review.key_views', (event) => deeds.view({ 1: 'unreviewed', 2: 'mine', 3: 'ward' }[event.key]))
  ];
}

function row(keys, shown, words, deed) { return { keys: keys, shown: shown, words: t(words), deed: deed }; }

function held(keys, shown, words, deed) { return { ...row(keys, shown, words, deed), held: true }; }
