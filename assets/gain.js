/* Automatic gain: the largest usual gain at which the last seconds fit into the strip. Off unless asked for. Pure. */
import { RATE } from './trace.js';

export const USUAL = 10;               // mm per mV
const GAINS = [2.5, 5, 10, 20];       // at 20 mm/mV the pulse of 1 mV just fits into the lowest strip
const SECONDS = 8;
const SPARE = 0.5;                     // a larger gain is taken only when the trace would fill less than this of the room

/* mm per mV for `trace`. above, below: mm from the line of 0 mV to the edges; before: the gain that is on. */
export function fittingGain(trace, above, below, before) {
  if (trace.end === null) return USUAL;
  let high = 0, low = 0;
  for (let index = Math.max(trace.start, trace.end - SECONDS * RATE); index < trace.end; index++) {
    const value = trace.at(index);
    if (value > high) high = value; else if (value < low) low = value;
  }
  const fits = (gain, share) => high * gain <= above * share && -low * gain <= below * share;
  if (high === 0 && low === 0) return before;
  if (!fits(before, 1)) return GAINS.filter((gain) => fits(gain, 1)).pop() || GAINS[0];
  return Math.max(before, GAINS.filter((gain) => fits(gain, SPARE)).pop() || before);
}
