/* Bringing files: dropped or chosen, sent in pieces, gone on with after a cut, a full disk or a reload. What the server has
   is the truth: a piece begins where the server's file ends. */
import { t } from './words.js';
import { grouped, fingerprint } from './upload_groups.js';
import { Row } from './upload_rows.js';
import { send, sendPiece } from './upload_wire.js';

const AT_ONCE = 3, LOOK_MS = 1500, AGAIN_MS = 2000;
const parts = {};
for (const node of document.querySelectorAll('[data-part]')) parts[node.dataset.part] = node;
const piece = Number(parts.bring.dataset.piece);
const here = new Map();                // fingerprint of a file -> File, of those that this page was given
const rows = new Map();                // id of an upload -> Row
const running = new Set(), troubles = new Map();
let known = [];

/* Everything that the server knows of mine; asked again while something moves. */
async function look() {
  const answer = await send('/upload/list');
  if (answer.value) { known = answer.value; show(); go(); }
  setTimeout(look, LOOK_MS);
}

function show() {
  for (const upload of known) {
    if (!rows.has(upload.id)) rows.set(upload.id, new Row(upload.id, act));
    rows.get(upload.id).tell(upload, running.has(upload.id), upload.files.every((file) => isHere(file)));
  }
  for (const [id, row] of rows) if (!known.some((upload) => upload.id === id)) { row.node.remove(); rows.delete(id); }
  for (const list of document.querySelectorAll('[data-list]')) place(list);
  parts.none.hidden = known.length > 0;
}

const LIST = { receiving: 'coming', waiting: 'coming', asking: 'asking', quarantined: 'quarantined', imported: 'imported' };

function place(list) {
  const mine = known.filter((upload) => LIST[upload.state] === list.dataset.list).map((upload) => rows.get(upload.id).node);
  if (mine.some((node, at) => list.children[at] !== node) || list.children.length !== mine.length) list.replaceChildren(...mine);
  list.parentElement.hidden = mine.length === 0;
}

function isHere(file) { return file.received === file.size || here.has(fingerprint(file)); }

/* Sends what can be sent, some at once. */
function go() {
  for (const upload of known) {
    if (running.size >= AT_ONCE) return;
    if (upload.state === 'receiving' && !running.has(upload.id) && upload.files.every(isHere)) carry(upload);
  }
}

async function carry(upload) {
  running.add(upload.id);
  try {
    for (const file of upload.files) if (!await carryFile(upload, file)) return;
    const answer = await send('/upload/' + upload.id + '/finish', {});
    if (answer.value) renew(answer.value);
  } finally { running.delete(upload.id); show(); }
}

/* Whether all of the file is there. */
async function carryFile(upload, file) {
  const source = here.get(fingerprint(file));
  while (file.received < file.size) {
    const answer = await sendPiece(upload.id, file.name, file.received, source.slice(file.received, file.received + piece));
    if (answer.received !== undefined) file.received = answer.received;
    else if (answer.gone) return false;
    else {
      trouble(upload.id, answer.sentence || t('upload.trouble_' + answer.trouble));
      await new Promise((next) => setTimeout(next, AGAIN_MS));
      continue;
    }
    trouble(upload.id, '');
    rows.get(upload.id).tell(upload, true, true);
  }
  return true;
}

function renew(upload) { known = known.map((each) => each.id === upload.id ? upload : each); show(); }

/* What is in the way of one upload (or of '', the page); '' for nothing any more. */
function trouble(whose, words) {
  if (words) troubles.set(whose, words); else troubles.delete(whose);
  parts.trouble.textContent = [...new Set(troubles.values())].join(' '); parts.trouble.hidden = troubles.size === 0;
}

/* New files: those that an unfinished upload waits for go on there; the others begin. */
async function take(files) {
  trouble('', '');
  for (const file of files) here.set(fingerprint(file), file);
  const waited = new Set(known.filter((upload) => upload.state === 'receiving').flatMap((upload) => upload.files.map(fingerprint)));
  const fresh = [...files].filter((file) => !waited.has(fingerprint(file)));
  for (const group of await grouped(fresh)) await begin(group);
  go();
}

async function begin(group) {
  const missing = known.find((upload) => upload.state === 'quarantined' && group.length === 1 && belongs(upload, group[0]));
  const form = (file) => ({ name: file.name, size: file.size, modified_ms: file.lastModified });
  const answer = missing ? await send('/upload/' + missing.id + '/add', form(group[0]))
    : await send('/upload', { files: group.map(form), patient: parts.patient.value ? Number(parts.patient.value) : null });
  if (answer.value) { known = [answer.value, ...known.filter((upload) => upload.id !== answer.value.id)]; show(); }
  else trouble('', [troubles.get(''), group.map((file) => file.name).join(', ') + ': ' + (answer.sentence || t('upload.trouble_link'))].filter(Boolean).join(' '));
}

/* A signal file that comes after its header. */
function belongs(upload, file) {
  const stem = (name) => name.replace(/\.[^.]*$/, '').toLowerCase();
  return upload.files.some((other) => other.name !== file.name && stem(other.name) === stem(file.name));
}

/* What a row's buttons do: 'remove', 'choose' (with answers), 'cancel', 'retry'. Gives what is wrong at which field. */
async function act(what, upload, answers) {
  if (what === 'cancel') { await send('/recording/' + encodeURIComponent(upload.recording) + '/analyses/' + upload.analysis.id + '/cancel', {}); return null; }
  if (what === 'retry') { await send('/recording/' + encodeURIComponent(upload.recording) + '/analyses', {}); return null; }
  const answer = await send('/upload/' + upload.id + '/' + what, answers || {});
  if (what === 'remove' && answer.value) { known = known.filter((each) => each.id !== upload.id); show(); }
  else if (answer.value) renew(answer.value);
  trouble(upload.id, answer.errors && answer.errors[''] || answer.sentence || (answer.trouble ? t('upload.trouble_' + answer.trouble) : ''));
  return answer.errors || null;
}

parts.files.addEventListener('change', () => { take(parts.files.files); parts.files.value = ''; });
parts.bring.addEventListener('submit', (event) => event.preventDefault());
for (const kind of ['dragover', 'dragleave', 'drop']) document.addEventListener(kind, (event) => {
  event.preventDefault();
  parts.drop.classList.toggle('over', kind === 'dragover');
  if (kind === 'drop' && event.dataTransfer.files.length) take([...event.dataTransfer.files]);
});
addEventListener('beforeunload', (event) => { if (running.size) event.preventDefault(); });
look();
