/* The why-card in its panel: asks the server for it, draws its pictures, and moves from beat to beat.
   Any page can hold one: an empty <aside class="why-panel" hidden>, and open() with what is to be explained. */
import { readInk } from './ink.js';
import { drawContext, drawStrip } from './why_strip.js';
import { isTyping } from './typing.js';
import { t } from './words.js';

const AGAIN_MS = 1000;                 // a beat that was just seen is stored within seconds: asked for again this often
const PATIENCE = 10;                   // times; a recorder that has much to write is some seconds late
const COMING_MS = 2000;                // its samples, when the beat itself is there already
const SETTLES_MS = 11000;              // when what follows the newest beat is known

export class WhyPanel {
  constructor(panel, patient) {
    this.panel = panel; this.base = '/why/' + patient + '/';
    this.asked = 0;                    // every question has a number: an answer that comes too late is not shown
    this.opener = null;
    panel.addEventListener('click', (event) => this.press(event.target.closest('[data-why]')));
    addEventListener('keydown', (event) => this.key(event));
    addEventListener('resize', () => this.draw());
  }

  get card() { return this.panel.firstElementChild; }

  /* The beat at `index`; patience: seconds for which one that is not stored yet is waited for. */
  openBeat(recording, index, patience = 0) { return this.open(encodeURIComponent(recording) + '/' + index, patience); }

  /* The first beat at `index` or after it. */
  openFrom(recording, index) { return this.open(encodeURIComponent(recording) + '/from/' + index, 0); }

  openNewest() { return this.open('newest', PATIENCE); }

  async open(path, patience) {
    const mine = ++this.asked;
    if (this.panel.hidden) this.show();
    this.panel.setAttribute('aria-busy', 'true');
    const answer = await this.ask(path);
    if (mine !== this.asked) return;
    this.panel.removeAttribute('aria-busy');
    this.fill(answer);
    if (answer.status === 404 && patience > 0) this.later(mine, AGAIN_MS, () => this.open(path, patience - 1));
    if (answer.status === 200) this.askAgain(mine, this.card.dataset);
  }

  /* A beat that was called a moment ago: its samples and what follows it are stored within seconds. */
  askAgain(mine, card) {
    const wait = card.coming !== undefined ? COMING_MS : card.unsettled !== undefined ? SETTLES_MS : null;
    if (wait !== null) this.later(mine, wait, () => this.openBeat(card.recording, card.index));
  }

  /* Says that the beat of the card is of this class, '' gives it back to the network. What another has said meanwhile stands. */
  async correct(letter) {
    const { recording, index, held } = this.card.dataset;
    if (this.panel.hasAttribute('aria-busy')) return;
    const mine = ++this.asked;
    this.panel.setAttribute('aria-busy', 'true');
    const answer = await this.ask(encodeURIComponent(recording) + '/' + index + '/class', { class: letter, held: held });
    if (mine !== this.asked) return;
    this.panel.removeAttribute('aria-busy');
    this.fill(answer);
    const card = this.card.dataset;
    if (answer.status === 200) dispatchEvent(new CustomEvent('wardbeat:corrected', { detail: { recording: card.recording, index: Number(card.index), sign: card.sign, by_person: card.held !== '' } }));
    if (answer.status === 200 || answer.status === 409) this.askAgain(mine, card);
  }

  later(mine, milliseconds, again) { setTimeout(() => { if (mine === this.asked) again(); }, milliseconds); }

  /* {status, html}; status 0 where the server does not answer. With a form it is sent. */
  async ask(path, form) {
    try {
      const body = form && new URLSearchParams(form);
      const answer = await fetch(this.base + path, { method: form ? 'POST' : 'GET', body: body, cache: 'no-store', credentials: 'same-origin', redirect: 'manual', headers: { Accept: 'text/html' } });
      if (answer.type === 'opaqueredirect') return { status: 401 };
      return { status: answer.status, html: answer.headers.get('X-Why-Card') ? await answer.text() : '' };
    } catch { return { status: 0 }; }
  }

  show() {
    this.opener = document.activeElement;
    this.panel.hidden = false;
    document.body.dataset.explaining = '';
    this.say(t('why.looking'), '');
    this.focusTitle();
    dispatchEvent(new Event('resize'));  // charts fit themselves into what is left
  }

