/* What a phone still has to bring to the server, live first: the rules of docs/PROTOCOL.md, as streaming/outbox.py has
   them. Pure. A piece is {start, samples: Int16Array, keys}: keys name what the phone's store holds of it.

   add > live - take > sent - acknowledge > gone; too far behind: late - take > sent; after a reconnect: resume. */
import { CREDIT, MAX_HOLES, MAX_SAMPLES } from './phone_wire.js';

const JOINED = 2000;                   // samples up to which pieces that wait are sent as one
const LATE_SHARE = 2;                  // late samples may use one in so many parts of the credit
const LIVE_SHARE = 5;                  // who leaps sends the newest one in so many parts of `behind` live

const MANY = 8;                        // so many small pieces are gathered to one
const NEWEST = 20;                     // pieces: about five seconds

const endOf = (piece) => piece.start + piece.samples.length;
const total = (pieces) => pieces.reduce((sum, piece) => sum + piece.samples.length, 0);
const keysOf = (pieces) => pieces.flatMap((piece) => piece.keys);

export class Outbox {
  /* capacity: samples that are held at most. behind: samples that may wait before the newest go first; null: in order. */
  constructor(capacity, behind) {
    this.capacity = capacity; this.behind = behind;
    this.live = []; this.late = []; this.sent = []; this.holes = [];
    this.sequence = 0; this.sentUntil = 0;
    this.samples = 0;                  // held
    this.end = 0;                      // one past the last that was ever held
    this.dropped = 0;                  // lost because it was full; the server sees the jump
  }

  /* Holds the samples of the device from `start` on. Returns the keys of what had to be dropped, the oldest first. */
  add(start, samples, key = start) {
    for (let at = 0; at < samples.length; at += MAX_SAMPLES) {
      const part = samples.subarray(at, at + MAX_SAMPLES);
      this.live.push({ start: start + at, samples: part, keys: at + MAX_SAMPLES >= samples.length ? [key] : [] });
      this.samples += part.length;
    }
    this.end = Math.max(this.end, start + samples.length);
    const gone = [];
    while (this.samples > this.capacity && this.live.length + this.late.length > 1) gone.push(...this.drop());
    return gone;
  }

  get waits() { return this.live.length > 0 || this.late.length > 0; }

  /* The next frame {sequence, start, samples, leaps}; null when all were sent or `credit` samples are in flight. */
  take(credit = CREDIT) {
    this.giveWay();
    const room = credit - total(this.sent);
    if (this.live.length) return this.takeLive(room);
    const late = total(this.sent.filter((piece) => piece.isLate));
    const piece = joined(this.late, Math.min(room, Math.floor(credit / LATE_SHARE) - late));
    return piece && this.send(piece, true, false);
  }

  /* Forgets the frames of this connection up to number `sequence`; returns the keys of what is durable now. */
  acknowledge(sequence) {
    const gone = [];
    while (this.sent.length && this.sent[0].sequence <= sequence) {
      const piece = this.sent.shift();
      this.samples -= piece.samples.length;
      this.fill(piece.start, endOf(piece));
      gone.push(...piece.keys);
    }
    return gone;
  }

  /* A new connection: the server lacks what lies in `holes`, and everything from `next` on. Returns the keys of the rest. */
  resume(next, holes = []) {
    this.holes = holes.map((hole) => [...hole]);
    this.sequence = 0; this.sentUntil = next;
    const held = [...this.sent, ...this.late, ...this.live].sort((one, two) => one.start - two.start);
    const lacking = (piece) => this.holes.some(([start, end]) => piece.start < end && start < endOf(piece));
    this.sent = [];
    this.live = held.filter((piece) => endOf(piece) > next);
    this.late = held.filter((piece) => endOf(piece) <= next && lacking(piece));
    this.samples = total(this.live) + total(this.late);
    return keysOf(held.filter((piece) => endOf(piece) <= next && !lacking(piece)));
  }

  /* Makes one piece of many that follow each other, so that a day without a line is thousands and not a million of them.
     Returns it, null where nothing is to be gathered; what came last stays as it is. */
  gather() {
    for (const [waiting, limit] of [[this.late, this.late.length], [this.live, this.live.length - NEWEST]]) {
      for (let at = 0; at < limit; at++) {
        const count = run(waiting, at, limit);
        if (count >= MANY) { waiting.splice(at, count, merged(waiting.slice(at, at + count))); return waiting[at]; }
        at += count - 1;
      }
    }
    return null;
  }

  fill(start, end) {
    const rest = ([first, after]) => {
      const reached = Math.min(after, end);
      return Math.max(start, first) < reached ? [reached, after] : [first, after];
    };
    this.holes = this.holes.map(rest).filter(([first, after]) => first < after);
  }

  giveWay() {
    if (this.behind === null || !this.live.length || this.holes.length >= MAX_HOLES) return;
    const newest = endOf(this.live[this.live.length - 1]);
    if (newest - this.live[0].start <= this.behind) return;
    const from = newest - Math.floor(this.behind / LIVE_SHARE);
    const kept = Math.max(0, this.live.findIndex((piece, place) => endOf(piece) > from || place === this.live.length - 1));
    this.late.push(...this.live.splice(0, kept));
  }

  takeLive(room) {
    const last = this.late[this.late.length - 1], leaps = last !== undefined && endOf(last) > this.sentUntil;
    const piece = joined(this.live, room);
    if (piece === null) return null;
    if (leaps) this.holes.push([this.sentUntil, piece.start]);
    this.sentUntil = endOf(piece);
    return this.send(piece, false, leaps);
  }

  send(piece, isLate, leaps) {
    const sequence = this.sequence++;
    this.sent.push({ ...piece, sequence: sequence, isLate: isLate });
    return { sequence: sequence, start: piece.start, samples: piece.samples, leaps: leaps };
  }

  drop() {
    const oldest = (this.late.length ? this.late : this.live).shift();
    this.samples -= oldest.samples.length;
    this.dropped += oldest.samples.length;
    return oldest.keys;
  }
}

/* How many pieces from place `at` on follow each other and are sent as one. */
function run(waiting, at, limit, most = JOINED) {
  let count = 1, length = waiting[at].samples.length;
  while (at + count < limit && waiting[at + count].start === endOf(waiting[at + count - 1]) && length + waiting[at + count].samples.length <= most) {
    length += waiting[at + count++].samples.length;
  }
  return count;
}

/* The first piece, with those that follow on it without a gap; null when there is none, or no room for it. */
function joined(waiting, room) {
  if (!waiting.length || waiting[0].samples.length > room) return null;
  return merged(waiting.splice(0, run(waiting, 0, waiting.length, Math.min(room, JOINED))));
}

function merged(pieces) {
  const samples = new Int16Array(total(pieces));
  let at = 0;
  for (const piece of pieces) { samples.set(piece.samples, at); at += piece.samples.length; }
  return { start: pieces[0].start, samples: samples, keys: keysOf(pieces) };
}
