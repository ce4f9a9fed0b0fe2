/* The numbers of the bedside page: each by its name in a vitals message, with the decimals its method asks for. */
import { t } from './words.js';
import { shownNumber } from './written.js';

/* The share of the beats that a number stands on, for its words. */
export function usedShare(value) {
  return value === null || value === undefined ? '' : t('bedside.used_now', { percent: Math.round(value) });
}

function say(node, text) { if (node.textContent !== text) node.textContent = text; }

export class Numbers {
  constructor(root) {
    this.values = [...root.querySelectorAll('[data-number]')];
    this.shares = [...root.querySelectorAll('[data-share]')];
    root.addEventListener('keydown', (event) => { if (event.key === 'Escape') root.dataset.hush = ''; });
    for (const kind of ['pointermove', 'focusin']) root.addEventListener(kind, () => { delete root.dataset.hush; });
  }

  /* vitals: a message of the gateway, or null where nothing may be shown. */
  tell(vitals) {
    for (const node of this.values) say(node, shownNumber(vitals && vitals[node.dataset.number], Number(node.dataset.decimals)));
    for (const node of this.shares) say(node, usedShare(vitals && vitals[node.dataset.share]));
  }
}