  close() {
    this.asked++;
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.tell();
    delete document.body.dataset.explaining;
    if (this.opener && this.opener.isConnected) this.opener.focus();
    dispatchEvent(new Event('resize'));
  }

  fill(answer) {
    const active = this.panel.contains(document.activeElement) ? document.activeElement.dataset : {};
    const held = active.why && '[data-why="' + active.why + '"]' + (active.class === undefined ? '' : '[data-class="' + active.class + '"]');
    if (answer.html) this.panel.innerHTML = answer.html;     // a template of ours, in which every value is escaped
    else if (answer.status === 401) this.say(t('page.logged_out'), t('page.load_again'));
    else if (answer.status === 403) this.say(t('page.not_for_login'), t('why.no_right'));
    else if (answer.status === 404) this.say(t('why.no_recording'), t('why.no_recording_why'));
    else this.say(t('page.no_answer'), t('why.no_answer'));
    const again = held && this.panel.querySelector(held + ':not([disabled])');
    if (again) again.focus({ preventScroll: true }); else if (held) this.focusTitle();
    this.draw();
    this.tell();
  }

  /* Tells the page which beat is shown: {recording, index}, or null. */
  tell() {
    const card = this.card && this.card.dataset, beat = card && card.index ? { recording: card.recording, index: Number(card.index) } : null;
    this.panel.dispatchEvent(new CustomEvent('beat', { detail: beat }));
  }

  focusTitle() { this.panel.querySelector('[data-why="title"]').focus({ preventScroll: true }); }

  /* A card of two sentences, made here. */
  say(title, sentence) {
    const card = document.createElement('article'), head = document.createElement('header'), text = document.createElement('p');
    const words = document.createElement('h2'), gap = document.createElement('span'), button = document.createElement('button'), key = document.createElement('kbd');
    card.className = 'why-card'; card.dataset.state = sentence ? 'failed' : 'loading';
    words.dataset.why = 'title'; words.tabIndex = -1; words.textContent = title;
    gap.className = 'grow';
    key.textContent = 'Esc'; button.className = 'btn'; button.dataset.why = 'close'; button.append(t('page.close') + ' ', key);
    text.textContent = sentence;
    head.append(words, gap, button); card.append(head, text);
    this.panel.replaceChildren(card);
  }

  draw() {
    if (this.panel.hidden || !this.card || !this.card.dataset.pictures) return;
    const pictures = JSON.parse(this.card.dataset.pictures), part = (name) => this.card.querySelector('[data-why="' + name + '"]'), ink = readInk();
    ink.ground = getComputedStyle(this.panel).backgroundColor;
    if (part('strip')) part('scale').textContent = '25 mm/s · ' + drawStrip(part('strip'), pictures, ink) + ' mm/mV';
    if (part('context')) drawContext(part('context'), pictures, ink);
    this.card.dataset.drawn = '';
  }

  press(button) {
    const wanted = button && button.dataset.why;
    if (wanted === 'close') this.close();
    else if (wanted === 'correct' && !button.disabled) this.correct(button.dataset.class);
    else if (wanted === 'before' || wanted === 'after') this.step(wanted);
  }

  step(side) {
    const card = this.card && this.card.dataset, busy = this.panel.hasAttribute('aria-busy');   // a held key asks once
    if (card && !busy && card[side] !== undefined) this.openBeat(card.recording, card[side]);
  }

  key(event) {
    if (this.panel.hidden || event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    if (event.key === 'Escape') this.close();
    else if (event.key === 'ArrowLeft') this.step('before');
    else if (event.key === 'ArrowRight') this.step('after');
    else if (event.repeat || !this.choose(event.key)) return;
    event.preventDefault();
  }
  /* A class by its letter, or Backspace: whether the card has such a button. */
  choose(key) {
    const letter = key === 'Backspace' ? '' : key.toUpperCase();
    const button = [...this.panel.querySelectorAll('[data-why="correct"]:not([disabled])')].find((each) => each.dataset.class === letter);
    if (button) button.click();
    return Boolean(button);
  }
}
