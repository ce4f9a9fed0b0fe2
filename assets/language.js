/* Switches the page to the other language: it is loaded again, and the address says which one it is. */
import { isTyping } from './typing.js';
import { language } from './words.js';

/* What other scripts changed in the address meanwhile is kept. */
export function switchLanguage() {
  const asked = new URLSearchParams(location.search);
  asked.set('lang', language === 'zh' ? 'en' : 'zh');
  location.replace(location.pathname + '?' + asked);
}

/* The page's controls. */
export function switchByLink() {
  for (const link of document.querySelectorAll('[data-language]')) link.addEventListener('click', (event) => { event.preventDefault(); switchLanguage(); });
}

/* The key L, on a page that has no table of keys (keys.js). */
export function switchByKey() {
  addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat || isTyping(event.target)) return;
    if (event.key === 'l' || event.key === 'L') switchLanguage();
  });
}
