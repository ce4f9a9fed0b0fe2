/* Whether a key belongs to what somebody types in, or to the page. A dialogue that was closed keeps the focus until the next frame is
   drawn, seconds on a busy machine: a key in it is the page's already. */

function within(node, selector) { return Boolean(node.closest && !node.closest('dialog:not([open])') && node.closest(selector)); }

export function isTyping(node) { return within(node, 'input, textarea, select, dialog, [contenteditable]'); }

/* Something that Space and Enter press by themselves. */
export function isControl(node) { return within(node, 'a, button, [role="button"]'); }
