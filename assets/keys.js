/* The keys of a page: one table, from which they are obeyed and from which the overlay is written. */
import { isControl, isTyping } from './typing.js';

export class Keys {
  /* table: rows {keys, shown, words, deed}; keys as in KeyboardEvent.key, letters small;
     held: whether a key that is held down goes on. shift: only with Shift, or (false) only without. dialogue: where they are told. */
  constructor(table, dialogue, list) {
    this.table = table; this.dialogue = dialogue;
    for (const row of table) this.write(row, list);
    document.addEventListener('keydown', (event) => this.receive(event));
    dialogue.addEventListener('click', (event) => { if (event.target === dialogue || event.target.closest('button')) dialogue.close(); });
  }

  write(row, list) {
    if (!row.words) return;
    const term = document.createElement('dt'), words = document.createElement('dd');
    for (const name of row.shown) { const key = document.createElement('kbd'); key.textContent = name; term.append(key); }
    words.textContent = row.words;
    list.append(term, words);
  }

  receive(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.dialogue.open) { if (event.key === '?') this.dialogue.close(); return; }
    if (isTyping(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const onControl = isControl(event.target) && (key === ' ' || key === 'Enter');
    const row = onControl ? null : this.table.find((each) => each.keys.includes(key) && (each.shift === undefined || each.shift === event.shiftKey));
    if (!row || event.repeat && !row.held) return;
    event.preventDefault();
    row.deed(event);
  }

  tell() { if (this.dialogue.open) this.dialogue.close(); else this.dialogue.showModal(); }
}
