"""A small recording to write and to ask for."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Engine

from db.provision import provision_demo
from db.store import NewRecording, NewSegment, store_batch
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BeatClass, Rhythm
from ecg.types import AfBurden, Beat, Event, QualityChange, RhythmEpisode, SettledRhythm, SignalGap, VitalSigns

RECORDING = "6f1c7d5e-9f5f-4f0e-8d0a-3c5f5a3d2b10"
CLASSES = (0.75, 0.125, 0.0625, 0.0625, 0.0)
NOT_SURE = (0.5, 0.25, 0.125, 0.0625, 0.0625)
RHYTHMS = (0.75, 0.125, 0.125, 0.0)


def beat(index: int, beat_class: BeatClass = BeatClass.NORMAL, rr: int | None = 200) -> Beat:
    return Beat(RECORDING, index, rr, beat_class, Rhythm.NORMAL, CLASSES, RHYTHMS)


def settled(index: int, rhythm: Rhythm = Rhythm.ATRIAL_FIBRILLATION) -> SettledRhythm:
    return SettledRhythm(RECORDING, index, rhythm, (0.125, 0.75, 0.125, 0.0))


def vital_signs(index: int, heart_rate: float | None = 74.5) -> VitalSigns:
    told = VitalSigns(RECORDING, index, heart_rate, 806.0, 810.25, 41.5, None, 3.5, 97.0, Finding.SINUS_RHYTHM)
    of_window = replace(told, sd1=21.5, sd2=50.25, triangular_index=9.5, lf=400.5, hf=200.25, total_power=1200.0)
    return replace(of_window, sdnn_24h=None, sdann_24h=80.5, sdnn_index_24h=45.0, nn_used_24h=93.5, hours_24h=20.25)


def episode(end: int | None) -> RhythmEpisode:
    return RhythmEpisode(RECORDING, Finding.ATRIAL_FIBRILLATION, 400, end)


def burden(index: int) -> AfBurden:
    return AfBurden(RECORDING, index, None, 12.5, 3.25)


BEATS = [beat(100, rr=None), beat(300, BeatClass.VENTRICULAR), beat(500)]
VITALS = [vital_signs(250), vital_signs(500, None)]
GAP = SignalGap(RECORDING, 600, 900)
QUALITIES = [
    QualityChange(RECORDING, 0, Quality.GOOD, QualityReason.NONE),
    QualityChange(RECORDING, 550, Quality.UNUSABLE, QualityReason.FLAT),
]
EVENTS: list[Event] = [*BEATS, *VITALS, GAP, *QUALITIES, episode(None)]
SEGMENTS = [
    NewSegment(RECORDING, 0, np.arange(-250, 0, dtype=np.int16)),
    NewSegment(RECORDING, 250, np.full(250, -32768, dtype=np.int16)),
]


def announced(device_id: int, recording: str = RECORDING, started_ms: int = 1_700_000_000_000) -> NewRecording:
    return NewRecording(recording, device_id, 250.0, 200.0, "II", started_ms)


def store(engine: Engine, events: Sequence[Event] = (), position: str = "1-0") -> int:
    """Write the recording of the first demo bed with these events; gives the device's id."""
    device_id = provision_demo(engine, 2)[0].device_id
    store_batch(engine, {"events:{0}": position}, [announced(device_id)], SEGMENTS, events)
    return device_id
