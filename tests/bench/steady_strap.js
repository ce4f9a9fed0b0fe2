/* Makes the strap of strap.js say by itself what it measures, as a Polar H10 does: 73 samples a notification, stamped with
   its own clock, which runs on when a page dies. Sample n of its life is NUMBER(n), so that the database tells which one it
   has. BEGAN (wall ms) and RATE (true Hz; the strap says 130) are put in front. */
/* global BEGAN, RATE, strap */
(() => {
  const FRAME = 73, SINCE_2000_NS = 820000000000000000n, LOOK_MS = 50;
  let next = null;
  strap.numberOf = (n) => (n * 7919) % 4001 - 2000;
  function frame(first) {
    const bytes = new Uint8Array(10 + 3 * FRAME), view = new DataView(bytes.buffer);
    view.setBigUint64(1, SINCE_2000_NS + BigInt(Math.round((first + FRAME - 1) * 1e9 / RATE)), true);
    for (let k = 0; k < FRAME; k++) {
      const value = strap.numberOf(first + k);
      view.setUint16(10 + 3 * k, value & 0xFFFF, true);
      view.setInt8(12 + 3 * k, value >> 16);
    }
    return [...bytes];
  }
  setInterval(() => {
    const due = Math.floor((Date.now() - BEGAN) * RATE / 1000);
    if (!strap.streams) { next = null; return; }
    if (next === null) next = due;
    for (; next + FRAME <= due; next += FRAME) strap.frame(frame(next));
  }, LOOK_MS);
})();
