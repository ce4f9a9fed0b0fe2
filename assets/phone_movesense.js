/* What a Movesense sensor says and is told, in bytes: its GATT SensorData Protocol, version 1 (Movesense, "GATT SensorData
   Protocol specification"): [command, reference, path] goes there; [1, reference, status] and [2, reference, ms of its own
   clock, int32 samples] come back. Pure. Views are DataViews; all little endian. */
import { INVALID } from './phone_wire.js';

export const GAIN = 20 * 2 ** 17 / 1000;   // units per mV: one is 0.38147 µV, as Movesense says
export const RATES = [125, 128];           // Hz: the first that the sensor has; medical ones have powers of two
const SUBSCRIBE = 1, UNSUBSCRIBE = 2, ANSWER = 1, DATA = 2, REFERENCE = 99, HEADER = 6, OK = 200, MORE = 300;

const text = (words) => [...words].map((letter) => letter.charCodeAt(0));

export const startEcg = (rate) => new Uint8Array([SUBSCRIBE, REFERENCE, ...text('/Meas/ECG/' + rate)]);
export const STOP_ECG = new Uint8Array([UNSUBSCRIBE, REFERENCE]);

/* One notification -> {atUs, samples}: the sensor's time of its samples, µs since it was switched on. null: no ECG, or damaged. */
export function readEcg(view) {
  const count = (view.byteLength - HEADER) / 4;
  if (count < 1 || !Number.isInteger(count) || view.getUint8(0) !== DATA || view.getUint8(1) !== REFERENCE) return null;
  const samples = new Int16Array(count);
  for (let k = 0; k < count; k++) {
    const value = view.getInt32(HEADER + 4 * k, true);
    samples[k] = Math.abs(value) > 32767 ? INVALID : value;
  }
  return { atUs: view.getUint32(2, true) * 1000, samples: samples };
}

/* The answer to a command: whether the sensor does it. null: no answer. */
export function readAnswer(view) {
  if (view.byteLength < 4 || view.getUint8(0) !== ANSWER || view.getUint8(1) !== REFERENCE) return null;
  const status = view.getUint16(2, true);
  return status >= OK && status < MORE;
}
