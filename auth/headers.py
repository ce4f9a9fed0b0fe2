"""The headers on every answer: what the browser may run, load, frame and keep."""

from collections.abc import Callable, Sequence

from flask import Flask, Response

KEPT_BY_BROWSERS = ("text/css", "text/javascript", "application/javascript", "image/", "font/", "audio/")
"""Files that say nothing about a patient may be cached; pages and data may not."""


def content_security_policy(script_hashes: Sequence[str], connect_src: Sequence[str]) -> str:
    """Only our own scripts and those with a given hash; inline styles, because Dash and Plotly write them.

    script_hashes as CSP sources ("'sha256-…'", as `dash.Dash.csp_hashes()` returns them); connect_src: the gateway's
    WebSocket origin, as "ws://host:port".
    """
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", *script_hashes],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'", *connect_src],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in rules.items())


def add_headers(app: Flask, policy: str) -> None:
    """Put the headers on everything this application answers."""
    app.after_request(_with_headers(policy))


def _with_headers(policy: str) -> Callable[[Response], Response]:
    def dress(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        # With "no-referrer" browsers send "Origin: null" with our own forms; this one, too, tells other sites nothing.
        response.headers["Referrer-Policy"] = "same-origin"
        if not (response.mimetype or "").startswith(KEPT_BY_BROWSERS):
            response.headers["Cache-Control"] = "no-store"
        return response

    return dress
