/* What each priority sounds like: pulses, pitches and pauses after IEC 60601-1-8, tables 3 and 4, with the melodies of its
   annex F (cardiac; "equipment failure" for what is technical). Pure: no audio. Seconds and Hz. */

const C4 = 261.63, E4 = 329.63, G4 = 392, C5 = 523.25;
const SHORT = { lasts: 0.15, rise: 0.03, fall: 0.05 }, LONG = { lasts: 0.2, rise: 0.04, fall: 0.08 };
const X = 0.1, Y = 0.2;                // between two pulses: x is 50 to 125 ms, y 125 to 250 ms
const REST = 2 * X + SHORT.lasts;      // between third and fourth pulse of five: as if one were left out
const HALVES = 0.8;                    // between the two fives of a high burst: 0.35 to 1.3 s

/* gaps: silence before each pulse but the first. pause: silence between two bursts. */
const FORMS = {
  high: { shape: SHORT, pitches: [C4, E4, G4, G4, C5, C4, E4, G4, G4, C5], gaps: [X, X, REST, X, HALVES, X, X, REST, X], pause: 4 },
  medium: { shape: LONG, pitches: [C4, E4, G4], gaps: [Y, Y], pause: 7 },
  low: { shape: LONG, pitches: [E4, C4], gaps: [Y], pause: 20 },
  cut: { shape: LONG, pitches: [C5, C4, C4], gaps: [Y, Y], pause: 7 },
  technical: { shape: LONG, pitches: [C5, C4], gaps: [Y], pause: 20 }
};

/* Priorities from the quietest claim to the loudest. technical: a bed without signal. cut: nothing on the wall is live. */
export const LOUDER = ['low', 'technical', 'medium', 'cut', 'high'];

/* Strengths of the fundamental and its harmonics: none weaker than a sixth (15 dB) of the fundamental. */
export const HARMONICS = [1, 0.8, 0.65, 0.5, 0.4, 0.3];

export function rank(priority) { return priority === null ? -1 : LOUDER.indexOf(priority); }

/* The louder of two priorities, each of which may be null. */
export function louder(one, other) { return rank(one) >= rank(other) ? one : other; }

/* {pulses: [{at, rise, lasts, fall, pitch}], every}. at: when a pulse begins to rise; lasts: from 90 % to 90 % of its
   strength; every: from the beginning of one burst to that of the next. */
export function burst(priority) {
  const form = FORMS[priority], { rise, lasts, fall } = form.shape, pulses = [];
  let at = 0;
  form.pitches.forEach((pitch, place) => {
    if (place) at += lasts + form.gaps[place - 1];
    pulses.push({ at: at, rise: rise, lasts: lasts, fall: fall, pitch: pitch });
  });
  return { pulses: pulses, every: at + lasts + form.pause };
}
