/* Limits of a patient: buttons with data-limit open the dialogue, those with data-usual bring the default back at once.
   The server makes the dialogue (dashboard/pages/limits.py), says whether it was set, and the charts' next drawing shows it. */
import { t } from './words.js';

const TROUBLE = {                      // keys of title and sentence
  0: ['page.no_answer', 'limit.no_answer'],
  401: ['page.logged_out', 'limit.not_set_login'],
  403: ['page.not_for_login', 'limit.no_right'],
  404: ['page.no_patient', 'limit.not_set']
};

export class LimitDialogue {
  constructor(dialog, patient) {
    this.dialog = dialog; this.base = '/limits/' + patient + '/';
    document.addEventListener('click', (event) => this.press(event));
    dialog.addEventListener('submit', (event) => { event.preventDefault(); this.send(event.target); });
  }

  press(event) {
    const at = (name) => event.target.closest && event.target.closest('[data-' + name + ']');
    const opens = at('limit'), back = at('usual');
    if (opens) this.open(opens.dataset.limit);
    else if (back) this.bringBack(back);
    else if (at('close') && this.dialog.contains(event.target)) this.dialog.close();
  }

  async open(name) { this.show(await this.ask(name)); }

  async send(form) { this.show(await this.ask(form.dataset.name, new URLSearchParams(new FormData(form)))); }

  /* Outside the dialogue the button waits for the next drawing, which takes it away. */
  async bringBack(button) {
    button.disabled = true;
    const answer = await this.ask(button.dataset.usual, new URLSearchParams({ usual: '' }));
    if (answer.status !== 200) button.disabled = false;
    if (answer.status !== 200 || this.dialog.open) this.show(answer);
  }

  /* {status, html}; status 0 where nobody answers. With a body it is set, else only shown. */
  async ask(name, body) {
    try {
      const answer = await fetch(this.base + name, { method: body ? 'POST' : 'GET', body: body, cache: 'no-store', credentials: 'same-origin', redirect: 'manual' });
      if (answer.type === 'opaqueredirect') return { status: 401 };
      return { status: answer.status, html: answer.status === 200 || answer.status === 400 ? await answer.text() : '' };
    } catch { return { status: 0 }; }
  }

  show(answer) {
    if (answer.html) this.dialog.innerHTML = answer.html;    // a template of ours, in which every value is escaped
    else this.say(...(TROUBLE[answer.status] || TROUBLE[0]).map((key) => t(key)));
    if (!this.dialog.open) this.dialog.showModal();
    const first = this.dialog.querySelector('[aria-invalid]') || this.dialog.querySelector(answer.status === 200 ? '#limit-title' : '[data-close]');
    if (first) first.focus();
  }

  say(title, sentence) {
    const form = document.createElement('form'), head = document.createElement('header'), name = document.createElement('h2'), words = document.createElement('p');
    const close = Object.assign(document.createElement('button'), { className: 'btn', type: 'button', textContent: t('page.close') });
    name.id = 'limit-title'; name.textContent = title; words.textContent = sentence; close.dataset.close = '';
    form.className = 'limit-form';
    head.append(name, close);
    form.append(head, words);
    this.dialog.replaceChildren(form);
  }
}
