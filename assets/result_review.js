/* A doctor's review: beats are picked one by one, as a stretch, or all of one shape, and named by one key. Every deed can be
   taken back; what others do is shown too. */
import { isTyping } from './typing.js';
import { send } from './upload_wire.js';
import { t } from './words.js';
import { shownNumber } from './written.js';

const LOOK_MS = 2000, PEAK_REACH = 30, CLASSES = ['N', 'S', 'V', 'F', 'Q'];

export class Review {
  /* changed(): resolves when all that is shown has followed. may: whether whoever looks may say what beats are. */
  constructor(parts, strip, lists, base, recording, may, changed) {
    this.parts = parts; this.strip = strip; this.lists = lists; this.base = base; this.recording = recording; this.may = may; this.changed = changed;
    this.picked = []; this.stretch = null; this.shape = null; this.deed = null; this.pointer = null; this.busy = false; this.following = null;
    this.state = { undo: false, redo: false, noise: [] };
    if (may) this.buttons();
    this.look();
  }

  buttons() {
    const { parts } = this, press = (part, deed) => parts[part].addEventListener('click', deed);
    for (const letter of CLASSES) parts.reviewClasses.append(button(letter, () => this.name(letter)));
    press('reviewBack', () => this.name('')); press('reviewDelete', () => this.remove()); press('reviewAdd', () => this.add());
    press('reviewNoise', () => this.noise()); press('reviewUndo', () => this.act({ act: 'undo' })); press('reviewRedo', () => this.act({ act: 'redo' }));
    press('reviewClear', () => this.pick([]));
    parts.strip.addEventListener('pointermove', (event) => { this.pointer = event.clientX - parts.strip.getBoundingClientRect().left; });
    parts.strip.addEventListener('pointerleave', () => { this.pointer = null; });
    document.addEventListener('keydown', (event) => this.key(event), true);
    this.tell();
  }

  /* Rows for `Keys`. */
  keys() {
    if (!this.may) return [];
    const row = (keys, shown, words, deed) => ({ keys: keys, shown: shown, words: t(words), deed: deed, shift: false });
    return [
      row(['n', 's', 'v', 'f', 'q'], CLASSES, 'edit.key_class', (event) => this.name(event.key.toUpperCase())),
      row(['Backspace'], ['⌫'], 'edit.key_back', () => this.name('')),
      row(['Delete'], [t('edit.delete_key')], 'edit.key_delete', () => this.remove()),
      row(['i'], ['I'], 'edit.key_add', () => this.add()),
      row(['u'], ['U'], 'edit.key_noise', () => this.noise()),
      row([], ['Ctrl Z'], 'edit.key_undo', () => {}), row([], ['Ctrl ⇧ Z'], 'edit.key_redo', () => {})
    ];
  }

  key(event) {
    if (isTyping(event.target)) return;
    const letter = event.key.toLowerCase(), back = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (back && (letter === 'z' || letter === 'y')) { event.preventDefault(); this.act({ act: event.shiftKey || letter === 'y' ? 'redo' : 'undo' }); }
    else if (event.key === 'Escape' && this.picked.length + (this.stretch ? 1 : 0) && this.parts.whyPanel.hidden) { event.stopPropagation(); this.pick([]); }
  }

  /* What is picked: beats by index, a stretch {from, to}, the number of a shape. */
  pick(indices, stretch = null, shape = null) {
    this.picked = indices; this.stretch = stretch; this.shape = shape;
    this.strip.stored.picked = new Set(indices); this.strip.stored.chosenSpan = stretch;
    this.strip.changed();
    this.tell();
  }

  /* A click on a beat; with Shift up to it, from the one before. */
  take(beat, event) {
    const last = this.picked.length ? this.picked[0] : null;
    if (event && event.shiftKey && last !== null) this.span(Math.min(last, beat.index), Math.max(last, beat.index) + 1);
    else { this.pick([beat.index]); this.lists.mind(beat.index); }
  }

  /* All beats of [from, to). */
  span(from, to) { this.pick(this.lists.beats.index.filter((index) => index >= from && index < to), { from: from, to: to }); }

  /* Dragged with Shift from x to x. */
  drag(from, to) {
    const places = [Math.min(from, to), Math.max(from, to)].map((x) => this.strip.face.placeAt(x));
    if (places[0] && places[1]) this.span(places[0].index, places[1].index + 1);
  }

  name(letter) {
    if (!this.picked.length) { this.say(t('edit.pick_first')); return; }
    this.act({ act: 'class', letter: letter, ...this.meant() });
  }

  remove() {
    if (!this.picked.length) { this.say(t('edit.pick_first')); return; }
    this.act({ act: 'delete', ...this.meant() }, () => this.pick([]));
  }

