/* What of a wall's own trouble is told aloud, and when: ten seconds after the last sign of life. Pure: no clock. */

const ALOUD_MS = 10000;

/* trouble: as `Live.trouble()`. silences: for how long (ms) each bed without signal has had none that had one. A priority or null. */
export function technical(trouble, silences) {
  if (trouble) return trouble.forMs >= ALOUD_MS ? 'cut' : null;
  return silences.some((ms) => ms >= ALOUD_MS) ? 'technical' : null;
}
