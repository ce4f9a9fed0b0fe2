"""What was written is what is answered."""

from dataclasses import replace

import numpy as np
from sqlalchemy import Engine, text

from db import queries
from db.engine import writing
from db.provision import DEMO_WARD, provision_demo
from db.store import store_batch
from db.views import BedView, RecordingView
from ecg.labels import BeatClass
from tests.db import hearts


def test_beats_come_back_as_they_were(engine: Engine) -> None:
    hearts.store(engine, hearts.EVENTS)
    assert queries.beats(engine, hearts.RECORDING, 0, 10_000) == hearts.BEATS
    assert queries.beats(engine, hearts.RECORDING, 300, 500) == hearts.BEATS[1:2]
    assert queries.beats(engine, "another", 0, 10_000) == []


def test_vital_signs_come_back_with_their_blanks(engine: Engine) -> None:
    hearts.store(engine, hearts.EVENTS)
    assert queries.vitals(engine, hearts.RECORDING, 0, 501) == hearts.VITALS


def test_beats_are_counted_by_class(engine: Engine) -> None:
    hearts.store(engine, hearts.EVENTS)
    counts = queries.beat_counts(engine, hearts.RECORDING)
    assert counts[BeatClass.NORMAL] == 2
    assert counts[BeatClass.VENTRICULAR] == 1
    assert len(counts) == 5


def test_beats_that_the_network_is_not_sure_of_are_counted_as_such(engine: Engine) -> None:
    unsure = replace(hearts.beat(700, BeatClass.VENTRICULAR), class_probabilities=hearts.NOT_SURE)
    hearts.store(engine, [*hearts.BEATS, unsure])
    counts = queries.beat_counts(engine, hearts.RECORDING)
    assert [counts[kind] for kind in BeatClass] == [2, 0, 1, 0, 1]


def test_what_reaches_into_a_stretch_belongs_to_it(engine: Engine) -> None:
    hearts.store(engine, [*hearts.EVENTS, hearts.episode(800)])
    assert queries.episodes(engine, hearts.RECORDING, 700, 750) == [hearts.episode(800)]
    assert queries.episodes(engine, hearts.RECORDING, 800, 900) == []
    assert queries.gaps(engine, hearts.RECORDING, 899, 2000) == [hearts.GAP]
    assert queries.gaps(engine, hearts.RECORDING, 0, 600) == []


def test_burdens_come_back_in_order_and_a_replay_changes_nothing(engine: Engine) -> None:
    burdens = [hearts.burden(15_000), hearts.burden(30_000)]
    for events in (burdens[::-1], burdens):
        hearts.store(engine, events)
    assert queries.af_burdens(engine, hearts.RECORDING, 0, 30_001) == burdens
    assert queries.af_burdens(engine, hearts.RECORDING, 15_001, 30_000) == []


def test_an_episode_that_goes_on_reaches_everywhere_after_it(engine: Engine) -> None:
    hearts.store(engine, hearts.EVENTS)
    assert queries.episodes(engine, hearts.RECORDING, 90_000, 90_001) == [hearts.episode(None)]


def test_the_quality_that_holds_is_told_with_the_changes(engine: Engine) -> None:
    hearts.store(engine, hearts.EVENTS)
    assert queries.quality_changes(engine, hearts.RECORDING, 100, 600) == hearts.QUALITIES
    assert queries.quality_changes(engine, hearts.RECORDING, 560, 600) == hearts.QUALITIES[1:]


def test_raw_samples_come_back_bit_for_bit(engine: Engine) -> None:
    hearts.store(engine)
    found = queries.segments(engine, hearts.RECORDING, 249, 251)
    assert [segment.start for segment in found] == [0, 250]
    for segment, sent in zip(found, hearts.SEGMENTS, strict=True):
        assert np.array_equal(segment.samples, sent.samples)
    assert [segment.start for segment in queries.segments(engine, hearts.RECORDING, 250, 251)] == [250]
    assert queries.stored_until(engine, hearts.RECORDING) == 500
    assert queries.stored_until(engine, "another") == 0


def test_recordings_are_told_by_their_newest_sample(engine: Engine) -> None:
    device_id = hearts.store(engine)
    store_batch(engine, {}, [hearts.announced(device_id, "newer", 1_700_000_002_001)], [], [])
    patient_id = queries.beds(engine)[0].patient_id
    assert patient_id is not None
    first = RecordingView(hearts.RECORDING, device_id, patient_id, 250.0, 200.0, "II", 1_700_000_000_000)
    assert [recording.id for recording in queries.recordings_of_patient(engine, patient_id)] == ["newer", first.id]
    assert queries.recording(engine, hearts.RECORDING) == first
    latest = queries.latest_recording(engine, device_id)
    assert latest is not None
    assert latest.id == "newer"


def test_beds_tell_patient_and_device(engine: Engine) -> None:
    demo = provision_demo(engine, 12)
    found = queries.beds(engine, DEMO_WARD)
    assert [bed.bed for bed in found] == [device.bed for device in demo] == [f"{n:02d}" for n in range(1, 13)]
    assert [bed.device_id for bed in found] == [device.device_id for device in demo]
    assert queries.beds(engine, "another ward") == []
    assert queries.bed(engine, found[3].bed_id) == found[3]
    assert queries.bed_of_patient(engine, found[3].patient_id or 0) == found[3]


def test_an_empty_bed_and_a_revoked_device_are_blank(engine: Engine) -> None:
    provision_demo(engine, 2)
    with writing(engine) as connection:
        connection.execute(text("UPDATE bed SET patient_id = NULL WHERE label = '01'"))
        connection.execute(text("UPDATE device SET revoked = true WHERE label = 'Demo device 02'"))
    empty, worn = queries.beds(engine)
    assert empty == BedView(DEMO_WARD, "01", empty.bed_id, None, None, None)
    assert worn.initials is not None
    assert worn.device_id is None
