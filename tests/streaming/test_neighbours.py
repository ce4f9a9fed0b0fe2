"""Whether a process has died is said only of this machine's own, and only when it is sure."""

import subprocess
import sys
from pathlib import Path

import pytest

from streaming.neighbours import is_dead, own_name

ROOT = Path(__file__).parents[2]
NAME_AND_WAIT = "from streaming.neighbours import own_name; print(own_name(), flush=True); input()"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which start of which system this is")


def test_a_killed_neighbour_is_dead_and_a_living_one_is_not() -> None:
    words = [sys.executable, "-c", NAME_AND_WAIT]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as neighbour:
        assert neighbour.stdout is not None
        name = neighbour.stdout.readline().strip()
        assert not is_dead(name)
        neighbour.kill()
        neighbour.wait()
        assert is_dead(name)


def test_nothing_is_said_of_other_machines() -> None:
    machine, _, rest = own_name().partition(":")
    assert not is_dead(f"another:{rest}")
    assert not is_dead(f"{machine}-other:999999999:x")
    assert not is_dead("no name at all")
    assert is_dead(f"{machine}:999999999:x")
