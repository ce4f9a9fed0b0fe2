/* What a wall says of its sound, and what a person may do with it: pause it, hear all of it, let the browser sound at all. */
import { Voice } from './voice.js';
import { t } from './words.js';

function say(node, text) { if (node.textContent !== text) node.textContent = text; }
function minutes(ms) { const seconds = Math.ceil(ms / 1000); return Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0'); }

export class SoundDesk {
  /* parts: sound, silent, turnOn, soundTest of the page. notify(words): a passing notice. moved(): the bar came or went. */
  constructor(parts, notify, moved) {
    this.parts = parts; this.notify = notify; this.moved = moved;
    this.voice = new Voice();
    document.body.dataset.testing = '';
    parts.sound.addEventListener('click', () => this.pause());
    parts.turnOn.addEventListener('click', () => this.voice.turnOn());
    parts.soundTest.addEventListener('click', () => this.test());
  }

  keys() {
    return [
      { keys: ['a'], shown: ['A'], words: t('sound.key_pause'), deed: () => this.pause() },
      { keys: ['h'], shown: ['H'], words: t('sound.key_test'), deed: () => this.test() }
    ];
  }

  pause() { if (!this.voice.pause(performance.now())) this.notify(t('sound.nothing')); this.write(performance.now()); }

  test() {
    const now = performance.now();
    if (!this.voice.test(now)) this.notify(t(this.voice.blocked(now) ? 'sound.blocked' : 'sound.busy'));
  }

  /* The gravest priority that there is to be heard now, or null. Call it at every tick. */
  tell(priority) {
    const now = performance.now();
    this.voice.tick(now);
    this.voice.say(priority, now);
    this.write(now);
  }

  /* There is an alert that was not there before. */
  renew(priority) { this.voice.hush.renew(priority); }

  write(now) {
    const told = this.voice.told(now), sound = this.parts.sound;
    const testing = told.testing || '';
    if (document.body.dataset.testing !== testing) {
      document.body.dataset.testing = testing;
      this.notify(testing ? t('sound.testing_' + testing) : '');
    }
    sound.dataset.state = told.blocked ? 'off' : told.pausedMs ? 'paused' : told.sounding ? 'sounding' : 'on';
    say(this.parts.soundWords, t('sound.' + sound.dataset.state, { time: minutes(told.pausedMs) }));
    document.body.dataset.sounding = told.sounding || '';
    if (this.parts.silent.hidden !== told.blocked) return;
    this.parts.silent.hidden = !told.blocked;
    this.moved();
  }
}
