/* The words for numbers that are pointed at, or that a tile with the focus shows; Escape puts them away. */

export function explainOn(words) {
  const explain = (nodes, over) => {
    const told = [...nodes].filter((node) => node.offsetParent !== null).map(methodOf);
    words.textContent = told.join('\n');
    words.hidden = told.length === 0;
    if (!words.hidden) place(words, over.getBoundingClientRect(), over.matches('.strip'));
  };
  const pointedAt = (event) => {
    const at = event.target.closest('[data-method]'), tile = event.target.closest('.tile'), strip = tile && tile.querySelector('.strip');
    if (at) explain([at], strip || at);
    else explain(event.type === 'focusin' && tile && tile.matches(':focus-visible') ? tile.querySelectorAll('[data-method]') : [], strip);
  };
  for (const kind of ['pointerover', 'focusin']) document.addEventListener(kind, pointedAt);
  document.addEventListener('focusout', () => explain([], null));
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') explain([], null); });
}

/* How a number is made, and what belongs to it just now (data-now). */
function methodOf(node) {
  const method = document.getElementById('method-' + node.dataset.method).textContent;
  return node.dataset.now ? method + ' ' + node.dataset.now : method;
}

/* Over a strip, or below another part; inside the window. */
function place(words, box, inside) {
  words.style.width = inside ? box.width + 'px' : '26em';
  const own = words.getBoundingClientRect();
  words.style.left = Math.max(4, Math.min(box.left, innerWidth - own.width - 4)) + 'px';
  words.style.top = Math.max(4, Math.min(inside ? box.top : box.bottom, innerHeight - own.height - 4)) + 'px';
}
