"""Findings: when they begin, when they end, and that neither flutters."""

from dataclasses import replace

import pytest

from ecg.ectopy import RUNS
from ecg.findings import Finding
from ecg.limits import Limits
from ecg.rhythm import RhythmWatch
from ecg.types import Beat, RhythmEpisode
from tests.ecg.heartbeats import RECORDING, beats

TURNS = "VN" * 3


def _watch(made: list[Beat]) -> tuple[RhythmWatch, list[RhythmEpisode]]:
    watch = RhythmWatch(RECORDING, Limits())
    return watch, [episode for one in made for episode in watch.receive(one)]


def _episodes(made: list[Beat], finding: Finding) -> list[tuple[int, int | None]]:
    """Positions in `made` of start and end of every change told."""
    position = {one.index: at for at, one in enumerate(made)}
    _, told = _watch(made)
    return [(position[e.start], None if e.end is None else position[e.end]) for e in told if e.finding is finding]


def test_plain_sinus_rhythm_is_no_finding() -> None:
    watch, told = _watch(beats("N" * 100, 0.8))
    assert told == [] and watch.finding is None


def test_fibrillation_begins_at_the_first_of_its_beats_and_ends_at_the_last() -> None:
    made = beats("N" * 60, 0.8, "N" * 20 + "A" * 20 + "N" * 20)
    assert _episodes(made, Finding.ATRIAL_FIBRILLATION) == [(20, None), (20, 39)]


def test_single_votes_neither_open_nor_close_an_episode() -> None:
    flutter = "N" * 10 + "AANNA" * 2 + "A" * 10 + "NNA" + "A" * 7 + "NN" + "A" * 10
    made = beats("N" * len(flutter), 0.8, flutter)
    assert len(_episodes(made, Finding.ATRIAL_FIBRILLATION)) == 1
    sparse = "NNA" * 20
    assert _episodes(beats("N" * 60, 0.8, sparse), Finding.ATRIAL_FIBRILLATION) == []


def test_noise_does_not_vote_on_the_rhythm() -> None:
    made = beats("N" * 50, 0.8, "A" * 20 + "~" * 15 + "A" * 15)
    assert _episodes(made, Finding.ATRIAL_FIBRILLATION) == [(0, None)]
    assert _episodes(made, Finding.NOISE) == [(20, None), (20, 34)]


def test_other_rhythm() -> None:
    made = beats("N" * 40, 0.8, "N" * 5 + "O" * 20 + "N" * 15)
    assert _episodes(made, Finding.OTHER_RHYTHM) == [(5, None), (5, 24)]


@pytest.mark.parametrize(("run", "told"), [("VV", []), ("VVV", [(5, None), (5, 7)]), ("VVVVNVV", [(5, None), (5, 11)])])
def test_a_ventricular_run_is_three_or_more(run: str, told: list[tuple[int, int | None]]) -> None:
    assert _episodes(beats("N" * 5 + run + "N" * 10, 0.5), Finding.VENTRICULAR_RUN) == told


def test_bigeminy_needs_three_pairs_and_forgives_one_miss() -> None:
    assert _episodes(beats("NNN" + "VN" * 2 + "NNN", 0.8), Finding.BIGEMINY) == []
    made = beats("NN" + "VN" * 5 + "NN" + "VN" * 5 + "NNNNNN", 0.8)
    assert _episodes(made, Finding.BIGEMINY) == [(2, None), (2, 23)]


def test_bigeminy_that_turns_into_a_run_ends() -> None:
    made = beats(TURNS * 2 + "VVVVVV", 0.8)
    assert [end for _, end in _episodes(made, Finding.BIGEMINY)] == [None, 12]
    assert _episodes(made, Finding.VENTRICULAR_RUN) == [(12, None)]


def test_slow_and_fast_have_a_margin() -> None:
    rr = [0.8] * 20 + [1.3] * 20 + [1.17] * 20 + [0.8] * 20 + [0.5] * 20 + [0.61] * 20 + [0.8] * 20
    made = beats("N" * len(rr), rr)
    slow, fast = _episodes(made, Finding.BRADYCARDIA), _episodes(made, Finding.TACHYCARDIA)
    assert [end is None for _, end in slow] == [True, False] == [end is None for _, end in fast]
    assert 16 <= slow[0][0] <= 20 and 60 <= (slow[1][1] or 0) <= 68
    assert 76 <= fast[0][0] <= 80 and 120 <= (fast[1][1] or 0) <= 128


