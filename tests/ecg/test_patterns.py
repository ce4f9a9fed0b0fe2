"""Patterns of ventricular beats, each alone: bigeminy and trigeminy, fast runs, couplets."""

from collections.abc import Callable

import pytest

from ecg.criteria import Change
from ecg.patterns import Cycle, FastRun, Pair
from ecg.rates import to_samples

Pattern = Cycle | FastRun | Pair


def told(pattern: Pattern, marks: str, rr: float = 1.0) -> list[Change]:
    """What is told of beats "V" and "N", `rr` s apart; "|" is an interruption. In beats, not in samples."""
    changes, place = [], 0
    for mark in marks:
        if mark == "|":
            pattern.interrupt()
            continue
        if change := pattern.receive(place * to_samples(rr), mark == "V"):
            changes.append(change)
        place += 1
    step = to_samples(rr)
    return [(start // step, None if end is None else end // step) for start, end in changes]


@pytest.mark.parametrize(
    ("marks", "changes"),
    [
        ("NNVNN" + "VNN" * 2 + "NNNNNN", [(2, None), (2, 10)]),
        ("NNN" + "VNN" * 2 + "NNNN", []),
        ("NN" + "VNN" * 4 + "NNN" + "VNN" * 3, [(2, None)]),
        ("VN" * 9, []),
        ("VNN|" * 6, []),
        ("NN" + "VNN" * 3 + "VVVVVV", [(2, None), (2, 11)]),
    ],
    ids=["begins and ends", "two cycles", "one miss", "bigeminy", "interrupted", "turns into a run"],
)
def test_trigeminy_is_one_ventricular_beat_in_three(marks: str, changes: list[Change]) -> None:
    assert told(Cycle(3), marks) == changes


def test_trigeminy_is_no_bigeminy() -> None:
    assert told(Cycle(2), "VNN" * 20) == []


@pytest.mark.parametrize(
    ("marks", "rr", "changes"),
    [
        ("NVVVVN", 0.4, []),
        ("NVVVVVNN", 0.4, [(1, None), (1, 5)]),
        ("NVVVVVNVVVNN", 0.4, [(1, None), (1, 9)]),
        ("NVVVVVVVN", 0.61, []),
        ("NVVV|VVVN", 0.4, []),
    ],
    ids=["four", "five", "one miss", "slow", "interrupted"],
)
def test_a_fast_run_has_five_beats_at_100(marks: str, rr: float, changes: list[Change]) -> None:
    assert told(FastRun(5, to_samples(0.6), to_samples(0.667)), marks, rr) == changes


def test_a_fast_run_that_slows_down_ends_with_the_last_fast_beat() -> None:
    run, index, changes = FastRun(5, to_samples(0.6), to_samples(0.667)), 0, []
    for rr in [0.4] * 10 + [0.9] * 6:
        index += to_samples(rr)
        if change := run.receive(index, True):
            changes.append(change)
    assert changes[0] == (100, None)
    assert changes[1][0] == 100 and 1000 <= (changes[1][1] or 0) < index - 2 * to_samples(0.9)
    assert len(changes) == 2


@pytest.mark.parametrize(
    ("marks", "changes"),
    [
        ("NVVN", [(1, 2)]),
        ("NVN", []),
        ("NVVVN", []),
        ("NVVNVVN", [(1, 2), (4, 5)]),
        ("VVN", []),
        ("NV|VN", []),
        ("NN|VVN", []),
        ("NVV", []),
    ],
)
def test_a_couplet_is_two_between_others_and_told_when_it_is_over(marks: str, changes: list[Change]) -> None:
    assert told(Pair(), marks) == changes


@pytest.mark.parametrize("cut", range(1, 30, 3))
@pytest.mark.parametrize("make", [lambda: Cycle(2), lambda: Cycle(3), lambda: FastRun(5, 250, 280), Pair])
def test_a_snapshot_changes_nothing(make: Callable[[], Pattern], cut: int) -> None:
    marks = "NVVNVNNVNNVNNNVVVVVVNNVNVNVNVNNVVN"
    whole = make()
    expected = [whole.receive(place * 250, mark == "V") for place, mark in enumerate(marks)]
    assert any(expected)
    first, second = make(), make()
    found = [first.receive(place * 250, mark == "V") for place, mark in enumerate(marks[:cut])]
    second.restore(first.snapshot())
    found += [second.receive((cut + place) * 250, mark == "V") for place, mark in enumerate(marks[cut:])]
    assert found == expected
