/* An ECG of a file, to be played like a strap: WFDB (formats 16 and 212, the first signal) or a table of numbers. Pure.
   Each of them throws FileError; its `trouble` names the sentence. */
import { Played } from './phone_heart.js';
import { INVALID } from './phone_wire.js';

const LONGEST_BYTES = 2 ** 26;         // 64 MiB
const RATES = [50, 2000];              // Hz that the ward takes
const FULL = 32767;

export class FileError extends Error {
  constructor(trouble) { super(trouble); this.trouble = trouble; }
}

/* files: [{name, bytes: Uint8Array}] that were chosen together -> {rate, gain (units per mV), samples: Int16Array}. */
export function readFiles(files) {
  if (files.some((file) => file.bytes.length > LONGEST_BYTES)) throw new FileError('file_long');
  const header = files.find((file) => /[.]hea$/i.test(file.name));
  const read = header ? readWfdb(header, files) : readTable(new TextDecoder().decode(files[0].bytes));
  if (!(read.rate >= RATES[0] && read.rate <= RATES[1])) throw new FileError('file_rate');
  if (read.samples.length < read.rate) throw new FileError('file_short');
  return read;
}

/* A source that plays it over and over. */
export function played({ rate, gain, samples }) {
  const samplesOf = (first, count) => Int16Array.from({ length: count }, (_, k) => samples[(first + k) % samples.length]);
  return new Played('file', rate, gain, samplesOf, () => null);
}

function readWfdb(header, files) {
  const lines = new TextDecoder().decode(header.bytes).split(/\r?\n/).filter((line) => line && !line.startsWith('#'));
  if (!lines.length) throw new FileError('file_kind');
  const [, count, rate] = lines[0].split(/\s+/), signals = Number(count);
  const [name, format, gainField, , zeroField] = (lines[1] || '').split(/\s+/);
  const data = files.find((file) => file.name === name);
  if (!data) throw new FileError('file_half');
  if (format !== '16' && format !== '212') throw new FileError('file_kind');
  const raw = format === '16' ? words(data.bytes) : pairs(data.bytes), told = /^([-\d.e+]+)(?:[(](-?\d+)[)])?/i.exec(gainField || '');
  const unit = /[/][uµ]V/.test(gainField || '') ? 1000 : 1, gain = unit * (Number(told && told[1]) || 200), zero = Number(told && told[2] !== undefined ? told[2] : zeroField) || 0;
  const wrong = format === '16' ? -32768 : -2048, samples = new Int16Array(Math.floor(raw.length / signals));
  for (let k = 0; k < samples.length; k++) {
    const value = raw[k * signals];
    samples[k] = value === wrong || Math.abs(value - zero) > FULL ? INVALID : value - zero;
  }
  return { rate: parseFloat(rate) || 250, gain: gain, samples: samples };
}

function words(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, k) => view.getInt16(2 * k, true));
}

/* Format 212: two numbers of 12 bits in three bytes. */
function pairs(bytes) {
  const values = new Int16Array(Math.floor(bytes.length / 3) * 2), signed = (value) => (value << 20) >> 20;
  for (let k = 0; k < values.length / 2; k++) {
    const [low, middle, high] = bytes.subarray(3 * k, 3 * k + 3);
    values[2 * k] = signed(low | (middle & 0x0F) << 8);
    values[2 * k + 1] = signed(high | (middle & 0xF0) << 4);
  }
  return values;
}

/* Rows of numbers: seconds (or ms) that rise evenly, and mV (or µV). Heads of columns may stand above. */
function readTable(text) {
  const rows = text.split(/\r?\n/).map((line) => line.trim().split(/[,;\t ]+/).map(Number)).filter((row) => row.length >= 2 && row.every((value) => Number.isFinite(value)));
  if (rows.length < 2) throw new FileError('file_kind');
  const passed = (rows.at(-1)[0] - rows[0][0]) / (rows.length - 1), even = rows.every((row, k) => Math.abs(row[0] - rows[0][0] - k * passed) <= passed);
  if (!(passed > 0) || !even) throw new FileError('file_time');
  const rate = passed >= 0.5 ? 1000 / passed : 1 / passed, most = Math.max(...extremes(rows));
  const gain = most > 50 ? 1 : 1000, unit = most > 50 ? 1000 : 1;   // mV of 50 and more are µV
  const samples = Int16Array.from(rows, (row) => Math.abs(row[1] * gain) > FULL ? INVALID : Math.round(row[1] * gain));
  return { rate: Math.round(rate * 1000) / 1000, gain: gain * unit, samples: samples };
}

function extremes(rows) { return rows.reduce(([low, high], row) => [Math.max(low, -row[1]), Math.max(high, row[1])], [0, 0]); }
