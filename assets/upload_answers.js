/* What a file does not say and a person does: lead with a preview, rate, unit, patient, start. What is typed stays. */
import { t } from './words.js';
import { readInk } from './ink.js';

const UNITS = ['mV', 'uV', 'V', 'digital'];
const MOST_LEADS = 16;

export class Answers {
  /* send(typed): sends them; gives {field: sentence} of what is wrong, null when all is well. */
  constructor(upload, send) {
    this.upload = upload; this.asks = upload.asks; this.look = upload.look;
    this.node = tag('form', { className: 'answers', noValidate: true });
    if (this.look.table) this.node.append(this.sheet());
    this.node.append(this.leads());
    if (this.asks.rate) this.node.append(this.field('rate', t('upload.rate'), tag('input', { inputMode: 'decimal', autocomplete: 'off' })));
    if (this.asks.unit) { this.node.append(this.field('unit', t('upload.unit'), this.units()), this.perMillivolt()); }
    if (!upload.patient) this.node.append(this.field('patient', t('upload.patient'), this.patients()));
    if (this.asks.start) this.node.append(this.field('start', t('upload.start'), tag('input', { type: 'datetime-local', step: '1' })));
    const keep = tag('button', { type: 'submit', textContent: t('upload.read_in') });
    keep.classList.add('btn', 'primary');
    this.node.append(wide(keep));
    this.node.addEventListener('submit', async (event) => {
      event.preventDefault(); keep.disabled = true;
      this.complain(await send(this.typed()) || {}); keep.disabled = false;
    });
    this.tellUnit();
  }

  typed() {
    const typed = { patient: this.upload.patient };
    for (const field of this.node.elements) if (field.name && (field.type !== 'radio' || field.checked)) typed[field.name] = field.value;
    typed.patient = Number(typed.patient) || null;
    return typed;
  }

  complain(wrong) {
    for (const note of this.node.querySelectorAll('.complaint')) { note.textContent = wrong[note.dataset.of] || ''; note.hidden = !note.textContent; }
    for (const field of this.node.querySelectorAll('input:not([type="radio"]), select')) { if (wrong[field.name]) field.setAttribute('aria-invalid', 'true'); else field.removeAttribute('aria-invalid'); }
    const first = this.node.querySelector('[aria-invalid]');
    if (first) first.focus();
  }

  field(name, words, control) {
    const id = name + '-' + this.upload.id, box = tag('div'), label = tag('label', { textContent: words, htmlFor: id });
    control.id = id; control.name = name;
    box.append(label, control, note(name));
    return box;
  }

  units() {
    const select = tag('select');
    for (const unit of ['', ...UNITS]) select.append(tag('option', { value: unit, textContent: unit === 'uV' ? 'µV' : unit === 'digital' ? t('upload.digital') : unit || '–' }));
    select.addEventListener('change', () => this.tellUnit());
    return select;
  }

  perMillivolt() { this.per = this.field('per_millivolt', t('upload.per_millivolt'), tag('input', { inputMode: 'decimal', autocomplete: 'off' })); return this.per; }

  tellUnit() { if (this.per) this.per.hidden = this.node.elements.unit.value !== 'digital'; }

  patients() {
    const select = document.querySelector('#patient').cloneNode(true);
    select.removeAttribute('data-part'); select.options[0].textContent = '–';
    return select;
  }

  leads() {
    const box = wide(tag('div', { className: 'leads' })), many = this.look.leads.length > 1;
    box.setAttribute('role', 'radiogroup'); box.setAttribute('aria-label', t('upload.which_lead'));
    this.look.leads.slice(0, many ? MOST_LEADS : 1).forEach((lead, at) => {
      const label = tag('label'), radio = tag('input', { type: 'radio', name: 'lead', value: String(at), checked: at === 0 });
      const facts = [lead.rate && lead.rate + ' Hz', lead.unit].filter(Boolean).join(' · '), canvas = tag('canvas');
      const name = tag('span', { textContent: lead.name + ' ' }); name.append(tag('small', { textContent: facts }));
      label.append(radio, name, canvas); box.append(label);
      requestAnimationFrame(() => draw(canvas, lead.preview));
    });
    box.append(note('lead'));
    return box;
  }

  sheet() {
    const { table } = this.look, box = wide(tag('div', { className: 'sheet' })), sheet = tag('table'), head = tag('tr');
    box.append(tag('p', { className: 'dim', textContent: t('upload.table', { delimiter: table.delimiter === '\t' ? 'TAB' : table.delimiter === ' ' ? '␣' : table.delimiter }) }));
    table.columns.forEach((name, at) => head.append(tag('th', { textContent: name, className: at === table.time_column ? 'time' : '' })));
    sheet.append(head);
    for (const row of table.rows) { const line = tag('tr'); row.forEach((cell, at) => line.append(tag('td', { textContent: cell, className: at === table.time_column ? 'time' : '' }))); sheet.append(line); }
    box.append(sheet);
    return box;
  }
}

function note(name) { const line = tag('p', { className: 'complaint', hidden: true }); line.dataset.of = name; line.setAttribute('role', 'alert'); return line; }

function wide(node) { node.classList.add('wide'); return node; }

function tag(name, values = {}) { return Object.assign(document.createElement(name), values); }

/* The first seconds of a lead, as high as they reach. */
function draw(canvas, values) {
  const box = canvas.getBoundingClientRect(), density = devicePixelRatio || 1, context = canvas.getContext('2d'), ink = readInk();
  canvas.width = Math.max(1, box.width * density); canvas.height = Math.max(1, box.height * density);
  if (!values.length) return;
  const low = Math.min(...values), high = Math.max(...values), span = high - low || 1;
  context.strokeStyle = ink.N; context.lineWidth = 1.3 * density; context.lineJoin = 'round'; context.beginPath();
  values.forEach((value, at) => context.lineTo(at / Math.max(1, values.length - 1) * canvas.width, (1 - (value - low) / span) * (canvas.height - 6) + 3));
  context.stroke();
}
