/* The analyses of a recording: how they stand, a new one, one that is stopped, and how two of them differ. */
import { ask } from './answers.js';
import { t } from './words.js';

export class Runs {
  /* told(facts): after each deed. */
  constructor(parts, base, told) {
    this.parts = parts; this.base = base; this.told = told; this.stamp = '';
    if (parts.ask) parts.ask.addEventListener('submit', (event) => { event.preventDefault(); this.act(base + '/analyses', Object.fromEntries(new FormData(parts.ask))); });
  }

  async act(path, fields = {}) {
    const answer = await ask(path, fields);
    if (answer.value) this.told(answer.value);
    else this.parts.difference.textContent = t(answer.trouble === 'refused' ? 'analysis.not_asked' : 'upload.trouble_link');
  }

  tell(runs) {
    const open = runs.find((run) => run.analysis.open);
    this.parts.progress.hidden = !open;
    if (open) this.parts.progress.firstElementChild.style.width = open.analysis.progress / 10 + '%';
    const stamp = JSON.stringify(runs);
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    const force = runs.find((run) => run.in_force);
    this.parts.runs.replaceChildren(...runs.map((run) => this.row(run, force)));
  }

  row(run, force) {
    const row = document.createElement('li'), state = document.createElement('b'), note = document.createElement('span');
    state.textContent = run.in_force ? t('result.in_force') : run.analysis.words;
    note.textContent = run.note;
    row.append(state, note);
    if (run.analysis.open && this.parts.ask) row.append(button(t('analysis.cancel'), () => this.act(this.base + '/analyses/' + run.analysis.id + '/cancel')));
    if (!run.in_force && force && run.analysis.state === 'done') row.append(button(t('result.compare'), () => this.compare(run, force)));
    return row;
  }

  async compare(run, force) {
    const answer = await ask(this.base + '/difference?first=' + run.analysis.id + '&second=' + force.analysis.id);
    if (!answer.value) return;
    const { same, renamed, only_first: first, only_second: second } = answer.value;
    this.parts.difference.textContent = t('result.differs', { same: same, renamed: renamed.length, first: first.length, second: second.length });
  }
}

function button(words, deed) {
  const node = document.createElement('button');
  node.type = 'button'; node.className = 'btn'; node.textContent = words;
  node.addEventListener('click', deed);
  return node;
}
