"""Beds on screens of others, each as its own documentation streams: a function that serves a page at a port for ever.

All get the same synthetic hearts in real time and show the last ten seconds of each, sixteen to a screen of
1920 × 1080. They are no part of Wardbeat: the extra `bench` of pyproject.toml brings Bokeh and Panel.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from ecg.rates import SAMPLE_RATE
from ecg.scripts import SINUS_RHYTHM
from ecg.synthetic import synthesise

BEDS, COLUMNS = 16, 4
WIDTH, HEIGHT = 460, 240
HELD = round(10 * SAMPLE_RATE)
PLOTLY_PAGE = """<!doctype html><style>body{margin:0;display:grid;grid-template-columns:repeat(4,1fr)}</style>
<body><script src="/plotly.js"></script><script>
const beds = [...Array(BEDS).keys()].map(() => document.body.appendChild(document.createElement('div')));
const layout = { width: WIDTH, height: HEIGHT, margin: { l: 30, r: 5, t: 5, b: 25 }, yaxis: { range: [-1, 2] } };
for (const bed of beds) Plotly.newPlot(bed, [{ x: [], y: [], mode: 'lines', line: { width: 1 } }], layout);
new WebSocket('ws://' + location.host + '/live').onmessage = (message) => {
  const { x, y } = JSON.parse(message.data);
  beds.forEach((bed, n) => Plotly.extendTraces(bed, { x: [x], y: [y[n]] }, [0], HELD));
};
</script>"""


class ScreenPeer(NamedTuple):
    """A way to show live data: what it is called, the package that brings it, and `serve(port, asked)`.

    asked: updates a second that the page is asked to show.
    """

    name: str
    package: str
    serve: Callable[[int, float], None]

    @property
    def titled(self) -> str:
        """Its name with the version that is measured."""
        return f"{self.name} {version(self.package)}"


class Hearts:
    """Sixteen hearts that beat from now on, each a minute of ECG again and again."""

    def __init__(self) -> None:
        self._traces = [synthesise(SINUS_RHYTHM, SAMPLE_RATE, seed, 60.0).samples for seed in range(BEDS)]
        self._began = time.monotonic()
        self._sent = 0

    def news(self) -> tuple[list[float], list[list[float]]]:
        """Seconds and millivolts of each bed since the last call."""
        until = min(self._sent + HELD, round((time.monotonic() - self._began) * SAMPLE_RATE))
        places = np.arange(self._sent, max(until, self._sent))
        self._sent = max(until, self._sent)
        values = [np.round(np.take(trace, places, mode="wrap"), 3).tolist() for trace in self._traces]
        return (places / SAMPLE_RATE).tolist(), values


def _bokeh_beds() -> tuple[list[Any], Callable[[], None]]:
    """Sixteen Bokeh figures, and what gives each its news."""
    from bokeh.models import ColumnDataSource, Range1d
    from bokeh.plotting import figure

    hearts = Hearts()
    sources = [ColumnDataSource({"x": [], "y": []}) for _ in range(BEDS)]
    figures = [
        figure(width=WIDTH, height=HEIGHT, y_range=Range1d(start=-1, end=2), toolbar_location=None) for _ in sources
    ]
    for one, source in zip(figures, sources, strict=True):
        one.line("x", "y", source=source)

    def push() -> None:
        x, values = hearts.news()
        for source, y in zip(sources, values, strict=True):
            source.stream({"x": x, "y": y}, rollover=HELD)

    return figures, push


def serve_bokeh(port: int, asked: float) -> None:
    """`ColumnDataSource.stream` from a periodic callback of a Bokeh server."""
    from bokeh.layouts import gridplot
    from bokeh.server.server import Server

    def bed_page(document: Any) -> None:
        figures, push = _bokeh_beds()
        document.add_root(gridplot(figures, ncols=COLUMNS, toolbar_location=None))
        document.add_periodic_callback(push, round(1000 / asked))

    server = Server({"/": bed_page}, port=port, allow_websocket_origin=[f"127.0.0.1:{port}"])
    server.start()
    server.io_loop.start()


def serve_panel(port: int, asked: float) -> None:
    """The same figures as Panel's panes, its periodic callback."""
    import panel

    untyped: Any = panel

    def page() -> Any:
        figures, push = _bokeh_beds()
        untyped.state.add_periodic_callback(push, period=round(1000 / asked))
        return untyped.GridBox(*(untyped.pane.Bokeh(one) for one in figures), ncols=COLUMNS)

    untyped.serve({"/": page}, port=port, show=False, websocket_origin=[f"127.0.0.1:{port}"])


