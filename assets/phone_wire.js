/* docs/PROTOCOL.md, version 1, as a phone speaks it: bytes and text. Pure. */

export const VERSION = 1;
export const MAX_SAMPLES = 10000;
export const MAX_HOLES = 16;
export const CREDIT = 20000;
export const HEARTBEAT_MS = 5000;
export const DEAD_MS = 15000;
export const STATUS_MS = 60000;
export const INVALID = -32768;
export const CLOSE = { DONE: 1000, TOKEN_REFUSED: 4401, NOT_YOUR_RECORDING: 4403, SUPERSEDED: 4409, RECORDING_DIFFERS: 4411, JUMP_TOO_FAR: 4412 };
const AGAIN = new Set([4407, 4408, 4410, 4413, 4414, 4429]);

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xEDB88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/* The CRC-32 of zlib and PNG. */
export function crc32(bytes) {
  let value = 0xFFFFFFFF;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xFFFFFFFF) >>> 0;
}

/* One data frame of {sequence, start, samples: Int16Array, leaps}. */
export function encodeData(data) {
  const count = data.samples.length, bytes = new Uint8Array(20 + 2 * count), view = new DataView(bytes.buffer);
  if (count < 1 || count > MAX_SAMPLES || data.start < 0) throw new RangeError(String(count));
  view.setUint8(0, 0xE1); view.setUint8(1, data.leaps ? 2 : 1);
  view.setUint32(2, data.sequence, true);
  view.setBigUint64(6, BigInt(data.start), true);
  view.setUint16(14, count, true);
  for (let k = 0; k < count; k++) view.setInt16(16 + 2 * k, data.samples[k], true);
  view.setUint32(16 + 2 * count, crc32(bytes.subarray(0, 16 + 2 * count)), true);
  return bytes;
}

/* hello of a recording {id, rate, gain, lead, started} with the device's token. */
export function hello(token, recording) {
  const { id, rate, gain, lead, started } = recording;
  return JSON.stringify({ type: 'hello', version: VERSION, token: token, recording: id, rate: rate, gain: gain, lead: lead, started: started });
}

/* Whether a phone connects again by itself after this close code. */
export function comesBack(code) { return code < 4000 ? code !== 1009 : AGAIN.has(code); }

/* Ms before try `attempt` (from 0), between 0 and a bound: "full jitter". chance: 0 to 1. */
export function backOff(attempt, chance) {
  const bound = attempt < 12 ? Math.min(2000, 500 * 2 ** attempt) : Math.min(30000, 2000 * 2 ** Math.min(attempt - 12, 16));
  return chance * bound;
}
