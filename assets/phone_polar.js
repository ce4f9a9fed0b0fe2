/* What a Polar H10 says, from bytes: ECG frames of its PMD service (µV with the strap's own clock), and the Heart Rate
   service that all straps have. Pure. Views are DataViews, as Web Bluetooth gives them; all little endian. */
import { INVALID } from './phone_wire.js';

export const RATE = 130;               // Hz
export const GAIN = 1000;              // the strap counts µV
export const START_ECG = new Uint8Array([0x02, 0x00, 0x00, 0x01, 0x82, 0x00, 0x01, 0x01, 0x0E, 0x00]);   // 130 Hz, 14 bit
export const STOP_ECG = new Uint8Array([0x03, 0x00]);
const ECG = 0x00, HEADER = 10, ANSWER = 0xF0, IN_STATE_ALREADY = 6;

/* One notification -> {atUs, samples}: the strap's time of the LAST sample, µs since 2000. null: no ECG, or damaged. */
export function readEcg(view) {
  const count = (view.byteLength - HEADER) / 3;
  if (view.byteLength < HEADER + 3 || !Number.isInteger(count) || view.getUint8(0) !== ECG || view.getUint8(9) !== 0) return null;
  const samples = new Int16Array(count);
  for (let k = 0; k < count; k++) {
    const at = HEADER + 3 * k, value = view.getUint16(at, true) | (view.getInt8(at + 2) << 16);
    samples[k] = Math.abs(value) > 32767 ? INVALID : value;
  }
  return { atUs: Number(view.getBigUint64(1, true) / 1000n), samples: samples };
}

/* The control point's answer to a command: whether the strap does it. null: no answer. */
export function readAnswer(view, command) {
  if (view.byteLength < 4 || view.getUint8(0) !== ANSWER || view.getUint8(1) !== command) return null;
  return view.getUint8(3) === 0 || view.getUint8(3) === IN_STATE_ALREADY;
}

/* Heart Rate Measurement (0x2A37) -> {heartRate (/min, null for none), contact: "yes" "no" "unknown", rr: [ms]}. */
export function readHeartRate(view) {
  const flags = view.getUint8(0), wide = flags & 1, found = { heartRate: null, contact: 'unknown', rr: [] };
  let at = wide ? 3 : 2;
  found.heartRate = (wide ? view.getUint16(1, true) : view.getUint8(1)) || null;
  if (flags & 4) found.contact = flags & 2 ? 'yes' : 'no';
  if (flags & 8) at += 2;              // energy expended
  if (flags & 16) for (; at + 1 < view.byteLength; at += 2) found.rr.push(view.getUint16(at, true) * 1000 / 1024);
  return found;
}
