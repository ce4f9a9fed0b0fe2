"""What is found out about a stored beat: from its own samples, and never more than they carry."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from classifier.networks import Networks
from dashboard.retrace import retrace
from dashboard.why_data import beat_at, first_beat_from, last_beat, story
from db.engine import open_engine
from db.provision import provision_demo
from db.queries import recording
from db.store import NewRecording, NewSegment, store_batch
from db.views import RecordingView
from ecg.findings import Quality, QualityReason
from ecg.labels import BeatClass, Rhythm
from ecg.types import Event, QualityChange, SettledRhythm
from ecg.why import Timing
from streaming.codec import RecordingFacts
from tests.dashboard.feeder import BIGEMINY, Actor
from tests.migrated import migrated_sqlite

SHIPPED_ONLY = Networks(Path("/nowhere"))
NAME = "6f1c7d5e-9f5f-4f0e-8d0a-3c5f5a3d2b10"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    url = migrated_sqlite(tmp_path / "w.db")
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def actor(engine: Engine) -> Actor:
    device = provision_demo(engine, 1)[0].device_id
    return Actor(RecordingFacts(NAME, device, 250, 200.0, "I", 1_700_000_000_000), BIGEMINY, seed=4)


def keep(engine: Engine, actor: Actor, segments: list[tuple[int, int]], *more: Event) -> RecordingView:
    """Store the actor's beats, and of its samples these [start, end)."""
    facts = actor.facts
    begun = NewRecording(NAME, facts.device, facts.rate, facts.gain, facts.lead, facts.started_ms)
    kept = [NewSegment(NAME, start, actor.trace[start:end]) for start, end in segments]
    good = QualityChange(NAME, 0, Quality.GOOD, QualityReason.NONE)
    store_batch(engine, {}, [begun], kept, [*actor.beats, good, *more])
    found = recording(engine, NAME)
    assert found is not None
    return found


def whole(actor: Actor) -> list[tuple[int, int]]:
    """Three segments without a gap."""
    return [(0, 9_000), (9_000, 9_700), (9_700, len(actor.trace))]


def ventricular(actor: Actor, after: int) -> int:
    return next(b.index for b in actor.beats if b.beat_class is BeatClass.VENTRICULAR and b.index > after)


def test_a_beat_is_explained_from_its_stored_samples(engine: Engine, actor: Actor) -> None:
    of_patient = keep(engine, actor, whole(actor))
    index = ventricular(actor, 20_000)
    beat = beat_at(engine, of_patient, index)
    assert beat is not None
    found = story(engine, of_patient, beat, SHIPPED_ONLY)
    assert found.beat == beat
    assert found.missing == ""
    assert found.explanation is not None
    assert 25 <= len(found.explanation.seconds) <= 48
    assert found.explanation.seconds.min() < -20
    assert found.explanation.seconds.max() > 7
    assert found.trace is not None
    assert found.trace.samples[index - found.trace.start] > 0.4
    assert (found.quality, found.unsettled) == (Quality.GOOD, False)
    places = [b.index for b in actor.beats]
    assert (found.before, found.after) == (places[places.index(index) - 1], places[places.index(index) + 1])
    assert found.facts.arrival is not None
    assert found.facts.arrival.timing is Timing.EARLY
    assert found.facts.qrs_ms is not None
    assert found.facts.qrs_ms > 110


def test_without_samples_only_what_was_stored_is_told(engine: Engine, actor: Actor) -> None:
    of_patient = keep(engine, actor, [(len(actor.trace) - 500, len(actor.trace))])
    beat = actor.beats[60]
    found = story(engine, of_patient, beat, SHIPPED_ONLY)
    assert (found.trace, found.explanation) == (None, None)
    assert "not stored" in found.missing
    assert not found.coming
    assert found.facts.arrival is not None
    assert (found.facts.qrs_ms, found.facts.likeness) == (None, None)


