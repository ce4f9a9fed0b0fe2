"""The process that reads strangers' files, `python -m streaming.files.child`: requests come in, answers go out.

It loads the libraries once and never reads a file itself: for each request it forks a child, walls that in
(`streaming.files.walls`), and ends it when its time is over. So a file can kill nothing but its own reader.
"""

import os
import select
import signal
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from streaming.files.facts import Choice, FileRefusedError, Refusal
from streaming.files.look import look, read
from streaming.files.messages import MOST_ANSWER, Answer, Request, as_line, read_request
from streaming.files.small_files import write_small_files
from streaming.files.walls import wall_in


def main() -> None:
    """Answer requests until the input ends."""
    warm_up()
    output = sys.stdout.buffer
    output.write(b"ready\n")
    output.flush()
    for line in sys.stdin.buffer:
        output.write(answer(line))
        output.flush()


def warm_up() -> None:
    """Read a small file of each kind, so that the libraries have opened all that they ever open."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for names in write_small_files(folder):
            look(folder, names)
            read(folder, names, Choice(0, 250.0, 1.0), folder / "out")


def answer(line: bytes) -> bytes:
    """The answer to one request, whatever the file does to its reader."""
    try:
        request = read_request(line)
    except msgspec.DecodeError:
        return as_line(Answer(refusal=Refusal("files.killed", {})))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(request, writing)
    os.close(writing)
    try:
        return _collect(request, reading, child)
    finally:
        os.close(reading)


def _be_child(request: Request, writing: int) -> None:
    """Never returns."""
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        wall_in(request)
        line = as_line(_done(request))
        while line:
            line = line[os.write(writing, line) :]
    finally:
        os._exit(0)


def _done(request: Request) -> Answer:
    folder = Path(request.folder)
    try:
        if request.choice is None:
            return Answer(look=look(folder, request.names))
        return Answer(lead=read(folder, request.names, request.choice, folder / request.out))
    except FileRefusedError as error:
        return Answer(refusal=error.refusal)
    except MemoryError:
        return Answer(refusal=Refusal("files.memory", {"most": str(request.memory_bytes >> 20)}))
    except Exception as error:  # whatever a library raises for a stranger's bytes
        return Answer(refusal=Refusal("files.broken", {"why": type(error).__name__}))


def _collect(request: Request, reading: int, child: int) -> bytes:
    end = time.monotonic() + request.wall_seconds
    line = b""
    while (left := end - time.monotonic()) > 0 and len(line) < MOST_ANSWER and not line.endswith(b"\n"):
        if not select.select([reading], [], [], left)[0]:
            break
        piece = os.read(reading, 1 << 16)
        if not piece:
            break
        line += piece
    timed_out = time.monotonic() >= end
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if line.endswith(b"\n"):
        return line
    over = timed_out or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU)
    key, facts = ("files.time", {"most": str(request.cpu_seconds)}) if over else ("files.killed", {})
    return as_line(Answer(refusal=Refusal(key, facts)))


if __name__ == "__main__":
    main()
