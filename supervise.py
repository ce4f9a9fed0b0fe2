"""Keep a list of processes alive until told to stop: what dies is started again, and nothing outlives its keeper.

    Procfile ──▶ Child per line ──▶ lines on one screen, each with its process's name in front

Generic: it knows nothing of ECG. honcho reads the Procfile and prints; honcho's own manager is not used because it
stops everything when one process ends.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from honcho.colour import get_colours
from honcho.printer import Message, Printer

LONGEST_BACK_OFF_S = 5.0
FIRST_BACK_OFF_S = 0.25
GOOD_LIFE_S = 10.0
STEP_PATIENCE_S = 1.0
"""A process that is slow to stop does not hold up the next one longer than this."""
STOP_PATIENCE_S = 7.0
LAST_PATIENCE_S = 1.0
"""Between the second request to stop (RQ: give up the job in hand) and the kill: 8 s in all."""
LONGEST_LINE = 1 << 20
PR_SET_PDEATHSIG = 1
"""linux/prctl.h"""


@dataclass(slots=True)
class BackOff:
    """How long to wait before the next start: not at all the first time, then 0.25 s, doubling up to 5 s.

    A process that lived `GOOD_LIFE_S` has earned a clean record.
    """

    failures: int = 0

    def after(self, lived_s: float) -> float:
        """Seconds to wait after a process has ended that lived `lived_s` seconds."""
        self.failures = 1 if lived_s >= GOOD_LIFE_S else self.failures + 1
        if self.failures == 1:
            return 0.0
        return float(min(LONGEST_BACK_OFF_S, FIRST_BACK_OFF_S * 2.0 ** (self.failures - 2)))


def die_with_parent() -> Callable[[], None] | None:
    """What a child does before it becomes its program: ask Linux to kill it when its keeper ends, however that ends.

    None elsewhere: macOS has no such request; there only an orderly stop ends the children.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    keeper = os.getpid()

    def request() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:
            os._exit(1)

    return request


@dataclass(slots=True)
class Screen:
    """Where all output goes; one colour for each name."""

    printer: Printer
    colours: dict[str, str]

    @classmethod
    def of(cls, names: Sequence[str]) -> "Screen":
        """A screen on standard output for processes called `names`."""
        width = max([len(name) for name in names], default=0)
        return cls(Printer(sys.stdout, width=width), dict(zip(names, get_colours(), strict=False)))

    def line(self, name: str, text: str) -> None:
        """Print `text` as said by `name`. A screen that has gone away is no reason to end."""
        message = Message("line", text or " ", datetime.now().astimezone(), name, self.colours.get(name))
        with contextlib.suppress(BrokenPipeError):
            self.printer.write(message)


@dataclass(slots=True)
class Child:
    """One line of the Procfile, alive in a process group of its own so that a signal reaches all it started."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    pids: Path
    screen: Screen
    process: asyncio.subprocess.Process | None = None
    back_off: BackOff = field(default_factory=BackOff)

    async def keep(self) -> None:
        """Start the command again and again until cancelled."""
        while True:
            born = time.monotonic()
            status = await self._live()
            wait_s = self.back_off.after(time.monotonic() - born)
            self.screen.line(
                self.name, f"ended ({reason(status)}); starts again {'now' if not wait_s else f'in {wait_s:g} s'}"
            )
            await asyncio.sleep(wait_s)

    async def _live(self) -> int:
        try:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                limit=LONGEST_LINE,
                process_group=0,
                preexec_fn=die_with_parent(),
            )
        except OSError as error:
            self.screen.line(self.name, f"cannot start: {error}")
            return 127
        (self.pids / self.name).write_text(f"{self.process.pid}\n")
        await self._relay(self.process)
        return await self.process.wait()

    async def _relay(self, process: asyncio.subprocess.Process) -> None:
        """Print what the process says until it ends (a grandchild may keep the pipe open longer)."""
        assert process.stdout is not None
        reading = asyncio.create_task(self._read(process.stdout))
        await process.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reading, 0.2)

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await stream.readline()
            except ValueError:
                line = b"(a line too long to show)"
            if not line:
                return
            self.screen.line(self.name, line.decode(errors="replace").rstrip("\r\n"))

    def send(self, number: signal.Signals) -> None:
        """Signal the whole process group, if there is one left."""
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    async def ended(self, timeout_s: float) -> None:
        """Wait for the end, but not longer than `timeout_s`."""
        if self.process is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), max(0.0, timeout_s))


def reason(status: int) -> str:
    """How a process ended, in words: its exit code, or the signal that killed it."""
    return f"exit code {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"


async def stop(children: Sequence[Child], hurry: asyncio.Event) -> None:
    """End `children` from the last to the first, each asked politely; what still lives after 8 s is killed.

    `hurry` (a second Ctrl-C) cuts the wait short.
    """
    asking = asyncio.create_task(_ask(children))
    hurrying = asyncio.create_task(hurry.wait())
    await asyncio.wait((asking, hurrying), timeout=STOP_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
    for task in (asking, hurrying):
        task.cancel()
    await _insist(children)
    for child in children:
        (child.pids / child.name).unlink(missing_ok=True)


async def _ask(children: Sequence[Child]) -> None:
    for child in reversed(children):
        child.send(signal.SIGTERM)
        await child.ended(STEP_PATIENCE_S)
    await asyncio.gather(*(child.ended(STOP_PATIENCE_S) for child in children))


async def _insist(children: Sequence[Child]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        for child in children:
            child.send(number)
        await asyncio.gather(*(child.ended(LAST_PATIENCE_S) for child in children))


async def supervise(
    commands: Mapping[str, Sequence[str]], pids: Path, beside: Callable[[Screen], Iterable[asyncio.Task[None]]]
) -> None:
    """Keep `commands` alive until SIGINT or SIGTERM; their process ids stand in the folder `pids` under their names.

    `beside` starts tasks that go on meanwhile (it is given the screen); they are cancelled at the end.
    """
    told, hurry = asyncio.Event(), asyncio.Event()

    def tell() -> None:
        (hurry if told.is_set() else told).set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, tell)
    screen = Screen.of(list(commands))
    environment = child_environment()
    pids.mkdir(mode=0o700, parents=True, exist_ok=True)
    children = [Child(name, command, environment, pids, screen) for name, command in commands.items()]
    tasks = [*(asyncio.create_task(child.keep()) for child in children), *beside(screen)]
    await told.wait()
    for task in tasks:
        task.cancel()
    await stop(children, hurry)


def child_environment() -> dict[str, str]:
    """The keeper's environment, with our own commands first on the PATH and output not held back in a buffer."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    return {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1"}