def serve_dash(port: int, asked: float) -> None:
    """One callback of a `dcc.Interval` extends all graphs."""
    from dash import Dash, Input, Output, dcc, html

    hearts, app = Hearts(), Dash("tests.bench.screen_peers")
    layout = {
        "width": WIDTH,
        "height": HEIGHT,
        "margin": {"l": 30, "r": 5, "t": 5, "b": 25},
        "yaxis": {"range": [-1, 2]},
    }
    data = [{"x": [], "y": [], "mode": "lines", "line": {"width": 1}}]
    graphs = [dcc.Graph(id=f"bed-{n}", figure={"data": data, "layout": layout}) for n in range(BEDS)]
    grid = html.Div(graphs, style={"display": "grid", "gridTemplateColumns": f"repeat({COLUMNS}, 1fr)"})
    app.layout = html.Div([dcc.Interval("tick", interval=round(1000 / asked)), grid])

    @app.callback([Output(f"bed-{n}", "extendData") for n in range(BEDS)], Input("tick", "n_intervals"))
    def extend(_: int | None) -> list[Any]:
        x, values = hearts.news()
        return [[{"x": [x], "y": [y]}, [0], HELD] for y in values]

    app.run(host="127.0.0.1", port=port)


def serve_plotly_socket(port: int, asked: float) -> None:
    """`Plotly.extendTraces` for each message of a WebSocket of one's own."""
    asyncio.run(_plotly_socket(port, asked))


async def _plotly_socket(port: int, asked: float) -> None:
    import plotly

    script = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    page = PLOTLY_PAGE
    for name, value in (("BEDS", BEDS), ("WIDTH", WIDTH), ("HEIGHT", HEIGHT), ("HELD", HELD)):
        page = page.replace(name, str(value))
    files = {"/": ("text/html; charset=utf-8", page.encode()), "/plotly.js": ("text/javascript", script)}

    def file(_: ServerConnection, request: Request) -> Response | None:
        if request.path not in files:
            return None
        kind, body = files[request.path]
        return Response(200, "OK", Headers({"Content-Type": kind, "Content-Length": str(len(body))}), body)

    async def show(connection: ServerConnection) -> None:
        hearts = Hearts()
        with suppress(ConnectionClosed):
            while True:
                x, y = hearts.news()
                await connection.send(json.dumps({"x": x, "y": y}))
                await asyncio.sleep(1 / asked)

    # No keep-alive: a page that cannot follow would lose its line, and be measured as idle.
    async with serve(show, "127.0.0.1", port, process_request=file, ping_interval=None) as server:
        await server.serve_forever()


SCREEN_PEERS = (
    ScreenPeer("Bokeh", "bokeh", serve_bokeh),
    ScreenPeer("Panel", "panel", serve_panel),
    ScreenPeer("Dash: Interval and extendData,", "dash", serve_dash),
    ScreenPeer("Plotly over a WebSocket,", "plotly", serve_plotly_socket),
)


def main(package: str, port: str, asked: str) -> None:
    """Serve the way of `package`."""
    next(peer for peer in SCREEN_PEERS if peer.package == package).serve(int(port), float(asked))


if __name__ == "__main__":
    main(*sys.argv[1:])
