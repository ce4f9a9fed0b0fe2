"""A whole ward for a test: a real `wardbeat up` in a folder of its own, on free ports, and ways to disturb it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

import psutil

from settings import socket_path
from streaming.own_place import OwnPlace
from streaming.simulate import CONTROL
from tests.servers import PATIENCE_S, wait_until

ROOT = Path(__file__).parents[1]
PERSON = {"full_name": "Ada Vogel", "name": "ada.v"}
PASSWORD = "correct horse battery"
READY_S = 2 * PATIENCE_S


def gone(process: psutil.Process) -> bool:
    """Whether a process has ended. One that was killed while it waits for a slow disk ends when the disk answers."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Visitor:
    """A person's browser without a screen: it keeps cookies and sends forms as the page made them."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def get(self, path: str) -> str:
        """The page at `path`, redirects followed. Raises urllib.error.URLError and TimeoutError."""
        with self._opener.open(self.address + path, timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())

    def send(self, path: str, fields: Mapping[str, str]) -> str:
        """Open the page, fill in its form and send it; returns the address where that ends."""
        token = re.search(r'name="form_token" value="(\w+)"', self.get(path))
        assert token, "the page has a form"
        body = urllib.parse.urlencode({**fields, "form_token": token[1]}).encode()
        request = urllib.request.Request(self.address + path, body, {"Origin": self.address})
        with self._opener.open(request, timeout=PATIENCE_S) as answer:
            return str(answer.url)

    def ticket(self) -> str:
        """A ticket for the gateway's socket."""
        return str(json.loads(self.get("/live/ticket"))["ticket"])


@dataclass(slots=True)
class Ward(OwnPlace):
    """A `wardbeat up` with `beds` demo beds, of the code and pages in the folder `program`; `more` are environment
    variables beside those that keep it apart.
    """

    beds: int = 0
    more: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    program: Path = ROOT

    @property
    def said(self) -> str:
        """All that stands on its screen."""
        return self.log.read_text()

    @property
    def link(self) -> str:
        """The newest one-time link that it printed."""
        links: list[str] = re.findall(rf"{self.address}/setup/\S+", self.said)
        assert links, "the first administrator's link is printed"
        return links[-1]

    def environment(self) -> dict[str, str]:
        """That of its place, with its beds and what more was asked for."""
        own = {"WARDBEAT_DEMO_BEDS": str(self.beds), "PYTHONPATH": str(self.program)}
        return {**OwnPlace.environment(self), **own, **self.more}

    def command(self) -> subprocess.Popen[bytes]:
        """Another `wardbeat up` with the same settings."""
        words = [sys.executable, "-m", "cli", "up"]
        with self.log.open("ab") as log:
            return subprocess.Popen(words, cwd=self.program, env=self.environment(), stdout=log, stderr=log)

    def start(self) -> None:
        """Start, and return when it says where it is."""
        self.process = self.command()
        self.ready()

    def ready(self) -> None:
        """Return when the address is printed."""
        wait_until(lambda: "Wardbeat is ready" in self.said, "the address is printed", READY_S)

    def pid(self, name: str) -> int:
        """The process id of `name`, 0 while it has none."""
        place = self.var_dir / "pids" / name
        return int(place.read_text() or 0) if place.exists() else 0

    def kill(self, name: str) -> None:
        """Kill -9 the process `name`."""
        self.signal(name, signal.SIGKILL)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to the process `name`."""
        pid = self.pid(name)
        assert pid, f"{name} runs"
        os.kill(pid, number)

    def make_administrator(self) -> Visitor:
        """The first administrator, made by the one-time link, logged in."""
        visitor = Visitor(self.address)
        form = {**PERSON, "password": PASSWORD, "password_again": PASSWORD}
        assert visitor.send(self.link.removeprefix(self.address), form) == f"{self.address}/wall"
        return visitor

    def control(self, bed: int, wish: str) -> None:
        """Tell the demo ward to "stop" or "start" the phone of `bed` (from 1); returns when it has done so."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE_S)
            line.connect(str(socket_path(self.var_dir, CONTROL)))
            line.sendall(json.dumps({wish: bed}).encode() + b"\n")
            assert json.loads(line.makefile().readline()) == {"ok": True, "bed": bed}

    def family(self) -> list[psutil.Process]:
        """All it has started that lives."""
        return psutil.Process(self.process.pid).children(recursive=True) if self.process else []

    def end(self) -> None:
        """Ctrl-C. AssertionError when anything it started outlives it."""
        if self.process is None or self.process.poll() is not None:
            return
        family = self.family()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=PATIENCE_S)
        wait_until(lambda: all(gone(process) for process in family), "nothing outlives its keeper")


@contextmanager
def running_ward(folder: Path, beds: int = 0, more: Mapping[str, str] | None = None) -> Iterator[Ward]:
    """A ward that is ready; afterwards it is gone, and so are its ports."""
    ward = Ward(folder, beds, more or {})
    try:
        ward.start()
        yield ward
    finally:
        ward.end()
    for port in ward.ports.values():
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)), f"port {port} is free again"
