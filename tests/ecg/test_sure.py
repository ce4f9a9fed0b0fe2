"""What is not sure: the sign it is drawn with, and that no finding is built on it."""

from dataclasses import replace

import pytest

from ecg.findings import Finding
from ecg.labels import BEAT_CLASSES, CLASS_SURE, RHYTHM_SURE, RHYTHMS, BeatClass, Rhythm
from ecg.limits import Limits
from ecg.rhythm import RhythmWatch
from ecg.settled import with_settled_rhythms
from ecg.types import Beat, RhythmEpisode, SettledRhythm
from tests.ecg.heartbeats import RECORDING, beats


def spread(labels: tuple[str, ...], named: str, highest: float) -> tuple[float, ...]:
    """Probabilities with `highest` for `named`, the rest divided among the others."""
    return tuple(highest if label == named else (1 - highest) / (len(labels) - 1) for label in labels)


def unsure(beat: Beat) -> Beat:
    """The same answers, each just below its threshold."""
    classes = spread(BEAT_CLASSES, beat.beat_class, CLASS_SURE - 0.01)
    return replace(beat, class_probabilities=classes, rhythm_probabilities=_rhythms(beat.rhythm, RHYTHM_SURE - 0.01))


def _rhythms(rhythm: Rhythm, highest: float) -> tuple[float, ...]:
    return spread(RHYTHMS, rhythm, highest)


def _told(made: list[Beat]) -> list[RhythmEpisode]:
    watch = RhythmWatch(RECORDING, Limits())
    return [episode for one in made for episode in watch.receive(one)]


def _findings(made: list[Beat]) -> set[Finding]:
    return {episode.finding for episode in _told(made)}


@pytest.mark.parametrize(
    ("letters", "surenesses", "sign"),
    [
        ("NN", (0.6, 0.5), "N"),
        ("NN", (0.59, 1.0), "Q"),
        ("NA", (1.0, 0.5), "A"),
        ("NA", (1.0, 0.49), "Q"),
        ("VA", (0.6, 0.3), "V"),
        ("VA", (0.59, 1.0), "Q"),
        ("V~", (1.0, 0.5), "~"),
        ("V~", (1.0, 0.49), "V"),
        ("N~", (1.0, 0.49), "Q"),
        ("QN", (1.0, 1.0), "Q"),
    ],
)
def test_the_sign_is_noise_then_class_then_rhythm_each_only_where_sure(
    letters: str, surenesses: tuple[float, float], sign: str
) -> None:
    beat_class, rhythm = BeatClass(letters[0]), Rhythm(letters[1])
    classes = spread(BEAT_CLASSES, beat_class, surenesses[0])
    assert Beat(RECORDING, 1, None, beat_class, rhythm, classes, _rhythms(rhythm, surenesses[1])).sign == sign


@pytest.mark.parametrize(
    ("classes", "rhythm", "finding"),
    [
        ("N" * 30, "A", Finding.ATRIAL_FIBRILLATION),
        ("N" * 30, "O", Finding.OTHER_RHYTHM),
        ("N" * 30, "~", Finding.NOISE),
        ("V" * 30, "N", Finding.VENTRICULAR_RUN),
        ("VN" * 15, "N", Finding.BIGEMINY),
    ],
)
def test_nothing_is_found_in_unsure_beats_but_that(classes: str, rhythm: str, finding: Finding) -> None:
    made = beats(classes, 0.8, rhythm)
    assert finding in _findings(made)
    assert _findings([unsure(one) for one in made]) == {Finding.NOT_SURE}


def test_an_unsure_beat_does_not_count_to_a_run() -> None:
    made = beats("NNVVVNN", 0.5)
    assert Finding.VENTRICULAR_RUN not in _findings([*made[:3], unsure(made[3]), *made[4:]])


def test_fibrillation_does_not_last_by_unsure_beats_and_ends_at_the_last_sure_one() -> None:
    made = beats("N" * 40, 0.8, "A")
    doubted = [*made[:20], *(unsure(one) for one in made[20:])]
    told = [e for e in _told(doubted) if e.finding is Finding.ATRIAL_FIBRILLATION]
    assert [episode.end for episode in told] == [None, made[19].index]


def test_not_sure_is_said_after_six_of_ten_and_taken_back_after_two_of_ten() -> None:
    made = beats("N" * 50, 0.8)
    doubted = [*made[:20], *(unsure(one) for one in made[20:30]), *made[30:]]
    told = [e for e in _told(doubted) if e.finding is Finding.NOT_SURE]
    assert [(e.start, e.end) for e in told] == [(made[20].index, None), (made[20].index, made[29].index)]


def test_a_settled_rhythm_takes_the_place_of_the_live_one_and_of_nothing_else() -> None:
    made = beats("NVN", 0.8)
    settled = SettledRhythm(RECORDING, made[1].index, Rhythm.OTHER, _rhythms(Rhythm.OTHER, 0.7))
    stray = SettledRhythm(RECORDING, 7, Rhythm.OTHER, _rhythms(Rhythm.OTHER, 0.7))
    shown = with_settled_rhythms(made, [settled, stray])
    assert [one.rhythm for one in shown] == [Rhythm.NORMAL, Rhythm.OTHER, Rhythm.NORMAL]
    assert [one.sign for one in shown] == ["N", "V", "N"]
    assert shown[1] == replace(made[1], rhythm=settled.rhythm, rhythm_probabilities=settled.rhythm_probabilities)
