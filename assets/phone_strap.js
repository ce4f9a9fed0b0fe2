/* A Polar H10 over Web Bluetooth, as a source. Whatever goes wrong has a name: the screen has a sentence for each. */
import { GAIN, RATE, START_ECG, STOP_ECG, SampleClock, readAnswer, readEcg, readHeartRate } from './phone_polar.js';

const pmd = (number) => 'fb005c8' + number + '-02e7-f387-1cad-8acd2d8df0c8';
const SERVICE = pmd(0), CONTROL = pmd(1), DATA = pmd(2), HEART = 'heart_rate', BATTERY = 'battery_service';
const ANSWER_MS = 5000, AGAIN_MS = 2000;

/* error.trouble: no_bluetooth, not_chosen, not_allowed, not_reached, no_ecg. */
export class StrapError extends Error {
  constructor(trouble, cause) { super(trouble, { cause: cause }); this.trouble = trouble; }
}

const TROUBLE = { NotFoundError: 'not_chosen', SecurityError: 'not_allowed', NotAllowedError: 'not_allowed' };

/* The strap that the person chooses. Call it from a click. */
export async function chooseStrap() {
  if (!navigator.bluetooth) throw new StrapError('no_bluetooth');
  try {
    const chosen = await navigator.bluetooth.requestDevice({
      filters: [{ namePrefix: 'Polar' }, { services: [HEART] }], optionalServices: [SERVICE, HEART, BATTERY],
    });
    return new Strap(chosen);
  } catch (error) { throw new StrapError(TROUBLE[error.name] || 'not_reached', error); }
}

export class Strap {
  constructor(device) {
    this.kind = 'polar'; this.rate = RATE; this.gain = GAIN; this.lead = 'I';
    this.device = device; this.name = device.name || '';
    this.known = { contact: 'unknown', battery: null, heartRate: null };
    this.stopped = true;
    device.addEventListener('gattserverdisconnected', () => this.gone());
  }

  get anchor() { return this.clock ? { ...this.clock.anchor, strap: this.name } : null; }

  goesOn(recording) { return recording.source === this.kind && recording.anchor !== null && recording.anchor.strap === this.name; }

  /* on: {samples, state, gone, back, restart}. Throws StrapError. */
  async start(recording, on) {
    this.on = on; this.clock = new SampleClock(recording.anchor); this.stopped = false;
    try { await this.connect(); } catch (error) { this.stopped = true; throw error; }
  }

  async connect() {
    const server = await this.reach(() => this.device.gatt.connect());
    const service = await this.reach(() => server.getPrimaryService(SERVICE), 'no_ecg');
    await this.follow(server, HEART, 'heart_rate_measurement', (view) => { const { heartRate, contact } = readHeartRate(view); this.tell({ heartRate, contact }); });
    await this.follow(server, BATTERY, 'battery_level', (view) => this.tell({ battery: view.getUint8(0) }), true);
    const data = await this.reach(() => service.getCharacteristic(DATA), 'no_ecg');
    if (this.data !== data) data.addEventListener('characteristicvaluechanged', () => this.frame(data.value));
    this.data = data;
    await this.reach(() => data.startNotifications());
    await this.command(await this.reach(() => service.getCharacteristic(CONTROL), 'no_ecg'), START_ECG);
  }

  async reach(act, trouble = 'not_reached') {
    try { return await act(); } catch (error) { throw new StrapError(error.name === 'NotFoundError' ? trouble : 'not_reached', error); }
  }

  /* What a strap may lack: without it there is no number, and the ECG goes on. */
  async follow(server, service, name, read, atOnce) {
    try {
      const told = await (await server.getPrimaryService(service)).getCharacteristic(name);
      told.addEventListener('characteristicvaluechanged', () => read(told.value));
      if (atOnce) read(await told.readValue());
      await told.startNotifications();
    } catch { this.tell({ contact: 'unknown' }); }
  }

  async command(control, bytes) {
    this.control = control;
    await this.reach(() => control.startNotifications());
    const answered = new Promise((done) => {
      const late = setTimeout(() => done(false), ANSWER_MS);
      control.addEventListener('characteristicvaluechanged', function hear() {
        const answer = readAnswer(control.value, bytes[0]);
        if (answer === null) return;
        clearTimeout(late); control.removeEventListener('characteristicvaluechanged', hear); done(answer);
      });
    });
    await this.reach(() => control.writeValueWithResponse(bytes));
    if (!await answered) throw new StrapError('no_ecg');
  }

  tell(news) { this.known = { ...this.known, ...news }; if (this.on) this.on.state(this.known); }

  frame(view) {
    const read = this.stopped ? null : readEcg(view);
    if (read === null) return;
    const first = this.clock.receive(read.atUs, read.samples.length, Date.now());
    if (first === undefined) { this.clock = new SampleClock(null); this.on.restart(); this.frame(view); return; }
    if (first !== null) this.on.samples(first, read.samples);
  }

  async gone() {
    this.tell({ heartRate: null, contact: 'unknown' });
    if (this.stopped) return;
    this.on.gone();
    while (!this.stopped) {
      try { await this.connect(); this.on.back(); return; } catch { await new Promise((next) => setTimeout(next, AGAIN_MS)); }
    }
  }

  async stop() {
    this.stopped = true;
    try { await this.control.writeValueWithResponse(STOP_ECG); } catch { /* it is out of reach: it stops by itself */ }
    if (this.device.gatt.connected) this.device.gatt.disconnect();
  }
}
