/* A chest strap over Web Bluetooth, as a source: what makes of it there are, and which of them one is. Whatever goes wrong
   has a name: the screen has a sentence for each. */
import { SampleClock } from './phone_clock.js';
import * as movesense from './phone_movesense.js';
import * as polar from './phone_polar.js';

const pmd = (number) => 'fb005c8' + number + '-02e7-f387-1cad-8acd2d8df0c8';
const gsp = (number) => number + '-7185-4d5d-b431-630e7050e8f0';
const HEART = 'heart_rate', BATTERY = 'battery_service';
const ANSWER_MS = 5000, AGAIN_MS = 2000;
/* starts: [rate in Hz, command], tried in order; answers: which characteristic answers commands. */
const MAKES = [
  {
    kind: 'polar', service: pmd(0), control: pmd(1), data: pmd(2), answers: pmd(1), gain: polar.GAIN,
    starts: [[polar.RATE, polar.START_ECG]], stop: polar.STOP_ECG, readAnswer: polar.readAnswer, readEcg: polar.readEcg,
  },
  {
    kind: 'movesense', service: gsp('34802252'), control: gsp('34800001'), data: gsp('34800002'), answers: gsp('34800002'), gain: movesense.GAIN,
    starts: movesense.RATES.map((rate) => [rate, movesense.startEcg(rate)]), stop: movesense.STOP_ECG, readAnswer: movesense.readAnswer, readEcg: movesense.readEcg,
  },
];

/* error.trouble: no_bluetooth, bluetooth_off, not_chosen, not_allowed, not_reached, no_ecg. */
export class StrapError extends Error {
  constructor(trouble, cause) { super(trouble, { cause: cause }); this.trouble = trouble; }
}

/* Chromium calls it NotFoundError, too, that Bluetooth is off or forbidden: only its sentence tells them apart. */
function refusal(error) {
  if (error.name === 'SecurityError' || error.name === 'NotAllowedError' || /permission/i.test(error.message)) return 'not_allowed';
  if (/adapter|not available/i.test(error.message)) return 'bluetooth_off';
  return error.name === 'NotFoundError' ? 'not_chosen' : 'not_reached';
}

async function reach(act, trouble = 'not_reached') {
  try { return await act(); } catch (error) { throw new StrapError(error.name === 'NotFoundError' ? trouble : 'not_reached', error); }
}

/* The strap that the person chooses: a Strap, or what tells the heart rate only. Call it from a click. */
export async function chooseStrap() {
  if (!navigator.bluetooth) throw new StrapError('no_bluetooth');
  let chosen;
  try {
    chosen = await navigator.bluetooth.requestDevice({
      filters: [{ namePrefix: 'Polar' }, { namePrefix: 'Movesense' }, { services: [HEART] }], optionalServices: [...MAKES.map((make) => make.service), HEART, BATTERY],
    });
  } catch (error) { throw new StrapError(refusal(error), error); }
  const server = await reach(() => chosen.gatt.connect());
  for (const make of MAKES) if (await has(server, make.service)) return new Strap(chosen, make);
  if (await has(server, HEART)) return new RateOnly(chosen);
  chosen.gatt.disconnect();
  throw new StrapError('no_ecg');
}

async function has(server, service) {
  try { return Boolean(await server.getPrimaryService(service)); } catch { return false; }
}

/* A connection that is taken up again by itself until it is stopped. */
class Connection {
  constructor(device) {
    this.device = device; this.name = device.name || '';
    this.known = { contact: 'unknown', battery: null, heartRate: null, rr: [] };
    this.stopped = true;
    device.addEventListener('gattserverdisconnected', () => this.gone());
  }

  async open(on) {
    this.on = on; this.stopped = false;
    try { await this.connect(); } catch (error) { this.stopped = true; throw error; }
  }

  async connect() {
    const server = await reach(() => this.device.gatt.connect());
    this.tellsRate = await this.follow(server, HEART, 'heart_rate_measurement', (view) => this.tell(polar.readHeartRate(view)));
    await this.follow(server, BATTERY, 'battery_level', (view) => this.tell({ battery: view.getUint8(0) }), true);
    await this.stream(server);
  }

