"""Real servers for tests: Valkey on a unix socket, PostgreSQL on a unix socket, free ports, a Chromium."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from streaming.server import arguments, binary

PATIENCE_S = 60.0
"""For what has to happen, but of which no time is promised. Costs nothing where it happens; a machine that is busy
otherwise, or whose disk hangs, may need many times what a quiet one does."""
MEMORY_DISK = Path("/dev/shm")
ROOM_IN_MEMORY = 4 << 30
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_PLACES = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
CHROMIUM_HINT = "get it with: sudo apt-get install chromium (Debian), brew install --cask chromium (macOS)"


def quick_folder() -> Path:
    """Where servers of tests live: on a disk in memory with room, for no test cuts the power. A short name."""
    return MEMORY_DISK if in_memory() else Path("/tmp")


def in_memory() -> bool:
    """Whether there is a disk in memory with room for what tests keep for some minutes."""
    return os.access(MEMORY_DISK, os.W_OK) and shutil.disk_usage(MEMORY_DISK).free > ROOM_IN_MEMORY


def wait_until(true: Callable[[], bool], what: str, timeout_s: float = PATIENCE_S) -> None:
    """Return when `true()`; AssertionError naming `what` when it is not within `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, f"not within {timeout_s:g} s: {what}"
        time.sleep(0.02)


@dataclass(slots=True)
class ValkeyServer:
    """A Valkey with the options of production in a folder of its own; a test may kill it and start it again."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.folder / "v.sock"

    @property
    def url(self) -> str:
        """Its REDIS_URL."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start, and return when it answers."""
        self.process = subprocess.Popen([binary(), *arguments(self.folder, self.socket)], stdout=subprocess.DEVNULL)
        wait_until(self._answers, "Valkey answers")

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self.url) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def kill(self) -> None:
        """Give it no chance to tidy up (kill -9)."""
        self.end(signal.SIGKILL)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop it with the signal `number` and wait for the end."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=PATIENCE_S)
            self.process = None


@contextmanager
def running_valkey() -> Iterator[ValkeyServer]:
    """A Valkey that is gone with its data afterwards."""
    with tempfile.TemporaryDirectory(prefix="wb-", dir=quick_folder()) as folder:
        server = ValkeyServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.end()


def postgres_binary(name: str) -> Path | None:
    """PostgreSQL's program `name` from the PATH or from Debian's folders, the newest first."""
    if found := shutil.which(name):
        return Path(found)
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda place: float(place.parts[-3]))
    return places[-1] if places else None


def unprivileged() -> str | None:
    """The user to run PostgreSQL as, which refuses root; None for the present one."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@contextmanager
def running_postgres(initdb: Path) -> Iterator[str]:
    """A PostgreSQL cluster on a unix socket; yields its folder, which is the socket's host name too."""
    user = unprivileged()
    with tempfile.TemporaryDirectory(prefix="wb-", dir=quick_folder()) as folder:
        if user is not None:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        create: list[str | Path] = [
            initdb,
            "-D",
            data,
            "-U",
            "wardbeat",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        subprocess.run(create, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)
        options = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", f"unix_socket_directories={folder}"]
        server: list[str | Path] = [initdb.resolve().with_name("postgres"), "-D", data, *options]
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(server, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            wait_until(lambda: _postgres_answers(folder), "PostgreSQL answers")
            yield folder
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=PATIENCE_S)


def _postgres_answers(folder: str) -> bool:
    try:
        psycopg.connect(host=folder, user="wardbeat", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def postgres_database(folder: str, name: str, model: str = "template1") -> Iterator[str]:
    """A fresh database in the cluster at `folder`, a copy of `model` (empty); yields its DATABASE_URL."""
    with psycopg.connect(host=folder, user="wardbeat", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{model}" STRATEGY FILE_COPY'.encode())
        try:
            yield f"postgresql+psycopg://wardbeat@/{name}?host={folder}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def chromium_executable() -> Path | None:
    """Chromium or Chrome on this machine."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    return next((place for place in CHROMIUM_PLACES if place.exists()), None)