def test_samples_that_are_still_on_their_way_are_said_to_be(engine: Engine, actor: Actor) -> None:
    beat = actor.beats[60]
    of_patient = keep(engine, actor, [(0, beat.index + 40)])
    found = story(engine, of_patient, beat, SHIPPED_ONLY)
    assert (found.explanation, found.coming) == (None, True)
    assert "not stored yet" in found.missing
    before = story(engine, of_patient, actor.beats[58], SHIPPED_ONLY)
    assert (before.explanation is not None, before.coming) == (True, False)


def test_samples_that_end_before_the_beat_are_none_of_it(engine: Engine, actor: Actor) -> None:
    index = ventricular(actor, 20_000)
    of_patient = keep(engine, actor, [(0, index - 2_000), (index + 1_000, len(actor.trace))])
    beat = beat_at(engine, of_patient, index)
    assert beat is not None
    found = story(engine, of_patient, beat, SHIPPED_ONLY)
    assert found.explanation is None
    assert "not stored" in found.missing


def test_a_beat_that_is_no_beat_is_not_explained(engine: Engine, actor: Actor) -> None:
    between = (actor.beats[60].index + actor.beats[61].index) // 2
    of_patient = keep(engine, actor, whole(actor), replace(actor.beats[60], index=between))
    beat = beat_at(engine, of_patient, between)
    assert beat is not None
    found = story(engine, of_patient, beat, SHIPPED_ONLY)
    assert found.explanation is None
    assert "not found again" in found.missing


def test_a_gap_is_not_looked_across(engine: Engine, actor: Actor) -> None:
    index = ventricular(actor, 20_000)
    of_patient = keep(engine, actor, [(0, index - 1_500), (index - 700, len(actor.trace))])
    beat = beat_at(engine, of_patient, index)
    assert beat is not None
    found = story(engine, of_patient, beat, SHIPPED_ONLY)
    assert found.explanation is not None
    assert found.explanation.seconds.min() > -3.0


def test_the_settled_rhythm_is_the_one_that_counts(engine: Engine, actor: Actor) -> None:
    beat = actor.beats[60]
    settled = SettledRhythm(NAME, beat.index, Rhythm.ATRIAL_FIBRILLATION, (0.25, 0.75, 0.0, 0.0))
    of_patient = keep(engine, actor, whole(actor), settled)
    found = story(engine, of_patient, beat, SHIPPED_ONLY)
    assert (found.beat.rhythm, found.beat.rhythm_probabilities) == (settled.rhythm, settled.rhythm_probabilities)
    assert found.beat.class_probabilities == beat.class_probabilities


def test_the_newest_beats_are_not_settled(engine: Engine, actor: Actor) -> None:
    of_patient = keep(engine, actor, whole(actor))
    newest = last_beat(engine, of_patient, len(actor.trace))
    assert newest is not None
    assert newest.index == actor.beats[-1].index
    assert story(engine, of_patient, actor.beats[-4], SHIPPED_ONLY).unsettled
    assert not story(engine, of_patient, actor.beats[-30], SHIPPED_ONLY).unsettled


def test_beats_are_found_by_place(engine: Engine, actor: Actor) -> None:
    of_patient = keep(engine, actor, [])
    one, other = actor.beats[10].index, actor.beats[11].index
    assert beat_at(engine, of_patient, one + 1) is None
    found = first_beat_from(engine, of_patient, one + 1)
    assert found is not None
    assert found.index == other
    assert first_beat_from(engine, of_patient, actor.beats[-1].index + 1) is None


def test_samples_are_cut_to_what_is_asked_for(engine: Engine, actor: Actor) -> None:
    of_patient = keep(engine, actor, whole(actor))
    found = retrace(engine, of_patient, 8_000, 11_000)
    assert found.trace is not None
    assert abs(found.trace.start - 8_000) <= 10
    assert abs(found.trace.end - 11_000) <= 10
    assert not np.isnan(found.trace.samples).any()
    made = {beat.index for beat in actor.beats}
    assert len([beat for beat in found.beats if min(abs(beat.index - index) for index in made) <= 3]) >= 10