  /* What a strap may lack: without it there is no number, and the ECG goes on. */
  async follow(server, service, name, read, atOnce) {
    try {
      const told = await (await server.getPrimaryService(service)).getCharacteristic(name);
      told.addEventListener('characteristicvaluechanged', () => read(told.value));
      if (atOnce) read(await told.readValue());
      await told.startNotifications();
      return true;
    } catch { this.tell({ contact: 'unknown' }); return false; }
  }

  tell(news) { this.known = { ...this.known, ...news }; if (this.on) this.on.state(this.known); }

  async gone() {
    this.tell({ heartRate: null, contact: 'unknown', rr: [] });
    if (this.stopped) return;
    this.on.gone();
    while (!this.stopped) {
      try { await this.connect(); this.on.back(); return; } catch { await new Promise((next) => setTimeout(next, AGAIN_MS)); }
    }
  }

  async stop() {
    this.stopped = true;
    if (this.device.gatt.connected) this.device.gatt.disconnect();
  }
}

/* A strap with the Heart Rate service alone: there is a number to look at and nothing to record. */
export class RateOnly extends Connection {
  async stream() { if (!this.tellsRate) throw new StrapError('no_ecg'); }
}

export class Strap extends Connection {
  constructor(device, make) {
    super(device);
    this.make = make; this.kind = make.kind; this.gain = make.gain; this.lead = 'I';
    [[this.rate]] = make.starts;
  }

  get anchor() { return this.clock ? { ...this.clock.anchor, strap: this.name } : null; }

  goesOn(recording) {
    const { source, anchor, rate } = recording;
    if (source !== this.kind || anchor === null || anchor.strap !== this.name) return false;
    this.rate = rate;
    return true;
  }

  /* on: {samples, state, gone, back, restart}. Throws StrapError. */
  async start(recording, on) {
    this.clock = new SampleClock(recording.anchor, this.rate);
    await this.open(on);
  }

  async stream(server) {
    const service = await reach(() => server.getPrimaryService(this.make.service), 'no_ecg');
    const data = await reach(() => service.getCharacteristic(this.make.data), 'no_ecg');
    this.control = await reach(() => service.getCharacteristic(this.make.control), 'no_ecg');
    const answers = this.make.answers === this.make.data ? data : this.control;
    if (this.data !== data) data.addEventListener('characteristicvaluechanged', () => this.frame(data.value));
    this.data = data;
    for (const each of new Set([data, answers])) await reach(() => each.startNotifications());
    for (const [rate, bytes] of this.make.starts) if (await this.command(answers, bytes)) { this.takeRate(rate); return; }
    throw new StrapError('no_ecg');
  }

  /* Another rate than was announced is another recording. */
  takeRate(rate) {
    if (rate === this.rate) return;
    this.rate = rate; this.clock = new SampleClock(null, rate);
    this.on.restart();
  }

  async command(answers, bytes) {
    const { readAnswer } = this.make;
    const answered = new Promise((done) => {
      const hear = () => {
        const answer = readAnswer(answers.value, bytes[0]);
        if (answer !== null) end(answer);
      };
      const late = setTimeout(() => end(false), ANSWER_MS);
      function end(answer) { clearTimeout(late); answers.removeEventListener('characteristicvaluechanged', hear); done(answer); }
      answers.addEventListener('characteristicvaluechanged', hear);
    });
    await reach(() => this.control.writeValueWithResponse(bytes));
    return answered;
  }

  frame(view) {
    const read = this.stopped ? null : this.make.readEcg(view);
    if (read === null) return;
    const first = this.clock.receive(read.atUs, read.samples.length, Date.now());
    if (first === undefined) { this.clock = new SampleClock(null, this.rate); this.on.restart(); this.frame(view); return; }
    if (first !== null) this.on.samples(first, read.samples);
  }

  async stop() {
    try { if (!this.stopped) await this.control.writeValueWithResponse(this.make.stop); } catch { /* it is out of reach: it stops by itself */ }
    await super.stop();
  }
}
