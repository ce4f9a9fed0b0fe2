"""What the processes of a running ward cost: CPU time and memory, by their name in the Procfile."""

import psutil

from tests.ward import Ward

KEEPER = "up"


def cpu_seconds(ward: Ward) -> dict[str, float]:
    """User and system seconds so far, children included."""
    return {name: sum(_seconds(one) for one in family) for name, family in _families(ward).items()}


def memory_mb(ward: Ward) -> dict[str, float]:
    """Proportional set size in MB (shared pages are counted once over all processes), children included."""
    return {name: sum(_megabytes(one) for one in family) for name, family in _families(ward).items()}


def _families(ward: Ward) -> dict[str, list[psutil.Process]]:
    assert ward.process is not None
    keeper = psutil.Process(ward.process.pid)
    named = {place.name: ward.pid(place.name) for place in (ward.var_dir / "pids").iterdir()}
    families = {name: psutil.Process(pid) for name, pid in named.items() if pid}
    return {KEEPER: [keeper]} | {name: [one, *one.children(recursive=True)] for name, one in families.items()}


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _megabytes(process: psutil.Process) -> float:
    memory = process.memory_full_info()
    return float(getattr(memory, "pss", memory.uss)) / 2**20
