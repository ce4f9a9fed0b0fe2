/* What a wall is set to. It is kept in the wall's address, so that a reload, a bookmark and a link give the same wall.
   So is its language, which the server asks for: assets/language.js changes that. */
import { SORTS } from './order.js';
import { t } from './words.js';

const CHOICES = { sort: SORTS, mode: ['sweep', 'scroll'], gain: ['fixed', 'auto'], theme: ['dark', 'light'], names: ['off', 'on'] };

export class Choices {
  /* search: as `location.search`; what it does not name, or names wrongly, is the first of its kind. */
  constructor(search) { this.asked = new URLSearchParams(search); }

  get(name) {
    const value = this.asked.get(name);
    return CHOICES[name].includes(value) ? value : CHOICES[name][0];
  }

  /* Takes the next choice of `name`; the first one is not written into the address. */
  next(name) {
    const all = CHOICES[name], value = all[(all.indexOf(this.get(name)) + 1) % all.length];
    if (value === all[0]) this.asked.delete(name); else this.asked.set(name, value);
    return value;
  }

  search() { const text = this.asked.toString(); return text ? '?' + text : ''; }

  /* Of the directory's beds those that ?ward= and ?bed=01,02 name; all where they name none. */
  chosen(beds) {
    const ward = this.asked.get('ward'), names = this.names();
    return beds.filter((bed) => (ward === null || bed.ward === ward) && (names === null || names.includes(bed.bed)));
  }

  /* Wards and beds that the address names and the directory does not have, in words; '' when there are none. */
  unknown(beds) {
    const ward = this.asked.get('ward');
    if (ward !== null && !beds.some((bed) => bed.ward === ward)) return t('wall.no_ward', { ward: ward });
    const here = this.chosen(beds).map((bed) => bed.bed), missing = (this.names() || []).filter((name) => !here.includes(name));
    return missing.length ? t('wall.no_bed', { beds: missing.join(', ') }) : '';
  }

  names() {
    const text = this.asked.get('bed');
    return text === null ? null : text.split(',').map((name) => name.trim()).filter(Boolean);
  }
}
