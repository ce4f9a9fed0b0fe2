"""Processes of this machine that died: a neighbour sees it at once, where others must wait for a lease to run out.

The name of a process says on which machine it runs: one start of one system, and of its containers one, because the
same number is another process in each.
"""

import os
import secrets
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_CONTAINER = Path("/proc/self/ns/pid")


@cache
def _machine() -> str:
    """Empty where the system does not tell (it is no Linux)."""
    try:
        return f"{_BOOT.read_text().strip()}-{_CONTAINER.stat().st_ino}"
    except OSError:
        return ""


def own_name() -> str:
    """A name for this process that no other has, anywhere."""
    return f"{_machine() or 'somewhere'}:{os.getpid()}:{secrets.token_hex(4)}"


def is_dead(name: str) -> bool:
    """Whether the process that gave itself this name has surely ended. False where nobody can tell from here."""
    machine, _, rest = name.partition(":")
    number = rest.partition(":")[0]
    return machine == _machine() != "" and number.isdigit() and not Path("/proc", number).exists()
