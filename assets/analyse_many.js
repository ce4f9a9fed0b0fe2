/* Analyses of all recordings that are marked in a list: in the grid, or by the boxes of a plain table. */
import { t } from './words.js';

const button = document.getElementById('analyse');
const said = document.getElementById('analyse-said');
const network = document.querySelector('[name=model]');

function marked() {
  const boxes = [...document.querySelectorAll('input[name=recording]:checked')].map((box) => box.value);
  const grid = window.dash_ag_grid && document.getElementById('recordings') && window.dash_ag_grid.getApi('recordings');
  return grid ? grid.getSelectedRows().map((row) => row.id) : boxes;
}

async function ask() {
  const names = marked();
  if (!names.length) { said.textContent = t('analysis.none_marked'); return; }
  button.disabled = true;
  try {
    const form = new URLSearchParams(names.map((name) => ['recording', name]));
    if (network) form.set('model', network.value);
    const answer = await fetch('/analyses', { method: 'POST', body: form, credentials: 'same-origin' });
    const told = await answer.json().catch(() => ({}));
    said.textContent = told.sentence || t('analysis.not_asked');
  } catch {
    said.textContent = t('analysis.not_asked');
  } finally {
    button.disabled = false;
  }
}

if (button) button.addEventListener('click', ask);
