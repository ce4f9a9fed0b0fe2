/* What Dash asks of this browser: which theme it shows. */
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  wardbeat: { theme: function () { return document.documentElement.dataset.theme; } }
});
