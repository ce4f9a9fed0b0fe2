/* What a wall says of its sound, and what a person may do with it: pause it, hear all of it, let the browser sound at all. */
import { Voice } from './voice.js';

const WORDS = {
  on: 'Sound on', sounding: 'Sound on · pause', off: 'Sound off', paused: 'Audio paused {time}', nothing: 'Nothing sounds that could be paused',
  busy: 'An alert sounds: no test now', blocked: 'The browser keeps the sound off', test: 'Sound test: {name}',
  keyPause: 'Pause the sound for 2 minutes, or sound again', keyTest: 'Sound test: hear every sound once'
};
const NAMES = { low: 'low', technical: 'a bed without signal', medium: 'medium', cut: 'the wall is cut off', high: 'high' };

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
      { keys: ['a'], shown: ['A'], words: WORDS.keyPause, deed: () => this.pause() },
      { keys: ['h'], shown: ['H'], words: WORDS.keyTest, deed: () => this.test() }
    ];
  }

  pause() { if (!this.voice.pause(performance.now())) this.notify(WORDS.nothing); this.write(performance.now()); }

  test() {
    const now = performance.now();
    if (!this.voice.test(now)) this.notify(this.voice.blocked(now) ? WORDS.blocked : WORDS.busy);
  }

  /* The gravest priority that there is to be heard now, or null. Call it at every tick. */
  tell(priority) {
    const now = performance.now();
    this.voice.tick(now);
    this.voice.say(priority, now);
    this.write(now);
  }

  write(now) {
    const told = this.voice.told(now), sound = this.parts.sound;
    const testing = told.testing || '';
    if (document.body.dataset.testing !== testing) {
      document.body.dataset.testing = testing;
      this.notify(testing ? WORDS.test.replace('{name}', NAMES[testing]) : '');
    }
    sound.dataset.state = told.blocked ? 'off' : told.pausedMs ? 'paused' : told.sounding ? 'sounding' : 'on';
    say(this.parts.soundWords, WORDS[sound.dataset.state].replace('{time}', minutes(told.pausedMs)));
    document.body.dataset.sounding = told.sounding || '';
    if (this.parts.silent.hidden !== told.blocked) return;
    this.parts.silent.hidden = !told.blocked;
    this.moved();
  }
}
