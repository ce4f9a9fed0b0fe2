"""CPU time of a Chromium's threads, by what they are for, from Linux' own count of each thread."""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

PAGE, WORKERS, PAINTING, BROWSER = "page", "workers and line", "painting", "browser"
_THROTTLE = "CPUThrottlingTh"
_PAINTERS = ("Compositor", "VizCompositor", "CrGpuMain", "Chrome_InProcGpu", "CompositorTile")


def thread_seconds() -> dict[str, float]:
    """Seconds so far of all browsers that this process has started: `PAGE` is the main thread of the renderers,
    `WORKERS` their other threads but the painting ones, `PAINTING` compositor, raster and GPU process (all of it in
    software where there is no GPU), `BROWSER` the rest: network, IndexedDB, the browser itself. Chromium's own thread
    that slows pages down is left out.
    """
    found: dict[str, float] = defaultdict(float)
    for process in _chromium():
        with suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            kind = _kind(process.cmdline())
            for thread in (Path("/proc") / str(process.pid) / "task").iterdir():
                name = (thread / "comm").read_text().strip()
                if name == _THROTTLE:
                    continue
                found[_use(kind, name, int(thread.name) == process.pid)] += _seconds(thread)
    return found


def _chromium() -> Iterator[psutil.Process]:
    for process in psutil.Process(os.getpid()).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "chrom" in process.name():
                yield process


def _kind(words: list[str]) -> str:
    return next((word.removeprefix("--type=") for word in words if word.startswith("--type=")), "browser")


def _use(kind: str, thread: str, is_main: bool) -> str:
    if kind == "gpu-process" or thread.startswith(_PAINTERS):
        return PAINTING
    if kind != "renderer":
        return BROWSER
    return PAGE if is_main else WORKERS


def _seconds(thread: Path) -> float:
    return int((thread / "schedstat").read_text().split()[0]) / 1e9
