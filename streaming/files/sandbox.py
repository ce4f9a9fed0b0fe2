"""Reading strangers' files from outside: every file in a process of its own, with limits. Nothing is parsed in here."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import msgspec

from streaming.files.facts import Choice, FileRefusedError, Look, ReadLead, Refusal
from streaming.files.messages import MOST_ANSWER, Answer, Request, as_line, read_answer

LOOK_SECONDS, READ_SECONDS = 10, 120
MEMORY_BYTES = 600 << 20
"""Above what the libraries take, and the size of the files, which may be mapped."""
START_SECONDS = 60.0
GRACE_SECONDS = 10.0


class Sandbox:
    """One reader process, started when it is first needed and again when it died. May be used from any thread."""

    def __init__(self, look_seconds: int = LOOK_SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        self._look_seconds = look_seconds
        self._memory_bytes = memory_bytes

    def look(self, folder: Path, names: Sequence[str]) -> Look:
        """What these files of `folder` are. Raises FileRefusedError."""
        answer = self._ask(folder, names, None, "", self._look_seconds)
        if answer.look is None:
            raise _refused(answer)
        return answer.look

    def read(self, folder: Path, names: Sequence[str], choice: Choice, out: str) -> ReadLead:
        """Read a lead; its samples are then in the file `out` of `folder`. Raises FileRefusedError."""
        answer = self._ask(folder, names, choice, out, READ_SECONDS)
        if answer.lead is None:
            raise _refused(answer)
        return answer.lead

    def close(self) -> None:
        """End the reader."""
        with self._lock:
            self._end()

    def _ask(self, folder: Path, names: Sequence[str], choice: Choice | None, out: str, seconds: int) -> Answer:
        size = sum((folder / name).stat().st_size for name in names)
        memory = self._memory_bytes + size
        request = Request(str(folder.resolve()), tuple(names), choice, out, seconds, 2.0 * seconds, memory)
        with self._lock:
            try:
                process = self._running()
                assert process.stdin is not None
                process.stdin.write(as_line(request))
                process.stdin.flush()
                return read_answer(_line(process, 2.0 * seconds + GRACE_SECONDS))
            except (OSError, msgspec.DecodeError):
                self._end()
                return Answer(refusal=Refusal("files.killed", {}))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
            command = [sys.executable, "-m", "streaming.files.child"]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, bufsize=0)
            _line(self._process, START_SECONDS)
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None


def _line(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """The next line that the process writes. Raises OSError when none comes."""
    assert process.stdout is not None
    output, end, line = process.stdout.fileno(), time.monotonic() + seconds, b""
    while not line.endswith(b"\n"):
        ready = select.select([output], [], [], max(0.0, end - time.monotonic()))[0]
        piece = os.read(output, 1 << 16) if ready else b""
        if not piece or len(line) > MOST_ANSWER:
            raise OSError("the reader of files does not answer")
        line += piece
    return line


def _refused(answer: Answer) -> FileRefusedError:
    error = FileRefusedError("broken")
    error.refusal = answer.refusal or Refusal("files.broken", {"why": ""})
    return error
