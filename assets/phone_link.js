/* One recording's way to the server: connects, sends what the outbox gives, hears what is durable, comes back by itself.
   Speaks docs/PROTOCOL.md; `beat` is to be called about each second, by a clock that a hidden page does not slow down. */
import { moment } from './phone_moment.js';
import { CLOSE, CREDIT, DEAD_MS, HEARTBEAT_MS, STATUS_MS, backOff, comesBack, encodeData, hello } from './phone_wire.js';

export class Link {
  /* on: {durable(keys), ended(), refused(code)}. */
  constructor(device, recording, outbox, on) {
    this.device = device; this.recording = recording; this.outbox = outbox; this.on = on;
    this.socket = null;
    this.welcomed = false;
    this.attempt = 0;
    this.againAt = 0;                  // when to connect, by performance.now()
    this.credit = CREDIT;
    this.finishing = false; this.endSaid = false; this.over = false;
    this.status = null;
    this.ackAt = null;                 // the moment of the last acknowledgement
  }

  /* Something waits, or the recording is to end. */
  push() {
    if (!this.welcomed || this.over) return;
    for (let data = this.outbox.take(this.credit); data; data = this.outbox.take(this.credit)) this.socket.send(encodeData(data));
    if (this.finishing && !this.outbox.waits && !this.endSaid) { this.endSaid = true; this.say({ type: 'end', next: this.outbox.end }); }
  }

  finish() { this.finishing = true; this.push(); }

  /* {battery, charging, contact}, said at once when it is new. */
  tell(status) {
    if (JSON.stringify(status) === JSON.stringify(this.status)) return;
    this.status = status;
    this.report();
  }

  report() {
    if (!this.welcomed || this.endSaid || this.status === null) return;
    this.saidAt = performance.now();
    this.say({ type: 'status', ...this.status });
  }

  say(message) { this.socket.send(JSON.stringify(message)); }

  beat() {
    const now = performance.now();
    if (this.over) return;
    if (this.socket === null) { if (now >= this.againAt) this.connect(now); return; }
    if (now - this.heardAt > DEAD_MS) { this.lost(this.socket, 1006); return; }
    if (!this.welcomed || this.endSaid) return;
    if (now - this.beatAt >= HEARTBEAT_MS) { this.beatAt = now; this.say({ type: 'heartbeat' }); }
    if (now - this.saidAt >= STATUS_MS) this.report();
  }

  /* The network is back, or the page is looked at again: no reason to wait. */
  hurry() { this.againAt = 0; this.beat(); }

  connect(now) {
    let socket;
    try { socket = new WebSocket(this.device.ingest); } catch { this.put(now); return; }
    socket.binaryType = 'arraybuffer';
    this.socket = socket; this.heardAt = this.beatAt = this.saidAt = now;
    socket.onopen = () => socket.send(hello(this.device.token, this.recording));
    socket.onmessage = (message) => { if (socket === this.socket) this.hear(JSON.parse(message.data)); };
    socket.onclose = (closed) => this.lost(socket, closed.code);
  }

  hear(message) {
    this.heardAt = performance.now();
    if (message.type === 'welcome') {
      this.welcomed = true; this.credit = message.credit;
      this.on.durable(this.outbox.resume(message.next, message.holes));
      this.report();
    } else if (message.type === 'ack') {
      this.attempt = 0; this.ackAt = moment(); this.credit = message.credit;
      this.on.durable(this.outbox.acknowledge(message.sequence));
    } else if (message.type === 'ended') {
      this.ackAt = moment();
      this.stop();
      this.on.ended();
    }
    this.push();
  }

  lost(socket, code) {
    if (socket !== this.socket) return;
    const refused = !comesBack(code) && code !== CLOSE.DONE;
    this.leave();
    this.put(performance.now());
    if (refused && !this.over) { this.over = true; this.on.refused(code); }
  }

  put(now) {
    this.againAt = now + backOff(this.attempt, Math.random());
    this.attempt += 1;
  }

  leave() {
    const socket = this.socket;
    this.socket = null; this.welcomed = false; this.endSaid = false;
    if (socket) { socket.onclose = socket.onmessage = null; socket.close(); }
  }

  /* Never again. */
  stop() { this.over = true; this.leave(); }

  get connected() { return this.welcomed; }
}
