"""A week of a heart in the database within seconds: five minutes of it, repeated, as if recorded and settled."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from db.engine import writing
from db.models import BeatRow, EpisodeRow, Recording, Segment
from db.models_recorder import LedgerRow, MissingRow, OverviewRow
from db.packing import pack_probabilities, pack_rhythms, pack_samples
from db.pyramid import CELLS, NONE_HIGH, NONE_LOW, edges, fold, grouped, no_cells, pack_cells
from db.store import table_of
from ecg.rates import SAMPLE_RATE, to_samples
from ecg.scripts import VENTRICULAR_BIGEMINY
from ecg.synthetic import synthesise
from streaming.codec import to_trace

PIECE = to_samples(300.0)
PIECES = 7 * 24 * 12
HOLE = range(1000, 1004)
"""Of the pieces these 20 minutes are missing."""
EPISODES = 3000
UNTIL = PIECES * PIECE
REPEAT = """
WITH RECURSIVE place(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM place WHERE k < :pieces - 1)
INSERT INTO beat SELECT recording_id, "index" + k * :piece, rr, beat_class, rhythm, probabilities, class_probability,
settled_rhythm, settled_probabilities FROM beat, place
WHERE recording_id = :name AND "index" < :piece AND NOT (k >= :a AND k < :z)"""
CERTAIN_NORMAL = pack_probabilities((1.0, 0.0, 0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0))
CERTAIN_V = pack_probabilities((0.0, 0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0))


def record_week(engine: Engine, device_id: int, patient_id: int, name: str, end_ms: int) -> int:
    """A recording that ends at wall `end_ms`, in one transaction; wall ms of its sample 0."""
    ecg = synthesise(VENTRICULAR_BIGEMINY, SAMPLE_RATE, 5, 300.0)
    trace = to_trace(ecg.samples)[:PIECE]
    started_ms = end_ms - UNTIL * 4
    facts = {"id": name, "device_id": device_id, "patient_id": patient_id, "rate": 250.0, "gain": 200.0, "lead": "II"}
    ledger = {"until": UNTIL, "missing": len(HOLE) * PIECE, "late": 0, "repeated": 0, "purged": 0, "settled": UNTIL}
    hole = {"recording_id": name, "start": HOLE.start * PIECE, "end": HOLE.stop * PIECE}
    blob, here = pack_samples(trace), [k for k in range(PIECES) if k not in HOLE]
    segments = [{"recording_id": name, "start": k * PIECE, "count": PIECE, "blob": blob} for k in here]
    step = UNTIL // EPISODES
    episodes = [
        {"recording_id": name, "finding": "atrial fibrillation", "start": k * step, "end": k * step + step // 3}
        for k in range(EPISODES)
    ]
    with writing(engine) as connection:
        connection.execute(table_of(Recording).insert(), [{**facts, "started_ms": started_ms}])
        connection.execute(table_of(LedgerRow).insert(), [{"recording_id": name, **ledger}])
        connection.execute(table_of(MissingRow).insert(), [hole])
        connection.execute(table_of(Segment).insert(), segments)
        connection.execute(table_of(EpisodeRow).insert(), episodes)
        connection.execute(table_of(OverviewRow).insert(), _overview(name, trace))
        connection.execute(table_of(BeatRow).insert(), [_beat(name, b.sample, b.beat_class.value) for b in ecg.beats])
        connection.execute(
            text(REPEAT), {"name": name, "piece": PIECE, "pieces": PIECES, "a": HOLE.start, "z": HOLE.stop}
        )
    return started_ms


def _beat(name: str, index: int, letter: str) -> dict[str, object]:
    """A beat whose settled rhythm is atrial fibrillation where it is normal."""
    known = {"recording_id": name, "index": index, "rr": 200, "beat_class": letter, "rhythm": "N"}
    probabilities = CERTAIN_V if letter == "V" else CERTAIN_NORMAL
    settled = {"settled_rhythm": "A", "settled_probabilities": pack_rhythms((0.0, 1.0, 0.0, 0.0))}
    return known | {"probabilities": probabilities, "class_probability": 1.0} | settled


def _overview(name: str, trace: NDArray[np.int16]) -> list[dict[str, object]]:
    cells = no_cells(300)
    fold(cells, edges(0, 300, 1, SAMPLE_RATE), 0, trace)
    every = np.tile(cells, PIECES)
    every[:, HOLE.start * 300 : HOLE.stop * 300] = np.array([[NONE_LOW], [NONE_HIGH]], np.int16)
    rows: list[dict[str, object]] = []
    for level in range(3):
        spare = no_cells(-every.shape[1] % CELLS)
        blocks = np.split(np.hstack([every, spare]), range(CELLS, every.shape[1] + spare.shape[1], CELLS), axis=1)
        facts = {"recording_id": name, "level": level}
        rows += [{**facts, "block": number, "cells": pack_cells(block)} for number, block in enumerate(blocks)]
        every = grouped(every, CELLS)
    return rows
