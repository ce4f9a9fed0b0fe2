/* What Dash asks of this browser: which theme it shows, and to explain the beat of a dot that was clicked. A click that
   was answered is forgotten (null), so that the same dot can be clicked again. */
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  wardbeat: {
    theme: function () { return document.documentElement.dataset.theme; },
    explain: function (click) {
      var beat = click && click.points[0] && click.points[0].customdata;
      if (beat) dispatchEvent(new CustomEvent('wardbeat:beat', { detail: beat }));
      return click ? null : dash_clientside.no_update;
    }
  }
});