  meant() {
    if (this.shape !== null) return { shape: this.shape };
    return this.stretch ? { start: this.stretch.from, end: this.stretch.to } : { beats: this.picked };
  }

  /* At the R peak that is nearest to the pointer, else to the middle of the strip; what is there then is picked. */
  async add() {
    const place = this.strip.view === 'stored' ? this.strip.face.placeAt(this.pointer === null ? this.strip.width / 2 : this.pointer) : null;
    if (!place) return;
    await this.act({ act: 'add', letter: 'N', beats: [place.index] });
    const there = this.lists.beats.index.find((index) => Math.abs(index - place.index) <= PEAK_REACH);
    if (there !== undefined) this.pick([there]);
  }

  noise() {
    const [from, to] = this.around();
    if (from === null) { this.say(t('edit.pick_stretch')); return; }
    this.act({ act: this.lifts() ? 'lift' : 'noise', start: from, end: to });
  }

  /* The stretch that is meant: what is picked, or what is around a beat. */
  around() {
    const beats = this.picked, { stretch } = this;
    if (stretch) return [stretch.from, stretch.to];
    return beats.length ? [Math.max(0, beats[0] - 60), beats[0] + 90] : [null, null];
  }

  lifts() { const [from, to] = this.around(); return this.state.noise.some(([start, end]) => from !== null && start < to && from < end); }

  async act(wish, then) {
    if (this.busy || !this.may) return;
    this.busy = true; this.tell();
    const answer = await send(this.base + '/edits', { ...wish, seen: this.deed || 0 });
    this.busy = false;
    this.say(answer.value ? t(wish.act === 'undo' ? 'edit.undone' : wish.act === 'redo' ? 'edit.redone' : 'edit.done') : answer.sentence || t('upload.trouble_' + (answer.trouble || 'refused')));
    if (answer.value) { if (then) then(); await this.follow(answer.value); }
    else this.tell();
  }

  /* What others do is seen within two seconds. */
  async look() {
    await this.following;
    if (document.visibilityState === 'visible' && !this.busy) {
      const answer = await send(this.base + '/edits');
      if (answer.value && !this.busy) await this.follow(answer.value);
    }
    setTimeout(() => this.look(), LOOK_MS);
  }

  async follow(state) {
    const before = this.deed;
    if (before !== null && state.deed < before) return;      // asked before the last deed, answered after it
    this.state = state; this.deed = state.deed;
    this.strip.stored.noise = state.noise.map(([from, to]) => ({ recording: this.recording, from: from, to: to }));
    this.strip.changed(); this.tell();
    if (before !== null && before !== state.deed) this.following = this.changed();
    await this.following;
    if (state.deed === this.deed) document.body.dataset.edits = String(state.deed);
  }

  /* The beats are new: what is picked and is there still stays picked. */
  renewed() {
    const there = new Set(this.lists.beats.index);
    if (this.shape === null) this.pick(this.picked.filter((index) => there.has(index)), this.stretch);
  }

  tell() {
    if (!this.may) return;
    const { parts, picked } = this, nothing = !picked.length || this.busy;
    for (const node of [...parts.reviewClasses.children, parts.reviewBack, parts.reviewDelete]) node.disabled = nothing;
    parts.reviewNoise.disabled = this.busy || nothing && !this.stretch; parts.reviewClear.hidden = !picked.length && !this.stretch;
    parts.reviewUndo.disabled = this.busy || !this.state.undo; parts.reviewRedo.disabled = this.busy || !this.state.redo;
    parts.reviewNoiseWord.textContent = t(this.lifts() ? 'edit.lift' : 'edit.noise');
    parts.reviewPicked.textContent = this.words();
    document.body.dataset.picked = String(picked.length);
  }

  words() {
    const { picked, lists } = this;
    if (!picked.length) return this.stretch ? t('edit.empty_stretch') : t('edit.nothing_picked');
    if (picked.length > 1) return t('edit.picked', { count: shownNumber(picked.length, 0) });
    const at = lists.beats.index.indexOf(picked[0]), network = at < 0 ? '' : lists.beats.network[at];
    return t('edit.single', { time: lists.time(picked[0]), sign: at < 0 ? '' : lists.beats.sign[at], network: network === ' ' ? t('edit.no_beat') : network });
  }

  say(words) { if (this.parts.reviewSaid) this.parts.reviewSaid.textContent = words; }
}

function button(words, deed) {
  const node = document.createElement('button');
  node.type = 'button'; node.className = 'btn'; node.textContent = words; node.dataset.letter = words;
  node.addEventListener('click', deed);
  return node;
}
