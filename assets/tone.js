/* A burst as sound: drawn once into a buffer, which the browser's audio thread then repeats by itself. */
import { HARMONICS, burst } from './burst.js';

const RATE = 24000;                    // Hz: nothing of a pulse lies above 4 kHz
const STRENGTH = 0.8;

/* One burst and the pause after it. Resolves to an AudioBuffer that can be looped. */
export function drawn(priority) {
  const { pulses, every } = burst(priority), paper = new OfflineAudioContext(1, Math.round(every * RATE), RATE);
  const voice = paper.createOscillator(), envelope = paper.createGain();
  voice.setPeriodicWave(paper.createPeriodicWave(Float32Array.of(0, ...HARMONICS.map(() => 0)), Float32Array.of(0, ...HARMONICS)));
  envelope.gain.value = 0;
  for (const pulse of pulses) shape(pulse, voice.frequency, envelope.gain);
  voice.connect(envelope).connect(paper.destination);
  voice.start();
  return paper.startRendering();
}

/* A ramp of length r passes 90 % at 0.9 r, and on the way down at 0.1 r: the pulse `lasts` in between. */
function shape(pulse, pitch, strength) {
  const full = pulse.at + pulse.rise, ends = pulse.at + 0.9 * pulse.rise + pulse.lasts - 0.1 * pulse.fall;
  pitch.setValueAtTime(pulse.pitch, pulse.at);
  strength.setValueAtTime(0, pulse.at);
  strength.linearRampToValueAtTime(STRENGTH, full);
  strength.setValueAtTime(STRENGTH, ends);
  strength.linearRampToValueAtTime(0, ends + pulse.fall);
}
