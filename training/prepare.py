"""Records become what the network is shown: the very tracker that serves finds the beats and filters the signal.

Segments are cut from the filtered trace when they are needed (`training.segments`). What is prepared already is not
prepared again: after a change to the signal's way, take the files of the prepared folder away.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecg.errors import RecordError
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk, SampleChunk
from training.layout import Layout
from training.matching import match_classes, match_rhythms, taught_classes
from training.prepared import TRACE_GAIN, PreparedRecord, place, write
from training.sources import (
    MASKED,
    PUBLIC,
    Source,
    SourceRecord,
    arrhythmia_leads,
    arrhythmia_names,
    challenge_names,
    challenge_record,
)
from training.synthetic import synthetic_records
from training.ward.source import ward_readings

CHUNK_SECONDS = 4.0

Reading = Callable[[], Iterable[SourceRecord]]
"""Reads the leads of one record; raises RecordError when its files are missing or damaged."""

log = logging.getLogger(__name__)


def prepare(data: Layout, folder: Path) -> None:
    """Prepare every source of `data` that is not yet in `folder`. Unreadable records are named and left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in PUBLIC:
        if not place(folder, source).exists():
            readings = _readings(source, data)
            bar = tqdm(readings, desc=str(source), unit="record", leave=False, disable=None)
            records = (prepare_record(record) for record in readable(bar))
            written = write(folder, source, records)
            log.info("%s: %d leads with %d beats prepared", source, written.records, written.beats)


def prepare_ward(dataset: Path) -> list[PreparedRecord]:
    """The records of a ward's data set in which a judged beat is found. Nothing of them is kept on disk.

    Raises RecordError where there is none.
    """
    bar = tqdm(ward_readings(dataset), desc=str(Source.WARD), unit="record", leave=False, disable=None)
    records = [record for record in map(prepare_record, readable(bar)) if (record.beat_class != MASKED).any()]
    if not records:
        raise RecordError(f"{dataset}: no judged beat is found in it: nothing to learn from")
    log.info("%s: %d records with %d judged beats", Source.WARD, len(records), sum(map(_judged, records)))
    return records


def _judged(record: PreparedRecord) -> int:
    return int((record.beat_class != MASKED).sum())


def _readings(source: Source, data: Layout) -> list[Reading]:
    match source:
        case Source.CHALLENGE:
            names = challenge_names(data.challenge)
            return [partial(challenge_record, data.challenge, *item) for item in names.items()]
        case Source.ARRHYTHMIA:
            names_there = arrhythmia_names(data.arrhythmia)
            return [partial(arrhythmia_leads, data.arrhythmia, name) for name in names_there]
        case Source.SYNTHETIC:
            return [synthetic_records]
        case Source.WARD:
            return []


def readable(readings: Iterable[Reading]) -> Iterator[SourceRecord]:
    """All records that can be read; the others are named in the log, and counted at the end."""
    left_out = 0
    for reading in readings:
        try:
            yield from reading()
        except RecordError as error:
            left_out += 1
            log.warning("left out: %s", error)
    if left_out:
        log.warning("%d records could not be read", left_out)


def prepare_record(record: SourceRecord) -> PreparedRecord:
    """What the tracker makes of `record`, with the truth laid beside it."""
    trace, beats = track(record)
    peaks = np.array([beat.index for beat in beats], np.int64)
    classes = match_classes(peaks, record.truth, record.rate)
    return PreparedRecord(
        record.name,
        record.lead,
        trace.start,
        len(record.truth.beat_samples),
        np.clip(np.rint(trace.samples * TRACE_GAIN), -32767, 32767).astype(np.int16),
        peaks,
        taught_classes(peaks, classes, record.truth, record.rate),
        match_rhythms(peaks, classes, record.truth, record.rate),
    )


def track(record: SourceRecord) -> tuple[SampleChunk, list[DetectedBeat]]:
    """The whole filtered trace and the beats of a record without gaps."""
    tracker, step = SignalTracker(record.name), int(CHUNK_SECONDS * record.rate)
    outputs = [
        item
        for at in range(0, len(record.samples), step)
        for item in tracker.receive(
            DeviceChunk(record.name, at, record.samples[at : at + step], record.rate, record.gain)
        )
    ]
    traces = [item for item in outputs if isinstance(item, SampleChunk)]
    samples = np.nan_to_num(np.concatenate([trace.samples for trace in traces]))
    return SampleChunk(record.name, traces[0].start, samples), [i for i in outputs if isinstance(i, DetectedBeat)]
