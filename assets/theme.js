/* Chooses the theme before the first paint: ?theme=dark or ?theme=light, else the page's own (data-usual: a wall is
   dark, whatever the machine behind it prefers), else what the system asks for. And tells the server this browser's time
   zone, in which it then writes times (auth/language.py). */
(function () {
  'use strict';
  const asked = new URLSearchParams(location.search).get('theme');
  const usual = document.currentScript.dataset.usual;
  const system = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  document.documentElement.dataset.theme = asked === 'light' || asked === 'dark' ? asked : usual || system;
  document.cookie = 'wardbeat-zone=' + Intl.DateTimeFormat().resolvedOptions().timeZone + '; path=/; max-age=31536000; SameSite=Lax';
})();
