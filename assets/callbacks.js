/* What Dash asks of this browser: which theme it shows, to note an answer, and to open what was clicked. A click that was
   answered is forgotten (null), so that the same point can be clicked again. */
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  wardbeat: {
    theme: function () { return document.documentElement.dataset.theme; },
    answered: function (shown) {
      if (shown) document.dispatchEvent(new CustomEvent('wardbeat:answered', { detail: shown }));
    },
    explain: function (click) {
      var beat = click && click.points[0] && click.points[0].customdata;
      if (beat) dispatchEvent(new CustomEvent('wardbeat:beat', { detail: beat }));
      return click ? null : dash_clientside.no_update;
    },
    /* A date on the axis is the clock of the server's wall; meta says how far that is from wall time. */
    moment: function (click, figure) {
      var point = click && click.points[0], meta = figure && figure.layout && figure.layout.meta;
      if (!point || !meta) return click ? null : dash_clientside.no_update;
      var shown = typeof point.x === 'number' ? point.x : Date.parse(String(point.x).replace(' ', 'T') + (String(point.x).length > 10 ? 'Z' : ''));
      var at = shown - meta.shift, found = meta.recordings.find(function (each) { return each[1] <= at; });
      if (found) dispatchEvent(new CustomEvent('wardbeat:moment', { detail: found[0] + '/' + Math.round((at - found[1]) / 4) }));
      return null;
    }
  }
});
