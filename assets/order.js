/* Which bed stands where: how grave its state is, in what order beds stand, and what a page shows. Pure. */

const HOLD_MS = 60000;                 // a bed that got better keeps its place for this long: nothing jumps to and fro
export const SORTS = ['bed', 'severity', 'name'];

const STANDINGS = ['high', 'latched', 'medium'];   // alerts that bring a bed to the front, gravest first

/* Ranks of beds, 0 the gravest: alerts that nobody has seen, then findings. concern: findings that bring a bed to the
   front where no alert does; rest: the others, gravest first. */
export class Severity {
  constructor(concern, rest) {
    this.concern = concern; this.rest = rest;
    this.signal = STANDINGS.length + concern.length;   // the rank of a missing signal; the next one is a poor signal
    this.held = new Map();             // bed id -> {rank, at}
  }

  /* The rank of a tile's state, finding (the name on the wire) and alert (`Alerts.standing`), without any holding. */
  rank(state, finding, standing = '') {
    if (state === 'empty') return Infinity;
    const alert = STANDINGS.indexOf(standing);
    if (alert >= 0) return alert;
    if (state === 'nosignal') return this.signal;
    const grave = this.concern.indexOf(finding), other = this.rest.indexOf(finding);
    if (grave >= 0) return STANDINGS.length + grave;   // of a poor signal too
    if (state === 'poor') return this.signal + 1;
    return this.signal + 2 + (standing === 'low' ? 0 : 1 + (other >= 0 ? other : this.rest.length));
  }

  /* Takes the state of a bed at `now` (ms, monotonic); worse counts at once, better after a minute. */
  receive(bed, state, finding, now, standing = '') {
    const rank = this.rank(state, finding, standing), known = this.held.get(bed);
    if (!known || rank <= known.rank || rank === Infinity || now - known.at > HOLD_MS) this.held.set(bed, { rank: rank, at: now });
  }

  of(bed) { const known = this.held.get(bed); return known ? known.rank : Infinity; }

  /* In trouble: an alert that nobody has seen, a finding of high concern, no signal or a poor one, now or within the last minute. */
  troubled(bed) { return this.of(bed) <= this.signal + 1; }

  forget(beds) { for (const bed of [...this.held.keys()]) if (!beds.has(bed)) this.held.delete(bed); }
}

/* Beds ({bed_id, name, initials, patient_id}, in the order of the directory) by 'bed', 'severity' or 'name'; ties keep that order. */
export function inOrder(beds, sort, severity) {
  if (sort === 'severity') return [...beds].sort((one, two) => compare(severity.of(one.bed_id), severity.of(two.bed_id)));
  if (sort === 'name') return [...beds].sort((one, two) => Number(one.patient_id === null) - Number(two.patient_id === null) || nameOf(one).localeCompare(nameOf(two)));
  return [...beds];
}

function nameOf(bed) { return bed.name || bed.initials || ''; }

function compare(one, two) { return one === two ? 0 : one < two ? -1 : 1; }

/* Cuts beds into pages of `size`. Where there are several, beds in trouble stand first on every page, but on half of it
   at the most (the gravest), so that the pages turn through all the others and no bed is hidden for ever. What is free
   on the last page is filled from the first. */
export function pagesOf(beds, size, severity) {
  if (beds.length <= size) return [beds];
  const gravest = inOrder(beds.filter((bed) => severity.troubled(bed.bed_id)), 'severity', severity).slice(0, Math.floor(size / 2));
  const kept = beds.filter((bed) => gravest.includes(bed)), others = beds.filter((bed) => !gravest.includes(bed)), room = size - kept.length;
  const pages = [];
  for (let at = 0; at < others.length; at += room) pages.push([...kept, ...[...others.slice(at), ...others].slice(0, room)]);
  return pages;
}
