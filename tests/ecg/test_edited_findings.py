"""What is made anew from edited beats is what the monitor would have told of these beats."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest

from ecg.beat_columns import BeatColumns, NetworkBeats, edited
from ecg.corrections import UNKNOWN_RR, BeatCorrection, Edits, NoiseStretch, with_edits
from ecg.edited_findings import STANDING, edited_episodes, steps
from ecg.edited_variability import edited_intervals, edited_shapes, edited_windows
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass, Rhythm
from ecg.monitor import HeartMonitor
from ecg.recording_numbers import edited_rates, edited_summary
from ecg.types import AfBurden, Beat, Event, QualityChange, RhythmEpisode, SettlingDue, SignalGap, VitalSigns

WINDOWED = ("nn_used", "rr_mean", "sdnn", "rmssd", "pnn50", "sd1", "sd2")
SHAPED = ("triangular_index", "lf", "hf", "total_power")
Item = Beat | QualityChange | SignalGap
MOODS = (
    (200, (0.93, 0.02, 0.03, 0.01, 0.01)),
    (120, (0.2, 0.05, 0.7, 0.03, 0.02)),
    (330, (0.9, 0.05, 0.03, 0.01, 0.01)),
    (240, (0.8, 0.1, 0.05, 0.03, 0.02)),
    (210, (0.45, 0.02, 0.5, 0.02, 0.01)),
    (160, (0.5, 0.45, 0.03, 0.01, 0.01)),
)
"""Usual RR, and how often each class comes."""


def life(seed: int, gaps: float = 0.0) -> list[Item]:
    """3,000 beats of a heart that changes its mood, in a signal that changes its quality."""
    rng = np.random.default_rng(seed)
    at, last, mood = 1000, -1, 0
    items: list[Item] = [QualityChange("r", 400, Quality.GOOD, QualityReason.NONE)]
    for _ in range(3000):
        mood = int(rng.integers(0, len(MOODS))) if rng.random() < 0.01 else mood
        rr = max(60, int(MOODS[mood][0] * rng.normal(1, 0.04))) + int(rng.random() < 0.003) * int(
            rng.integers(300, 1500)
        )
        at += rr
        if rng.random() < 0.004:
            quality = (Quality.GOOD, Quality.POOR, Quality.UNUSABLE)[rng.integers(0, 3)]
            items.append(QualityChange("r", at - 10, quality, QualityReason.NONE))
        if rng.random() < gaps:
            items.append(SignalGap("r", at - 20, at + 2000))
            at, last = at + 2400, -1
            items.append(QualityChange("r", at - 100, Quality.GOOD, QualityReason.NONE))
        items.append(beat(rng, at, None if last < 0 else at - last, mood))
        last = at
    return items


def beat(rng: np.random.Generator, at: int, rr: int | None, mood: int) -> Beat:
    kind, rhythm = int(rng.choice(5, p=MOODS[mood][1])), int(rng.choice(4, p=(0.6, 0.25, 0.1, 0.05)))
    return Beat("r", at, rr, BEAT_CLASSES[kind], RHYTHMS[rhythm], shares(rng, kind, 5), shares(rng, rhythm, 4))


def shares(rng: np.random.Generator, place: int, count: int) -> tuple[float, ...]:
    top = (0.45, 0.7, 0.95)[int(rng.choice(3, p=(0.1, 0.3, 0.6)))]
    known = np.full(count, (1 - top) / (count - 1), np.float32)
    known[place] = top
    return tuple(known.tolist())


def told(items: Sequence[Item]) -> list[Event | SettlingDue]:
    monitor = HeartMonitor("r")
    return [each for item in items for each in monitor.receive(item)]


def columns(items: Sequence[Item]) -> BeatColumns:
    known = [item for item in items if isinstance(item, Beat)]
    return NetworkBeats(
        np.array([each.index for each in known]),
        np.array([UNKNOWN_RR if each.rr is None else each.rr for each in known]),
        np.array([BEAT_CLASSES.index(each.beat_class) for each in known], np.int8),
        np.array([RHYTHMS.index(each.rhythm) for each in known], np.int8),
        np.array([each.class_probabilities + each.rhythm_probabilities for each in known], np.float32),
        np.full(len(known), -1, np.int8),
        np.zeros((len(known), 4), np.float32),
    ).columns()


def episodes(events: Sequence[Event | SettlingDue]) -> list[RhythmEpisode]:
    newest = {(each.finding, each.start): each for each in events if isinstance(each, RhythmEpisode)}
    return sorted(newest.values(), key=lambda each: (each.start, each.end or 0, each.finding.value))


def changes(items: Sequence[Item]) -> list[QualityChange]:
    return [item for item in items if isinstance(item, QualityChange)]


@pytest.mark.parametrize("seed", range(4))
def test_without_edits_it_is_what_the_monitor_told(seed: int) -> None:
    items = life(seed, gaps=0.001 * (seed % 2))
    events = told(items)
    edits = Edits(gaps=tuple((item.start, item.end) for item in items if isinstance(item, SignalGap)))
    beats = columns(items)
    course = steps(beats, changes(items), edits)
    known = episodes(events)
    assert edited_episodes("r", beats, course, [each for each in known if each.finding in STANDING], edits) == known
    assert len({each.finding for each in known}) > 4
    if edits.gaps:
        return
    shown = [each for each in events if isinstance(each, VitalSigns)]
    rates = edited_rates(beats, course, edits, known, shown[-1].index)
    assert rates.index.tolist() == [each.index for each in shown]
    assert rates.value.tolist() == pytest.approx([each.heart_rate or np.nan for each in shown], nan_ok=True)
    numbers = edited_summary(beats, course, rates, known, shown[-1].index)
    assert numbers.af_burden == pytest.approx([each.whole for each in events if isinstance(each, AfBurden)][-1], abs=2)
    assert numbers.total == len(beats.index)


def test_windows_hold_what_the_monitor_told_of_them() -> None:
    rng = np.random.default_rng(3)
    at, mostly, items = 300, (1.0, 0.0), [cast("Item", QualityChange("r", 0, Quality.GOOD, QualityReason.NONE))]
    for place in range(900):
        ectopic = rng.random() < 0.06
        at += (rr := int(200 * (1 + 0.1 * np.sin(place / 6)) * (0.6 if ectopic else 1) + rng.normal(0, 4)))
        shares = (0.02, 0.0, 0.98, 0.0, 0.0) if ectopic else (0.98, 0.0, 0.02, 0.0, 0.0)
        kind = BeatClass.VENTRICULAR if ectopic else BeatClass.NORMAL
        items.append(Beat("r", at, rr if place else None, kind, Rhythm.NORMAL, shares, (*mostly, 0.0, 0.0)))
        if place == 500:
            at += 900
            items.append(QualityChange("r", at - 700, Quality.POOR, QualityReason.NONE))
            items.append(QualityChange("r", at - 300, Quality.GOOD, QualityReason.NONE))
    shown = [each for each in told(items) if isinstance(each, VitalSigns) and each.heart_rate is not None]
    moments, beats = np.array([each.index for each in shown]), columns(items)
    course = steps(beats, changes(items), Edits())
    for of, names in (
        (edited_windows(beats, course, moments), WINDOWED),
        (edited_shapes(beats, course, moments), SHAPED),
    ):
        for name in names:
            as_told = [np.nan if (value := getattr(each, name)) is None else value for each in shown]
            assert getattr(of, name).tolist() == pytest.approx(as_told, nan_ok=True), name
            assert np.isfinite(getattr(of, name)).sum() > 20, name


def test_a_relabelled_beat_changes_what_hangs_on_it_as_if_the_network_had_said_so() -> None:
    items = life(2)
    chosen = [item.index for item in items if isinstance(item, Beat) and item.rhythm is not Rhythm.NOISE][::7]
    said = tuple(BeatCorrection("r", index, BeatClass.VENTRICULAR) for index in chosen)
    lived = [
        said[chosen.index(item.index)].of(item) if isinstance(item, Beat) and item.index in chosen else item
        for item in items
    ]
    edits = Edits(said)
    beats = edited(columns(items), edits)
    course = steps(beats, changes(items), edits)
    stood = [each for each in episodes(told(items)) if each.finding in STANDING]
    made = edited_episodes("r", beats, course, stood, edits)
    assert made == episodes(told(lived))


def test_added_and_deleted_beats_and_noise_change_rr_alike_in_rows_and_columns() -> None:
    items = life(5)
    known = [item for item in items if isinstance(item, Beat)]
    said = (
        BeatCorrection("r", known[10].index, None),
        BeatCorrection("r", known[20].index + 40, BeatClass.NORMAL),
        BeatCorrection("r", known[30].index, BeatClass.FUSION),
    )
    edits = Edits(said, (NoiseStretch(known[50].index - 5, known[60].index + 5),))
    beats = edited(columns(items), edits)
    rows = with_edits(known, edits)
    assert beats.index.tolist() == [each.index for each in rows]
    assert beats.rr.tolist() == [UNKNOWN_RR if each.rr is None else each.rr for each in rows]
    assert beats.signs() == "".join(each.sign for each in rows)
    assert len(rows) == len(known) - 1 + 1 - 11
    by_index = {each.index: each.rr for each in rows}
    assert by_index[known[11].index] == known[11].index - known[9].index
    assert by_index[known[20].index + 40] == 40
    assert by_index[known[61].index] is None, "no interval crosses noise"
    course = steps(beats, changes(items), edits)
    paused = edited_episodes("r", beats, course, [], edits)
    assert not any(
        each.start < known[60].index and (each.end or 0) > known[50].index + 5
        for each in paused
        if each.finding is Finding.PAUSE
    )
    assert edited_intervals(beats, course).nn_used is not None


def test_a_deleted_beat_leaves_a_pause_where_the_heart_paused() -> None:
    rng = np.random.default_rng(1)
    steady = [beat(rng, 1000 + 300 * place, 300 if place else None, 0) for place in range(40)]
    items: list[Item] = [QualityChange("r", 0, Quality.GOOD, QualityReason.NONE), *steady]
    edits = Edits((BeatCorrection("r", steady[20].index, None),))
    beats = edited(columns(items), edits)
    made = edited_episodes("r", beats, steps(beats, changes(items), edits), [], edits)
    paused = [(each.start, each.end) for each in made if each.finding is Finding.PAUSE]
    assert paused == [(steady[19].index, steady[21].index)]
