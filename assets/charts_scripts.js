/* The scripts of the charts, Dash's and Plotly's, wait in a template until the strip lives: they keep the browser busy for
   half a second, in which nothing of the patient would be seen. Where nothing is live the charts do not wait long. */

const WAIT_MS = 1500;
const page = document.body, waiting = document.querySelector('[data-part="chartScripts"]');
const watch = new MutationObserver(lookAt);

function isLive() { return page.dataset.state === 'live' && page.dataset.hr !== ''; }

function lookAt() { if (isLive()) begin(); }

/* In the order of the template: the last one starts Dash. */
function begin() {
  watch.disconnect();
  clearTimeout(timer);
  for (const script of waiting.content.querySelectorAll('script')) {
    const started = document.createElement('script');
    for (const { name, value } of script.attributes) started.setAttribute(name, value);
    started.async = false;
    document.body.append(started);
  }
  waiting.remove();
}

const timer = setTimeout(begin, page.dataset.bed === '' ? 0 : WAIT_MS);
watch.observe(page, { attributeFilter: ['data-state', 'data-hr'] });
lookAt();