def test_one_long_interval_is_no_bradycardia() -> None:
    made = beats("N" * 30, [0.9] * 15 + [4.0] + [0.9] * 14)
    assert _episodes(made, Finding.BRADYCARDIA) == []


def test_fast_fibrillation_is_not_called_tachycardia() -> None:
    made = beats("N" * 60, 0.5, "N" * 20 + "A" * 40)
    assert [end is None for _, end in _episodes(made, Finding.TACHYCARDIA)] == [True, False]
    watch, _ = _watch(made)
    assert watch.finding is Finding.ATRIAL_FIBRILLATION


def test_the_graver_finding_gives_the_words() -> None:
    watch, _ = _watch(beats("N" * 20 + "VVV", 0.5, "A" * 20 + "OOO"))
    assert watch.finding is Finding.VENTRICULAR_RUN


def test_losing_the_signal_closes_everything_at_the_last_beat() -> None:
    made = beats("N" * 20 + "VVV", 1.3, "A" * 23)
    watch, told = _watch(made)
    closed = watch.close(made[-1].index, made[-1].index + 300)
    opened = {episode.finding: episode.start for episode in told}
    assert {e.finding: e.start for e in closed} == opened
    assert {e.end for e in closed} == {made[-1].index}
    assert len(closed) == 3 and watch.finding is None and watch.close(0, 0) == []


def test_no_run_reaches_across_an_unusable_stretch() -> None:
    made = beats("NVVVVV", 0.5)
    watch = RhythmWatch(RECORDING, Limits())
    told = [e for one in made[:3] for e in watch.receive(one)]
    told += watch.disregard(made[3].index)
    told += [e for one in made[4:] for e in watch.receive(one)]
    assert told == []


def _doubted(made: list[Beat]) -> list[Finding]:
    """What begins in beats of which all after the first two stand in a poor signal."""
    watch = RhythmWatch(RECORDING, Limits())
    told = [e for one in made[:2] for e in watch.receive(one)] + watch.become_poor(made[1].index + 1)
    told += [e for one in made[2:] for e in watch.doubt(one)]
    return [episode.finding for episode in told if episode.end is None]


def test_a_poor_signal_does_not_hide_a_ventricular_run() -> None:
    assert _doubted(beats("NVVVN", 0.5)) == [Finding.VENTRICULAR_RUN]
    assert _doubted(beats("NNVVVVVN", 0.4)) == [Finding.VENTRICULAR_RUN, Finding.VENTRICULAR_TACHYCARDIA]
    assert _doubted(beats("NNVVNVVNVVN", 0.4)) == []
    assert _doubted(beats("NNNNSSSSS", 0.4)) == [Finding.NOISE]


def test_noise_that_looks_ventricular_is_no_run() -> None:
    made = beats("NNVVVVVV", 0.4)
    unsure = [replace(one, class_probabilities=(0.1, 0.05, 0.8, 0.05, 0.0)) for one in made]
    assert _doubted(unsure) == [Finding.NOISE]
    assert _doubted(beats("NNVVVVVV", 0.4, "NN" + "~" * 6)) == [Finding.NOISE]


def test_a_run_that_nobody_vouches_for_any_more_ends() -> None:
    made = beats("N" * 5 + "VVVVV" + "NN", 0.4)
    watch, _ = _watch(made[:10])
    assert watch.run is Finding.VENTRICULAR_TACHYCARDIA
    ended = [e for one in made[10:] for e in watch.doubt(one)]
    assert {e.finding: e.end for e in ended if e.end} == dict.fromkeys(RUNS, made[9].index)
    assert watch.run is None


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_snapshot_anywhere_changes_nothing(cut: int) -> None:
    made = beats("N" * 20 + "VN" * 10 + "VVVVV" + "N" * 15, 0.5, "NNNNNAAAAAAAAAA~~~~~~~" + "O" * 38)
    _, whole = _watch(made)
    first, second = RhythmWatch(RECORDING, Limits()), RhythmWatch(RECORDING, Limits())
    told = [e for one in made[:cut] for e in first.receive(one)]
    second.restore(first.snapshot())
    assert told + [e for one in made[cut:] for e in second.receive(one)] == whole
