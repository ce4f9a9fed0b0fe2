/* What Dash asks of this browser: which theme it shows, to note an answer, and to open what was clicked. A click that was
   answered is forgotten (null), so that the same point can be clicked again. */
/* What a reader has zoomed in each graph: {revision, axes: {xaxis: [low, high], …}}. Plotly keeps a zoom by itself only while
   the axes of new figures ask for the same range as before, and Dash draws a figure once more after each zoom. */
var zooms = {};

window.dash_clientside = Object.assign({}, window.dash_clientside, {
  wardbeat: {
    theme: function () { return document.documentElement.dataset.theme; },
    answered: function (shown) {
      if (shown) document.dispatchEvent(new CustomEvent('wardbeat:answered', { detail: shown }));
    },
    zoomed: function (change) {
      var zoom = zooms[dash_clientside.callback_context.triggered_id];
      for (var key in zoom && change) {
        var part = /^([xy]axis\d*)\.(?:range\[([01])\]|autorange)$/.exec(key);
        if (!part) continue;
        if (part[2] === undefined) delete zoom.axes[part[1]];
        else (zoom.axes[part[1]] = zoom.axes[part[1]] || [])[part[2]] = change[key];
      }
    },
    keepZoom: function (figure) {
      if (!figure) return dash_clientside.no_update;
      var id = dash_clientside.callback_context.outputs_list.id, revision = figure.layout.uirevision, zoom = zooms[id];
      if (!zoom || zoom.revision !== revision) zoom = zooms[id] = { revision: revision, axes: {} };
      var layout = Object.assign({}, figure.layout);
      for (var axis in zoom.axes) if (layout[axis]) layout[axis] = Object.assign({}, layout[axis], { range: zoom.axes[axis], autorange: false });
      return Object.assign({}, figure, { layout: layout });
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
