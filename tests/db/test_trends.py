"""Trends, episodes and absences of hours and weeks, from rows that are folded and from those that are not yet."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import Engine, text

from db.engine import reading
from db.provision import provision_demo
from db.store import NewSegment, store_batch
from db.stretches import absences, listed_episodes, stretches
from db.trends import trend
from ecg.findings import Finding
from ecg.types import RhythmEpisode, VitalSigns
from tests.db import hearts

STARTED_MS = 1_700_001_000_000  # a multiple of every step
HOURS = 3
LATER_MS = 4 * 3_600_000


def vital(index: int, rate: float | None, name: str = hearts.RECORDING) -> VitalSigns:
    return replace(hearts.vital_signs(index, rate), recording=name, sdnn=None if rate is None else rate / 2)


def announce(engine: Engine) -> None:
    """A recording of three hours of which little came, and one that began four hours after it."""
    device = provision_demo(engine, 1)[0].device_id
    facts = [
        hearts.announced(device, name, STARTED_MS + at) for name, at in ((hearts.RECORDING, 0), ("later", LATER_MS))
    ]
    segments = [NewSegment(hearts.RECORDING, a, np.zeros(1000, np.int16)) for a in (0, 2_699_000)]
    store_batch(engine, {}, facts, [*segments, NewSegment("later", 0, np.zeros(40_000, np.int16))], [])


def tell(engine: Engine) -> list[VitalSigns]:
    """Vital signs of both with a gap and poor signal, told in batches; all in the time of the first."""
    rng = np.random.default_rng(1)
    points = [i for i in range(500, HOURS * 900_000, 2500) if not 1_000_000 <= i < 1_050_000]
    made = [vital(i, None if 300_000 <= i < 360_000 else float(rng.uniform(50, 90))) for i in points]
    for at in range(0, len(made), 377):
        store_batch(engine, {}, [], [], made[at : at + 377])
    later = [vital(i, 100.0, "later") for i in range(500, 40_000, 500)]
    store_batch(engine, {}, [], [], later)
    return [*made, *(replace(each, index=each.index + LATER_MS // 4) for each in later)]


def expected(told: list[VitalSigns], step_ms: int, count: int) -> dict[int, tuple[float, float, float]]:
    groups: dict[int, list[float]] = {}
    for each in told:
        if each.heart_rate is not None:
            groups.setdefault(each.index * 4 // step_ms, []).append(each.heart_rate)
    return {k: (min(v), float(np.mean(v)), max(v)) for k, v in groups.items() if k < count}


def test_every_length_tells_lowest_mean_and_highest_and_blank_where_there_was_nothing(engine: Engine) -> None:
    announce(engine)
    told = tell(engine)
    with reading(engine) as connection:
        folded = connection.execute(text("SELECT recording_id, count(*) FROM trend GROUP BY recording_id")).all()
    assert {row[0]: row[1] for row in folded} == {hearts.RECORDING: 176, "later": 2}, "all but the newest and the gap"
    for step_ms, count in ((5_000, 720), (20_000, 720), (60_000, 720), (120_000, 720), (1_800_000, 672)):
        seen = trend(engine, 1, STARTED_MS, step_ms, count)
        wanted = expected(told, step_ms, count)
        assert set(np.flatnonzero(np.isfinite(seen.heart_rate.mean)).tolist()) == set(wanted)
        for place, numbers in wanted.items():
            band = seen.heart_rate
            assert (band.low[place], band.mean[place], band.high[place]) == pytest.approx(numbers)
            assert seen.sdnn.mean[place] == pytest.approx(numbers[1] / 2)
    assert seen.analysed.sum() == 2 * sum(each.heart_rate is not None for each in told)
    assert not np.isfinite(trend(engine, 2, STARTED_MS, 60_000, 720).heart_rate.mean).any(), "another patient"
    mine = [replace(each, heart_rate=200.0) for each in told if each.recording == hearts.RECORDING]
    store_batch(engine, {}, [], [], mine)  # a replay says the same again; what it says else counts for nothing
    again = trend(engine, 1, STARTED_MS, 1_800_000, 672)
    assert np.array_equal(again.heart_rate.high, seen.heart_rate.high, equal_nan=True)


def test_episodes_of_one_step_are_one_stretch_and_lists_are_sorted(engine: Engine) -> None:
    announce(engine)
    name, couplet, fibrillation = hearts.RECORDING, Finding.COUPLET, Finding.ATRIAL_FIBRILLATION
    made = [RhythmEpisode(name, couplet, at, at + 250) for at in range(0, 15_000, 1_000)]
    made += [RhythmEpisode(name, fibrillation, 100_000, 400_000), RhythmEpisode("later", fibrillation, 10_000, None)]
    store_batch(engine, {}, [], [], made)
    seen = stretches(engine, 1, STARTED_MS, 60_000, 720)
    facts = [(each.finding, each.start_ms - STARTED_MS, each.lasted_ms, each.count) for each in seen]
    assert facts[0] == (couplet, 0, 15_000, 15)
    assert facts[1] == (fibrillation, 400_000, 1_200_000, 1)
    assert facts[2][:2] == (fibrillation, LATER_MS + 40_000) and seen[2].end_ms == STARTED_MS + 720 * 60_000
    assert len(seen) == 3
    end = STARTED_MS + LATER_MS + 160_000
    newest = listed_episodes(engine, 1, STARTED_MS, end, set(Finding), "newest")
    assert [(newest[0].recording, newest[0].goes_on), newest[1].start, len(newest)] == [("later", True), 100_000, 17]
    longest = listed_episodes(engine, 1, STARTED_MS, end, {fibrillation}, "longest")
    assert [each.end_ms - each.start_ms for each in longest] == [1_200_000, 120_000]
    assert [each.start for each in listed_episodes(engine, 1, STARTED_MS + 450_000, end, {couplet}, "newest")] == []


def test_what_is_missing_is_told_inside_and_between_recordings(engine: Engine) -> None:
    announce(engine)
    seen = absences(engine, 1, STARTED_MS, STARTED_MS + 24 * 3_600_000)
    ended = 2_700_000 * 4
    assert [(each.start_ms - STARTED_MS, each.end_ms - STARTED_MS) for each in seen] == [
        (4_000, 2_699_000 * 4),
        (ended, LATER_MS),
    ]
    assert [each.recording for each in absences(engine, 1, STARTED_MS + ended + 1000, STARTED_MS + LATER_MS + 1)] == [
        hearts.RECORDING
    ]
    assert absences(engine, 2, STARTED_MS, STARTED_MS + 24 * 3_600_000) == []
