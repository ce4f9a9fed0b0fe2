"""The web application on a port of its own, in a thread of the test's process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from tests.people import HOST


@contextmanager
def served(app: Flask, port: int) -> Iterator[None]:
    """It answers on `HOST` until the end of the block."""
    server = make_server(HOST, port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
