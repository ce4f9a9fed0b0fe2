"""QRS detection on MIT-BIH, side by side with two published detectors: who finds which beats, and how fast.

python -m tests.bench beats         needs WARDBEAT_DATA_DIR
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import wfdb
from numpy.typing import NDArray
from sleepecg import detect_heartbeats
from wfdb.processing import XQRS

from ecg.labels import AAMI_OF_WFDB
from ecg.rates import device_index
from ecg.scoring import match_beats
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk
from streaming.records import RecordedLead, list_records, read_record

Detector = Callable[[RecordedLead], NDArray[np.int64]]


def ours(lead: RecordedLead) -> NDArray[np.int64]:
    """Wardbeat's tracker, fed a quarter of a second at a time as phones do."""
    tracker, step = SignalTracker(lead.name), round(lead.rate / 4)
    starts = range(0, len(lead.samples), step)
    chunks = (DeviceChunk(lead.name, at, lead.samples[at : at + step], lead.rate, lead.gain) for at in starts)
    found = [item.index for chunk in chunks for item in tracker.receive(chunk) if isinstance(item, DetectedBeat)]
    return np.array([device_index(index, lead.rate) for index in found])


def sleepecg(lead: RecordedLead) -> NDArray[np.int64]:
    """Sleepecg's compiled detector, which wants the whole signal."""
    return np.asarray(detect_heartbeats(lead.samples / lead.gain, lead.rate))


def xqrs(lead: RecordedLead) -> NDArray[np.int64]:
    """Wfdb's XQRS, which wants the whole signal."""
    detector = XQRS(sig=lead.samples / lead.gain, fs=lead.rate)
    detector.detect(verbose=False)
    return np.asarray(detector.qrs_inds)


def annotated(path: Path) -> list[int]:
    """Samples of all annotated beats, the first five minutes and the flutter of 207 included."""
    annotation = wfdb.rdann(str(path), "atr")
    pairs = zip(annotation.sample, annotation.symbol, strict=True)
    return [int(sample) for sample, symbol in pairs if symbol in AAMI_OF_WFDB]


def row(name: str, detector: Detector, records: list[tuple[RecordedLead, list[int]]]) -> str:
    """One line of the table: gross sensitivity, predictivity, F1, and the median speed over the records."""
    found = missed = extra = 0
    offsets: list[float] = []
    speeds: list[float] = []
    for lead, truth in records:
        begin = time.perf_counter()
        told = detector(lead).tolist()
        speeds.append(len(lead.samples) / lead.rate / (time.perf_counter() - begin))
        matching = match_beats(truth, told, lead.rate)
        found, missed, extra = found + len(matching.pairs), missed + len(matching.missed), extra + len(matching.extra)
        offsets += [(told[to] - truth[at]) * 1000 / lead.rate for at, to in matching.pairs]
    return (
        f"| {name} | {100 * found / (found + missed):.2f} | {100 * found / (found + extra):.2f} "
        f"| {200 * found / (2 * found + missed + extra):.2f} | {np.median(offsets):+.1f} | {median(speeds):,.0f} |"
    )


def main() -> None:
    """Print the table."""
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if folder is None:
        print("beats: skipped, set WARDBEAT_DATA_DIR to a folder with mitdb/")
        return
    records = [(read_record(path), annotated(path)) for path in list_records(Path(folder) / "mitdb")]
    beats = sum(len(truth) for _, truth in records)
    print(f"QRS detection, MIT-BIH lead 0, {len(records)} records, {beats} beats, matched within 150 ms\n")
    print("| detector | Se % | +P % | F1 % | median offset ms | × real time, one core |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, detector in (("Wardbeat, in chunks of 250 ms", ours), ("sleepecg", sleepecg), ("wfdb XQRS", xqrs)):
        print(row(name, detector, records), flush=True)
