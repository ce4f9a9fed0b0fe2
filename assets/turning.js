/* When the pages of a wall turn. Pure: time is given to it. */
import { t } from './words.js';

const PAGE_SECONDS = 12;
const HELD_SECONDS = 120;              // a held page goes on by itself: no bed is hidden for ever

export class Turning {
  constructor() { this.page = 0; this.left = PAGE_SECONDS; this.heldFor = 0; }

  /* `seconds` have passed. True when it is time: the next page of `pages` is on. */
  advance(seconds, pages) {
    if (this.heldFor > 0) { this.heldFor = Math.max(0, this.heldFor - seconds); return false; }
    this.left -= seconds;
    if (this.left > 0) return false;
    this.go(1, pages);
    return true;
  }

  /* `step` pages on or back; a page asked for stays its whole time. */
  go(step, pages) { this.page = (this.page + step + pages) % pages; this.left = PAGE_SECONDS; }

  /* Holds this page, or lets the pages turn again. */
  hold() { this.heldFor = this.heldFor > 0 ? 0 : HELD_SECONDS; this.left = PAGE_SECONDS; }

  /* Fewer pages than before: the one that is on must be there. */
  within(pages) { if (this.page >= pages) this.page = 0; }

  words(pages) {
    const held = Math.ceil(this.heldFor), clock = Math.floor(held / 60) + ':' + String(held % 60).padStart(2, '0');
    const place = { page: this.page + 1, pages: pages };
    return held ? t('wall.page_held', { ...place, time: clock }) : t('wall.page', { ...place, seconds: Math.max(1, Math.ceil(this.left)) });
  }
}
