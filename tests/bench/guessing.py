"""Ten thousand guesses at a password a minute, over HTTP and at the true cost of a hash: when is the real user in?

    python -m tests.bench guessing [--seconds 20]

The web application stands in a process of its own. Eight connections guess at one account as fast as 10,000 a minute
want; meanwhile its owner logs in every second, from a browser that did so before.
"""

import argparse
import http.client
import multiprocessing
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from waitress import serve

from auth.passwords import hash_password
from dashboard.app import create_app
from db.engine import open_engine, writing
from db.people import add_person
from db.schema import migrate
from settings import Settings
from streaming.own_place import free_port

HOST, PASSWORD, PER_MINUTE, CONNECTIONS = "127.0.0.1", "correct horse battery", 10_000, 8


class Browser:
    """A connection that stays, with its cookies."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection(HOST, port, timeout=60)
        self._cookies: dict[str, str] = {}
        self._origin = f"http://{HOST}:{port}"
        self._token = re.findall(r'name="form_token" value="([0-9a-f]{64})"', self.ask("GET", "/login")[1])[0]

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Status and text."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "Origin": self._origin, "Content-Type": "application/x-www-form-urlencoded"}
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read().decode()

    def log_in(self, password: str) -> int:
        """The status of a try."""
        return self.ask("POST", "/login", urlencode({"name": "ada", "password": password, "form_token": self._token}))[
            0
        ]


def web(folder: str, port: int) -> None:
    """The web application, with one person."""
    settings = Settings(var_dir=Path(folder), database_url=f"sqlite:///{folder}/w.db", web_port=port)
    migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    with writing(engine) as connection:
        row = {"name": "ada", "full_name": "Ada", "role": "doctor", "must_change": False, "version": 1}
        add_person(connection, row, hash_password(PASSWORD), 0)
    serve(create_app(settings, engine), host=HOST, port=port, threads=8)


def guess(port: int, until: float, told: Counter[int]) -> None:
    """Guess at the pace of one of the connections; told: status -> how often."""
    browser, pause, due = Browser(port), 60 * CONNECTIONS / PER_MINUTE, time.monotonic()
    while time.monotonic() < until:
        told[browser.log_in(f"guess {told.total()}")] += 1
        due += pause
        time.sleep(max(0.0, due - time.monotonic()))


def measure(port: int, seconds: float) -> None:
    """Print the row."""
    own, took = Browser(port), list[float]()
    assert own.log_in(PASSWORD) == 303
    told, until = [Counter[int]() for _ in range(CONNECTIONS)], time.monotonic() + seconds
    strangers = [threading.Thread(target=guess, args=(port, until, each)) for each in told]
    for each in strangers:
        each.start()
    while time.monotonic() < until:
        began = time.monotonic()
        status = own.log_in(PASSWORD)
        took.append(time.monotonic() - began)
        assert status == 303, status
        time.sleep(1)
    for each in strangers:
        each.join()
    sent: Counter[int] = sum(told, Counter())
    print(f"| {round(60 * sent.total() / seconds):,} | {sent[401]} | {sent[429]} | {max(took):.2f} s |")


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench guessing")
    parser.add_argument("--seconds", type=float, default=20)
    seconds, port = parser.parse_args(arguments).seconds, free_port()
    print("\n| guesses a minute | looked at | refused | slowest login of the real user |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        server = multiprocessing.get_context("spawn").Process(target=web, args=(folder, port))
        server.start()
        try:
            _wait(port)
            measure(port, seconds)
        finally:
            server.terminate()
            server.join()


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            Browser(port)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError
