/* How a sign is drawn. The trace is the measurement and always a solid line; the ribbon under it is the opinion:
   colour and pattern, so that grey print and colour-blind eyes lose nothing. */

export const TOKEN = { N: 'normal', A: 'af', O: 'other', '~': 'noise', S: 's', V: 'v', F: 'f', Q: 'q' };

/* The colours of the page as it stands, read from the tokens. */
export function readInk() {
  const style = getComputedStyle(document.documentElement), value = (name) => style.getPropertyValue('--' + name).trim();
  const ink = { '': value('pending'), ground: value('bg'), minor: value('grid-minor'), major: value('grid-major'),
    quiet: value('text-3'), pen: value('text-2'), select: value('select'), font: value('font') };
  for (const sign in TOKEN) ink[sign] = value('class-' + TOKEN[sign]);
  return ink;
}

export function lineWidth(sign, width) {
  return width * (sign === 'V' || sign === 'F' ? 1.35 : sign === '~' ? 0.8 : 1);
}

function zigzag(context, x0, x1, y, height) {
  const period = height * 1.5;
  context.lineJoin = 'miter';
  for (let k = Math.floor(x0 / period); k * period < x1 + period; k++) {
    context.lineTo(k * period, y + height);
    context.lineTo(k * period + period / 2, y);
  }
}

function dashes(sign, height) {
  if (sign === 'O') return [height * 2.4, height * 0.9, height * 0.5, height * 0.9];
  return sign === 'Q' ? [height * 1.1, height * 0.9] : [height * 0.4, height * 0.8];
}

/* The ribbon of `sign` from x0 to x1 (px), `height` px high. Normal and pending have none: calm is empty. */
export function ribbon(context, sign, x0, x1, y, height, ink) {
  if (sign === 'N' || sign === '' || x1 - x0 < 0.5) return;
  context.save();
  context.beginPath(); context.rect(x0, y - 1, x1 - x0, height + 2); context.clip();
  context.fillStyle = context.strokeStyle = ink[sign];
  const third = height * 0.32;
  if (sign === 'V') context.fillRect(x0, y, x1 - x0, height);
  else if (sign === 'F') { context.fillRect(x0, y, x1 - x0, third); context.fillRect(x0, y + height - third, x1 - x0, third); }
  else if (sign === 'S') context.fillRect(x0, y + third, x1 - x0, third);
  else {
    context.lineWidth = Math.max(1.5, height * 0.36);
    context.beginPath();
    if (sign === 'A') zigzag(context, x0, x1, y, height);
    else { context.setLineDash(dashes(sign, height)); context.lineDashOffset = x0; context.moveTo(x0, y + height / 2); context.lineTo(x1, y + height / 2); }
    context.stroke();
  }
  context.restore();
}

export function letter(context, sign, x, y, size, ink) {
  context.font = '700 ' + size + 'px ' + ink.font;
  context.textAlign = 'center'; context.textBaseline = 'top';
  context.lineWidth = 5; context.lineJoin = 'round';
  context.strokeStyle = ink.ground; context.strokeText(sign, x, y);
  context.fillStyle = ink[sign]; context.fillText(sign, x, y);
}

/* ECG paper, `mm` px to the millimetre: lines every 5 mm, and every 1 mm where `minor` is asked for. */
export function paper(context, width, height, mm, minor, ink) {
  const lines = (step, colour) => {
    context.strokeStyle = colour; context.lineWidth = 1; context.beginPath();
    for (let x = 0; x <= width; x += step) { context.moveTo(Math.round(x) + 0.5, 0); context.lineTo(Math.round(x) + 0.5, height); }
    for (let y = height; y >= 0; y -= step) { context.moveTo(0, Math.round(y) - 0.5); context.lineTo(width, Math.round(y) - 0.5); }
    context.stroke();
  };
  if (minor) lines(mm, ink.minor);
  lines(mm * 5, ink.major);
}

/* Oblique lines, for what is not there and for what speaks against. */
export function hatching(context, colour) {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6;
  const pen = tile.getContext('2d');
  pen.strokeStyle = colour; pen.lineWidth = 1.4;
  pen.beginPath();
  for (const shift of [-6, 0, 6]) { pen.moveTo(shift - 1, 7); pen.lineTo(shift + 7, -1); }
  pen.stroke();
  return context.createPattern(tile, 'repeat');
}

/* The calibration pulse at the left edge: 1 mV high at `gain` mm per mV, 200 ms wide at `speed` mm per s. */
export function pulse(context, base, mm, gain, width, ink, speed = 25) {
  const right = 2 + mm * (1 + speed / 5), top = base - gain * mm;
  context.strokeStyle = ink.quiet; context.lineWidth = width; context.lineJoin = 'miter'; context.beginPath();
  context.moveTo(2, base); context.lineTo(2 + mm, base); context.lineTo(2 + mm, top);
  context.lineTo(right, top); context.lineTo(right, base); context.lineTo(right + mm, base);
  context.stroke();
}

/* Millimetres that the pulse needs beside the trace. */
export function gutterOf(speed) { return Math.max(8, 3 + speed / 5); }

/* The line of a run of one sign, broken where nothing was received. x(index) in px; base: y of 0 mV; pixels: of 1 mV. */
export function traceLine(context, trace, run, x, base, pixels, width, ink) {
  context.strokeStyle = ink[run.sign]; context.lineWidth = lineWidth(run.sign, width); context.lineJoin = 'round';
  context.beginPath();
  let down = false;
  for (let index = run.from; index <= run.to; index++) {
    const value = trace.at(index);
    if (Number.isNaN(value)) { down = false; continue; }
    if (down) context.lineTo(x(index), base - value * pixels); else { context.moveTo(x(index), base - value * pixels); down = true; }
  }
  context.stroke();
}
