/* The beds of a ward, put into their order: dragged, or moved by the buttons and by Alt with an arrow. The form sends them as they stand. */

const form = document.querySelector('.order'), list = form.querySelector('.beds'), told = form.querySelector('.told');
let dragged = null;

function rows() { return [...list.children]; }

function tell(row) {
  const texts = { bed: row.dataset.label, place: rows().indexOf(row) + 1, count: rows().length };
  told.textContent = form.dataset.moved.replace(/\{(\w+)\}/g, (place, name) => name in texts ? String(texts[name]) : place);
}

/* The ends have nowhere to go. */
function mark() {
  rows().forEach((row, place) => {
    row.querySelector('[data-move="-1"]').disabled = place === 0;
    row.querySelector('[data-move="1"]').disabled = place === rows().length - 1;
  });
}

function move(row, step) {
  const neighbour = step < 0 ? row.previousElementSibling : row.nextElementSibling, focus = document.activeElement;
  if (!neighbour) return;
  if (step < 0) neighbour.before(row); else neighbour.after(row);
  mark();
  if (focus && row.contains(focus)) (focus.disabled ? row.querySelector('button:not(:disabled)') : focus).focus();
  row.scrollIntoView({ block: 'nearest' });
  tell(row);
}

list.addEventListener('click', (event) => {
  const button = event.target.closest('[data-move]');
  if (button) move(button.closest('li'), Number(button.dataset.move));
});

list.addEventListener('keydown', (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key], row = event.target.closest('li');
  if (step && event.altKey && row) { event.preventDefault(); move(row, step); }
});

list.addEventListener('dragstart', (event) => {
  dragged = event.target.closest('li');
  dragged.classList.add('dragged');
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', dragged.dataset.label);
});

list.addEventListener('dragover', (event) => {
  const over = event.target.closest('li');
  if (!dragged) return;
  event.preventDefault();
  if (!over || over === dragged) return;
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(dragged); else over.after(dragged);
});

list.addEventListener('drop', (event) => event.preventDefault());

list.addEventListener('dragend', () => {
  if (!dragged) return;
  dragged.classList.remove('dragged');
  mark();
  tell(dragged);
  dragged = null;
});

mark();
