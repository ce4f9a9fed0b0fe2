/* One upload in the list: how far it is, what it asks, what came of it. */
import { t } from './words.js';
import { clockTime } from './written.js';
import { Answers } from './upload_answers.js';

export class Row {
  /* act(what, upload, answers): as upload.js has it. */
  constructor(id, act) {
    this.act = act; this.node = make('li', 'upload'); this.node.dataset.upload = id; this.stamp = '';
    this.answers = null;
  }

  /* sending: bytes go to the server now; here: this page has all the files that are not there yet. */
  tell(upload, sending, here) {
    const stamp = JSON.stringify([upload, sending, here]);
    if (stamp === this.stamp) return;
    this.stamp = stamp; this.upload = upload;
    this.node.dataset.state = upload.state;
    const asks = upload.state === 'asking';
    if (!asks) this.answers = null;
    else if (!this.answers) this.answers = new Answers(upload, (typed) => this.act('choose', this.upload, typed));
    this.node.replaceChildren(this.head(), this.words(sending, here), ...this.bar(), ...(this.answers ? [this.answers.node] : []));
  }

  head() {
    const { upload } = this, head = make('div', 'head');
    const name = make('b', '', upload.files.map((file) => file.name).join(', '));
    name.dir = 'auto';
    head.append(name, make('span', 'words', clockTime(upload.created_ms)), make('span', 'grow'));
    if (upload.recording) { const link = make('a', '', t('upload.open')); link.href = '/recording/' + encodeURIComponent(upload.recording); head.append(link); }
    const { analysis } = upload;
    if (analysis && analysis.open) head.append(this.button('cancel', t('analysis.cancel')));
    if (analysis && !analysis.open && analysis.state !== 'done' || upload.recording && !analysis) head.append(this.button('retry', t(analysis ? 'analysis.again' : 'analysis.start')));
    if (upload.state !== 'waiting') head.append(this.button('remove', t('upload.remove')));
    return head;
  }

  words(sending, here) {
    const { upload } = this, paused = upload.state === 'receiving' && !sending && !here;
    const words = upload.analysis ? upload.analysis.words : paused ? t('upload.choose_again') : upload.words;
    const node = make('p', 'words', words);
    if (paused || upload.state === 'quarantined' || upload.analysis && upload.analysis.state === 'failed') node.classList.add('grave');
    return node;
  }

  bar() {
    const { upload } = this, share = upload.state === 'receiving' ? received(upload) : upload.analysis && upload.analysis.open ? upload.analysis.progress / 1000 : null;
    if (share === null) return [];
    const bar = make('div', 'bar-line'), fill = make('i');
    bar.setAttribute('role', 'progressbar'); bar.setAttribute('aria-valuenow', String(Math.round(100 * share))); bar.setAttribute('aria-label', t(upload.state === 'receiving' ? 'upload.sent' : 'analysis.progress'));
    fill.style.width = (100 * share).toFixed(1) + '%';
    bar.append(fill);
    return [bar];
  }

  button(what, words) {
    const button = make('button', 'btn', words);
    button.type = 'button';
    button.addEventListener('click', async () => { button.disabled = true; await this.act(what, this.upload); button.disabled = false; });
    return button;
  }
}

function received(upload) {
  const sum = (name) => upload.files.reduce((total, file) => total + file[name], 0);
  return sum('received') / Math.max(1, sum('size'));
}

export function make(tag, style = '', text = '') {
  const node = document.createElement(tag);
  if (style) node.className = style;
  if (text) node.textContent = text;
  return node;
}
