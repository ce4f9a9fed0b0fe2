/* Chooses the theme before the first paint: ?theme=dark or ?theme=light, else the page's own (data-usual: a wall is
   dark, whatever the machine behind it prefers), else what the system asks for. */
(function () {
  'use strict';
  const asked = new URLSearchParams(location.search).get('theme');
  const usual = document.currentScript.dataset.usual;
  const system = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  document.documentElement.dataset.theme = asked === 'light' || asked === 'dark' ? asked : usual || system;
})();
