/* A heart for trying out: made in this browser, the same for everybody, so that sample i can be told without those before.
   A source gives {first, samples} of the device's count to `on.samples`, and what it knows of itself to `on.state`. */

export const GAIN = 1000;              // units per mV
export const CHUNK_MS = 250;
const ASLEEP_SECONDS = 5;              // a page that stood still for longer has a gap
const WAVES = [[-0.2, 0.025, 0.12], [-0.036, 0.009, -0.12], [0, 0.011, 1.1], [0.036, 0.012, -0.25], [0.3, 0.055, 0.28]];
                                       // place in the beat and width (s), height (mV): P Q R S T
const RATE_HZ = 1.2, SWING = 0.05, BREATH_HZ = 0.25;   // 72/min, three up and down with the breath

/* Beats that were begun `seconds` after the start: whole numbers are R peaks. */
export function beatsAt(seconds) { return RATE_HZ * seconds + SWING * RATE_HZ / (2 * Math.PI * BREATH_HZ) * Math.sin(2 * Math.PI * BREATH_HZ * seconds); }

/* Heart rate (/min) at that moment. */
export function heartRateAt(seconds) { return 60 * RATE_HZ * (1 + SWING * Math.cos(2 * Math.PI * BREATH_HZ * seconds)); }

/* Device samples [first, first + count) at `rate` Hz. */
export function heart(first, count, rate) {
  const samples = new Int16Array(count);
  for (let k = 0; k < count; k++) {
    const seconds = (first + k) / rate, period = 60 / heartRateAt(seconds);
    const since = (beatsAt(seconds) - Math.round(beatsAt(seconds))) * period;
    let value = 0.04 * Math.sin(2 * Math.PI * BREATH_HZ * seconds);
    for (const [place, width, height] of WAVES) value += height * Math.exp(-(((since - place) / width) ** 2) / 2);
    samples[k] = Math.round(value * GAIN);
  }
  return samples;
}

/* Plays samples by the clock: of the made-up heart, or of a file. samplesOf(first, count): any of them at any time;
   heartRateAt(seconds): what is known of it, or null. */
export class Played {
  constructor(kind, rate, gain, samplesOf, heartRateAt) {
    this.kind = kind; this.rate = rate; this.gain = gain; this.lead = 'DEMO';
    this.samplesOf = samplesOf; this.heartRateAt = heartRateAt;
    this.anchor = null;
    this.stopped = true;
  }

  /* Whether a recording that was interrupted can be gone on with: its samples are counted from its start. */
  goesOn(recording) { return recording.source === this.kind && this.kind === DEMO && recording.rate === this.rate && this.due(recording) >= recording.end; }

  due(recording) { return Math.floor((Date.now() - recording.started) * recording.rate / 1000); }

  async start(recording, on) {
    this.on = on;
    this.next = recording.end === 0 ? 0 : Math.max(recording.end, this.due(recording));
    this.zero = performance.now() - this.next * 1000 / this.rate;   // the wall clock may be set meanwhile
    this.stopped = false;
    on.state({ contact: 'yes', battery: null, heartRate: null });
  }

  /* To be called each CHUNK_MS. */
  tick() {
    if (this.stopped) return;
    const until = Math.floor((performance.now() - this.zero) * this.rate / 1000);
    if (until - this.next > ASLEEP_SECONDS * this.rate) this.next = until - Math.round(this.rate * CHUNK_MS / 1000);
    if (until <= this.next) return;
    const first = this.next;
    this.next = until;
    this.on.samples(first, this.samplesOf(first, until - first));
    const second = Math.floor(until / this.rate);
    if (second === this.second) return;
    this.second = second;              // as straps tell it: a number that changes more often makes a picture of the page each time
    this.on.state({ contact: 'yes', battery: null, heartRate: this.heartRateAt(second) });
  }

  async stop() { this.stopped = true; }
}

export const DEMO = 'demo';

export function demoHeart(rate) { return new Played(DEMO, rate, GAIN, (first, count) => heart(first, count, rate), (seconds) => Math.round(heartRateAt(seconds))); }
