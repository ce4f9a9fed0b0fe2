/* Marks with words at moments: listed, set, deleted and brought back in one dialogue; drawn by the strip and the overview. */
import { ask } from './answers.js';
import { fullMoment } from './strip_words.js';
import { markWords } from './mark_words.js';
import { t } from './words.js';

const REFRESH_MS = 15000;

export class Marks {
  constructor(parts, patient, strip) {
    this.parts = parts; this.path = '/marks/' + patient; this.strip = strip;
    this.list = [];
    this.place = null;                 // {recording, index} where the next one is set
    this.gone = null;                  // the mark that was deleted last
    parts.markForm.addEventListener('submit', (event) => { event.preventDefault(); this.pin(); });
    parts.marks.addEventListener('click', (event) => { if (event.target === parts.marks || event.target.closest('[data-close]')) parts.marks.close(); });
    setInterval(() => { if (document.visibilityState === 'visible') this.read(); }, REFRESH_MS);
    this.read();
  }

  async read() { this.take(await ask(this.path)); }

  /* place: {recording, index}, or null where there is no moment to mark. */
  open(place) {
    this.place = place; this.gone = null;
    const ms = place && this.strip.source.timeline.msOf(place.recording, place.index);
    this.parts.markForm.hidden = !place;
    this.parts.markMoment.textContent = ms === null ? '' : fullMoment(ms);
    this.parts.markWords.value = '';
    this.complain('');
    this.write();
    if (!this.parts.marks.open) this.parts.marks.showModal();
    if (place) this.parts.markWords.focus();
  }

  async pin() {
    const words = this.parts.markWords.value.trim();
    if (!words) { this.complain(t('strip.mark_words_missing')); return; }
    const answer = await ask(this.path, { ...this.place, words: words });
    if (this.take(answer)) { this.parts.marks.close(); this.strip.say(t('strip.mark_set', { words: words })); }
  }

  async remove(mark) { if (this.take(await ask(this.path + '/' + mark.id + '/delete', {}))) { this.gone = mark; this.write(); this.parts.markList.querySelector('button').focus(); } }

  async restore(mark) { if (this.take(await ask(this.path + '/' + mark.id + '/restore', {}))) { this.gone = null; this.write(); } }

  take(answer) {
    if (answer.trouble) { this.complain(t('strip.trouble_' + answer.trouble)); return false; }
    this.list = answer.value;
    this.complain('');
    if (this.parts.marks.open) this.write();
    this.parts.markCount.textContent = this.list.length ? String(this.list.length) : '';
    this.strip.changed(); this.strip.paintOverview();
    return true;
  }

  complain(words) { this.parts.markTrouble.textContent = words; this.parts.markTrouble.hidden = !words; }

  write() {
    const rows = this.list.map((mark) => this.row(mark));
    if (this.gone) rows.unshift(this.undo(this.gone));
    this.parts.markList.replaceChildren(...rows);
    this.parts.markNone.hidden = rows.length > 0;
  }

  row(mark) {
    const item = document.createElement('li'), ms = this.strip.source.timeline.msOf(mark.recording, mark.index);
    const go = button(ms === null ? t('strip.mark_elsewhere') : fullMoment(ms), () => { this.parts.marks.close(); this.strip.open(mark.recording, mark.index); });
    go.disabled = ms === null;
    const who = document.createElement('small'), words = document.createElement('b');
    words.textContent = markWords(mark); words.dir = 'auto';
    who.textContent = (mark.person || t('strip.patient')) + ' · ' + fullMoment(mark.at_ms); who.dir = 'auto';
    const text = document.createElement('span');
    text.append(words, who);
    item.append(go, text, button(t('strip.mark_delete'), () => this.remove(mark)));
    return item;
  }

  undo(mark) {
    const item = document.createElement('li'), words = document.createElement('span');
    words.textContent = t('strip.mark_deleted', { words: markWords(mark) });
    item.className = 'gone'; item.setAttribute('role', 'status');
    item.append(words, button(t('strip.mark_undo'), () => this.restore(mark)));
    return item;
  }
}

function button(words, deed) {
  const node = document.createElement('button');
  node.className = 'btn'; node.type = 'button'; node.textContent = words;
  node.addEventListener('click', deed);
  return node;
}
