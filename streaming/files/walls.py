"""The walls around one file that is being read: limits of the system, and a hook that lets nothing else be opened.

An audit hook (PEP 578) cannot be taken off again: it holds until the process ends.
"""

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

from streaming.files.messages import Request

MOST_FILES = 64
MOST_WRITTEN = 1 << 32
_FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.kill", "ctypes.",
    "os.symlink", "os.link", "os.chmod", "os.chown", "os.rename", "os.remove", "os.rmdir", "shutil.", "urllib.",
    "ftplib.", "glob.", "os.putenv", "pty.", "winreg.",
)  # fmt: skip
_PLACES = ("open", "os.listdir", "os.scandir", "os.mkdir", "os.truncate")


def wall_in(request: Request) -> None:
    """From now on this process may use so much, and open nothing outside of the request's folder."""
    for limit, most in (
        (resource.RLIMIT_CPU, request.cpu_seconds),
        (resource.RLIMIT_AS, _size_now() + request.memory_bytes),
        (resource.RLIMIT_NOFILE, MOST_FILES),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS has no limit of addresses
            resource.setrlimit(limit, (most, most))
    os.chdir(request.folder)
    folder = os.path.realpath(request.folder) + os.sep
    sys.addaudithook(lambda event, arguments: _look(folder, event, arguments))


def _look(folder: str, event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is not allowed here")
    if event not in _PLACES or not arguments or isinstance(arguments[0], int):
        return
    place = os.path.realpath(os.fsdecode(arguments[0]))  # type: ignore[arg-type]  # a path, by the event's contract
    if not (place + os.sep).startswith(folder):
        raise PermissionError("nothing outside of the folder is opened")


def _size_now() -> int:
    """Bytes of addresses that the process has already."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()
