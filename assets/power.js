/* What a device says of itself on a tile: its battery, and its contact with the skin when that is bad. */
import { t } from './words.js';

const LOW = 20;                        // percent under which a battery is told in figures
const SVG = 'http://www.w3.org/2000/svg';

function shape(name, parent, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

/* {battery, charging, contact} in words, '' where nothing is known. */
export function powerWords(device) {
  if (!device) return '';
  const charge = device.battery === null ? '' : t(device.charging ? 'tile.battery_charging' : 'tile.battery', { percent: device.battery });
  const contact = device.contact === 'no' ? t('tile.lead_off') : '';
  return charge && contact ? t('tile.told', { one: charge, two: contact }) : charge || contact;
}

export class Power {
  constructor(parent) {
    this.root = document.createElement('span');
    this.root.className = 'power';
    this.root.dataset.method = 'battery';
    this.contact = document.createElement('b');
    this.figure = document.createElement('b');
    this.picture = shape('svg', this.root, { viewBox: '0 0 34 18', fill: 'none', stroke: 'currentColor', 'stroke-width': '2', 'aria-hidden': 'true' });
    shape('rect', this.picture, { x: '1', y: '2', width: '28', height: '14', rx: '2' });
    shape('path', this.picture, { d: 'M32 6v6' });
    this.charge = shape('rect', this.picture, { x: '4', y: '5', width: '22', height: '8', fill: 'currentColor', stroke: 'none' });
    this.bolt = shape('path', this.picture, { class: 'bolt', d: 'M17 1l-7 9h5l-2 7 8-10h-5z', fill: 'currentColor', 'stroke-width': '1' });
    this.root.prepend(this.contact, this.figure);
    parent.append(this.root);
    this.told = null;
    this.tell(null);
  }

  /* device: what it says now, or null where nothing is known: then nothing stands there. */
  tell(device) {
    const words = powerWords(device);
    if (words === this.told) return;
    this.told = words;
    const known = device !== null && device.battery !== null, low = known && device.battery < LOW, off = device !== null && device.contact === 'no';
    this.root.hidden = words === '';
    this.root.dataset.low = String(low || off);
    this.root.dataset.now = words && t('tile.sentence', { words: words });
    this.contact.textContent = off ? t('tile.lead_off') : '';
    this.figure.textContent = low ? device.battery + ' %' : '';
    this.picture.toggleAttribute('hidden', !known);
    this.bolt.toggleAttribute('hidden', !known || !device.charging);
    this.charge.setAttribute('width', String(known ? 22 * device.battery / 100 : 0));
  }
}
