/* The one socket to the gateway: ticket, reconnection, the gateway's clock, and the parts of docs/GATEWAY.md. */

const SILENCE_MS = 2000;               // no clock for this long: cut off
const USE_MS = 1800000;                // a screen that is looked at keeps its login in use
const WAITS_MS = [500, 1000, 1500, 2000];   // a wall never gives up, and a gateway is back within seconds
const OFFSETS = 30;                    // heartbeats over which the shortest way is looked for
const BLOCK = 24;

/* The gateway's wall time on this page's monotonic clock: the heartbeat that travelled fastest is the truest. */
export class GatewayClock {
  constructor() { this.offsets = []; }
  receive(gatewayMs, localMs) { this.offsets.push(gatewayMs - localMs); if (this.offsets.length > OFFSETS) this.offsets.shift(); }
  now(localMs) { return this.offsets.length ? localMs + Math.max(...this.offsets) : null; }
  clear() { this.offsets = []; }
}

/* Blocks of a binary message: {channel, start, atMs, behindMs, samples}. */
export function readTrace(buffer) {
  const view = new DataView(buffer), blocks = [];
  for (let at = 0; at + BLOCK <= buffer.byteLength;) {
    const count = view.getUint32(at + 16, true);
    blocks.push({ channel: view.getUint32(at, true), start: view.getUint32(at + 4, true), atMs: view.getFloat64(at + 8, true),
      behindMs: view.getUint32(at + 20, true), samples: new Int16Array(buffer, at + BLOCK, count) });
    at += BLOCK + Math.ceil(count / 4) * 8;
  }
  return blocks;
}

export class Live {
  /* receiver: {beds(list), trace(block), event(event), alerts(list, reviewed), delays(list), reset()}; beds: 'all' or a list of bed ids;
     parts: 'all', or 'alerts' where nothing is drawn. */
  constructor(gateway, beds, receiver, parts = 'all') {
    this.gateway = gateway; this.beds = beds; this.receiver = receiver; this.parts = parts;
    this.names = false;                // whether patients' names are asked for; the gateway knows who may see them
    this.clock = new GatewayClock();
    this.links = null;
    this.edition = null;               // of the pages, as the gateway knows it
    this.heardAt = this.watchedAt = performance.now();
    this.attempt = 0;
    this.nextTryAt = null;
    this.refused = false;
    setInterval(() => this.watch(), 500);
    setInterval(() => this.ticket().catch(() => { /* the gateway ends the socket of a login that is over */ }), USE_MS);
    this.open();
  }

  now() { return this.clock.now(performance.now()); }

  /* null while all is well, else {why: 'link' | 'store' | 'full' | 'login', sinceMs, nextTrySeconds}. */
  trouble() {
    const now = performance.now(), silent = now - this.heardAt;
    const wait = this.nextTryAt === null ? null : Math.max(0, Math.ceil((this.nextTryAt - now) / 1000));
    if (this.refused) return { why: 'login', forMs: silent, nextTrySeconds: wait };
    if (silent > SILENCE_MS) return { why: 'link', forMs: silent, nextTrySeconds: wait };
    if (this.links && this.links.store && this.links.store_full_ms) return { why: 'full', forMs: this.links.store_full_ms, nextTrySeconds: null };
    if (this.links && !this.links.store) return { why: 'store', forMs: this.links.store_lost_ms, nextTrySeconds: null };
    return null;
  }

  /* Asks for names from now on, or no more. */
  call(names) {
    if (names === this.names) return;
    this.names = names;
    if (this.socket) this.socket.close();
  }

  async ticket() {
    const answer = await fetch('/live/ticket', { cache: 'no-store', credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(4000) });
    if (answer.status === 401 || answer.type === 'opaqueredirect') { this.refused = true; throw new Error('login needed'); }
    if (!answer.ok) throw new Error('no ticket');
    this.refused = false;
    return (await answer.json()).ticket;
  }

  async open() {
    this.nextTryAt = null;
    const generation = this.generation = (this.generation || 0) + 1;
    try {
      const ticket = await this.ticket();
      const socket = this.socket = new WebSocket(this.gateway);
      socket.binaryType = 'arraybuffer';
      this.openedAt = performance.now();
      socket.onopen = () => { this.receiver.reset(); this.clock.clear(); socket.send(JSON.stringify({ ticket: ticket, beds: this.beds, names: this.names, parts: this.parts })); };
      socket.onmessage = (message) => { if (generation === this.generation) this.receive(message.data); };
      socket.onclose = () => { if (generation === this.generation) this.later(); };
    } catch { this.later(); }
  }

  later() {
    this.generation++;
    this.socket = null;
    const wait = WAITS_MS[Math.min(this.attempt++, WAITS_MS.length - 1)] * (0.75 + Math.random() / 2);
    this.nextTryAt = performance.now() + wait;
    setTimeout(() => this.open(), wait);
  }

  /* A socket can look open long after the other side is gone: silence ends it. Unless this page stood still itself
     (charts being drawn on a slow machine): then what came meanwhile has not been read yet. */
  watch() {
    const now = performance.now(), stoodStill = now - this.watchedAt > SILENCE_MS;
    this.watchedAt = now;
    if (!stoodStill && this.socket && now - Math.max(this.heardAt, this.openedAt) > 2 * SILENCE_MS) { const dead = this.socket; this.later(); dead.close(); }
  }

  receive(data) {
    if (data instanceof ArrayBuffer) { for (const block of readTrace(data)) this.receiver.trace(block); return; }
    const message = JSON.parse(data);
    if (message.type === 'clock') { this.attempt = 0; this.links = message.links; this.edition = message.edition; this.heardAt = performance.now(); this.clock.receive(message.now, this.heardAt); }
    else if (message.type === 'beds') this.receiver.beds(message.beds);
    else if (message.type === 'alerts') this.receiver.alerts(message.beds, message.reviewed);
    else if (message.type === 'delays') this.receiver.delays(message.delays);
    else if (message.type === 'events') for (const event of message.events) this.receiver.event(event);
  }
}
