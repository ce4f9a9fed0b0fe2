/* Records and delivers: every sample goes into the phone's store first, then to the server, and leaves the store when the
   server has it on its disk. One recording at a time has the line; what is left of older ones follows. */
import { Link } from './phone_link.js';
import { earlier } from './phone_moment.js';
import { Outbox } from './phone_outbox.js';
import { CLOSE } from './phone_wire.js';

const KEPT_SECONDS = 24 * 3600;
const BEHIND_SECONDS = 5;
const QUICK_SECONDS = 300;             // what is left of an older recording goes first when it is done in no time
const GATHER_MS = 10000;
const BREAK_MS = 24 * 3600 * 1000;     // after a longer break it is another recording
const AGAIN = new Set([CLOSE.RECORDING_DIFFERS, CLOSE.JUMP_TOO_FAR]);

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 15 | 64; bytes[8] = bytes[8] & 63 | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export class Recorder {
  /* on: {samples(recording, first, samples), trouble(name or null), refused(code)}. */
  constructor(store, device, on) {
    this.store = store; this.device = device; this.on = on;
    this.held = [];                    // {recording, outbox, refused, durable: keys of what the ward has}, the oldest first
    this.running = null;               // the one of them that is being recorded
    this.link = null;
    this.ackAt = null; this.gatheredAt = 0;
    this.writing = Promise.resolve();
  }

  /* Takes up what an earlier page left. */
  async restore() {
    let ackMs = 0;
    for (const recording of await this.store.recordings()) {
      const one = this.hold(recording);
      for (const piece of await this.store.pieces(recording.id)) one.outbox.add(piece.start, piece.samples);
      one.outbox.end = Math.max(one.outbox.end, recording.end);
      ackMs = Math.max(ackMs, recording.ackMs);
    }
    this.ackAt = earlier(ackMs || null);
    this.turn();
  }

  hold(recording) {
    const outbox = new Outbox(Math.round(KEPT_SECONDS * recording.rate), Math.round(BEHIND_SECONDS * recording.rate));
    const one = { recording: recording, outbox: outbox, refused: false, durable: [] };
    this.held.push(one);
    return one;
  }

  get open() { return this.held.find((one) => one.recording.open) || null; }

  /* Records from `source` from now on: the recording that was interrupted, where it can be gone on with, else a new one. */
  async begin(source) {
    const open = this.open;
    if (open && !(source.goesOn(open.recording) && Date.now() - open.recording.keptMs < BREAK_MS)) await this.close(open);
    this.source = source;
    this.running = this.open || await this.fresh();
    this.turn();
    try {
      await source.start(this.running.recording, {
        samples: (first, samples) => this.receive(first, samples),
        state: (known) => this.tell(known),
        gone: () => this.on.trouble('strap_gone'),
        back: () => this.on.trouble(null),
        restart: () => this.restart(),
      });
    } catch (error) { await this.interrupt(); throw error; }
  }

  async fresh() {
    const { rate, gain, lead, kind } = this.source, now = Date.now();
    const recording = { id: newId(), rate: rate, gain: gain, lead: lead, started: now, source: kind, end: 0, open: true, anchor: null, keptMs: now, ackMs: this.ackMs };
    await this.store.note(recording);
    return this.hold(recording);
  }

  /* The source has lost count: what comes now is another recording. Samples that come meanwhile wait in `writing`. */
  restart() {
    this.writing = this.writing.then(async () => {
      await this.close(this.running);
      this.running = await this.fresh();
      this.turn();
    });
  }

  receive(first, samples) { this.writing = this.writing.then(() => this.keep(first, samples, this.source.anchor)); }

  async keep(first, samples, anchor) {
    const one = this.running;
    if (one === null) return;
    const after = { ...one.recording, end: first + samples.length, anchor: anchor, keptMs: Date.now(), ackMs: this.ackMs }, gone = one.durable;
    one.durable = [];
    if (!await this.written(after, first, samples, gone)) { one.durable.push(...gone); return; }
    one.recording = after;
    one.durable.push(...one.outbox.add(first, samples));
    this.on.samples(after, first, samples);
    if (this.link && this.link.one === one) this.link.push();
  }

  /* Whether the store took it. A full one takes the newest at the cost of the oldest: the gap is recorded as one. */
  async written(after, first, samples, gone) {
    for (let tries = 0; tries < 3; tries++) {
      try {
        await this.store.keep(after, first, samples, gone);
        if (tries > 0) this.on.trouble(null);
        return true;
      } catch (error) {
        this.on.trouble('store_full');
        const oldest = this.held.find((one) => one.outbox.live.length + one.outbox.late.length > 1);
        if (!oldest) break;
        const keys = Array.from({ length: 200 }, () => oldest.outbox.live.length + oldest.outbox.late.length > 1 ? oldest.outbox.drop() : []).flat();
        await this.store.drop(oldest.recording.id, keys).catch(() => null);
      }
    }
    return false;
  }

  /* What the ward has leaves the store together with the next samples that go in: a write of its own costs as much as theirs. */
  free(one, keys) {
    one.durable.push(...keys);
    if (one !== this.running) this.clear(one);
  }

  async clear(one) { await this.store.drop(one.recording.id, one.durable.splice(0)); }

  /* known: {battery, contact, heartRate} of the source. */
  tell(known) {
    this.known = known;
    if (this.link) this.link.tell({ battery: known.battery, charging: null, contact: known.contact });
  }

  async close(one) {
    one.recording = { ...one.recording, open: false };
    if (one.recording.end === 0) { await this.delivered(one); return; }
    await this.store.note(one.recording);
    if (this.link && this.link.one === one) this.link.finish();
  }

  /* The person has stopped: the recording is at its end. */
  async finish() {
    await this.source.stop();
    await this.writing;
    const one = this.running;
    this.running = null;
    await this.close(one);
    this.turn();
  }

  /* Nothing comes any more, but the recording is not at its end. */
  async interrupt() {
    await this.source.stop();
    await this.writing;
    const one = this.running;
    this.running = null;
    if (one) await this.clear(one);
  }

  /* Gives the line to whose turn it is. */
  turn() {
    const due = this.due();
    if (this.link && this.link.one === due && !this.link.over) return;
    if (this.link) this.link.stop();
    this.link = due && new Link(this.device, due.recording, due.outbox, {
      durable: (keys) => this.free(due, keys),
      ended: () => this.delivered(due),
      refused: (code) => this.refuse(due, code),
    });
    if (!this.link) return;
    this.link.one = due;
    if (this.known && due === this.running) this.tell(this.known);
    if (!due.recording.open) this.link.finish();
    this.link.beat();
  }

  due() {
    const waiting = this.held.filter((one) => !one.refused);
    const quick = waiting.find((one) => !one.recording.open && one.outbox.samples <= QUICK_SECONDS * one.recording.rate);
    return quick || (waiting.includes(this.running) && this.running) || waiting[0] || null;
  }

  async delivered(one) {
    this.held = this.held.filter((each) => each !== one);
    await this.store.finish(one.recording.id);
    this.turn();
  }

  async refuse(one, code) {
    one.refused = true;
    if (AGAIN.has(code) && one === this.running) { this.restart(); return; }
    if (code === CLOSE.TOKEN_REFUSED && this.running) await this.interrupt();
    this.on.refused(code);
    if (code !== CLOSE.TOKEN_REFUSED && code !== CLOSE.SUPERSEDED) this.turn();
  }

  /* After another page had the line. */
  takeBack() {
    for (const one of this.held) one.refused = false;
    this.turn();
  }

  /* While there is no line, what waits is kept in few pieces. */
  async gather() {
    for (const { recording, outbox } of this.held) {
      for (let piece = outbox.gather(); piece; piece = outbox.gather()) await this.store.gather(recording.id, piece).catch(() => null);
    }
  }

  /* To be called about each second. */
  beat() {
    if (!this.connected && performance.now() - this.gatheredAt > GATHER_MS) {
      this.gatheredAt = performance.now();
      this.writing = this.writing.then(() => this.gather());
    }
    if (!this.link) return;
    this.link.beat();
    if (this.link.ackAt !== null) this.ackAt = this.link.ackAt;
  }

  get ackMs() { return this.ackAt && this.ackAt.wallMs; }

  get waitingSeconds() { return this.held.reduce((sum, one) => sum + one.outbox.samples / one.recording.rate, 0); }

  get connected() { return this.link !== null && this.link.connected; }
}
