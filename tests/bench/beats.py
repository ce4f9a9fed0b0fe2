"""QRS detection on MIT-BIH, side by side with published detectors in one run: who finds which beats, and how fast.

python -m tests.bench beats         needs WARDBEAT_DATA_DIR and, for the others' rows, the extra `bench`

Lead 0, every annotated beat, the first five minutes included, matched within 150 ms. Ours is fed a quarter of a second
at a time, as phones do; the others get the whole signal. The flutter of record 207, in which no beat is annotated, is
counted in and left out. A detector that gives up on a record has found nothing there.
"""

import os
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from ecg.rates import device_index
from ecg.scoring import match_beats
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk
from streaming.records import RecordedLead, list_records
from tests.bench.noise_stress import NOISES, RATIOS_DB, Annotated, annotated, noise_leads, under
from tests.bench.peers import Peer, at_hand, titled

Detector = Callable[[RecordedLead], NDArray[np.int64]]

NOISE_SECONDS = 240.0
"""Of each record, under noise."""


@dataclass(slots=True)
class Count:
    """Beats found, missed and told in addition; those of them within flutter."""

    found: int = 0
    missed: int = 0
    extra: int = 0
    in_flutter: int = 0

    def add(self, other: "Count") -> None:
        """Take `other` in."""
        self.found, self.missed = self.found + other.found, self.missed + other.missed
        self.extra, self.in_flutter = self.extra + other.extra, self.in_flutter + other.in_flutter

    @property
    def f1(self) -> float:
        """Percent."""
        return 200 * self.found / max(2 * self.found + self.missed + self.extra, 1)

    @property
    def f1_without_flutter(self) -> float:
        """Percent."""
        return 200 * self.found / max(2 * self.found + self.missed + self.extra - self.in_flutter, 1)

    @property
    def sensitivity(self) -> float:
        """Percent."""
        return 100 * self.found / max(self.found + self.missed, 1)

    @property
    def predictivity(self) -> float:
        """Percent."""
        return 100 * self.found / max(self.found + self.extra, 1)


def ours(lead: RecordedLead) -> NDArray[np.int64]:
    """Wardbeat's tracker, fed a quarter of a second at a time as phones do."""
    tracker, step = SignalTracker(lead.name), round(lead.rate / 4)
    starts = range(0, len(lead.samples), step)
    chunks = (DeviceChunk(lead.name, at, lead.samples[at : at + step], lead.rate, lead.gain) for at in starts)
    found = [item.index for chunk in chunks for item in tracker.receive(chunk) if isinstance(item, DetectedBeat)]
    return np.array([device_index(index, lead.rate) for index in found], np.int64)


def theirs(peer: Peer) -> Detector:
    """A peer on a lead; what it raises is nothing found."""

    def find(lead: RecordedLead) -> NDArray[np.int64]:
        try:
            return np.unique(peer.find(lead.samples / lead.gain, lead.rate))
        except Exception:  # whatever a detector of others makes of noise
            return np.empty(0, np.int64)

    return find


def counted(record: Annotated, told: NDArray[np.int64]) -> tuple[Count, list[float]]:
    """How far `told` agrees with the annotations, and the offsets of the matched R peaks in ms."""
    matching = match_beats(record.beats.tolist(), told.tolist(), record.lead.rate)
    reach = round(0.1 * record.lead.rate)
    extra = told[list(matching.extra)]
    inside = sum(int(((extra >= begin - reach) & (extra <= end + reach)).sum()) for begin, end in record.flutter)
    offsets = [(told[to] - record.beats[at]) * 1000 / record.lead.rate for at, to in matching.pairs]
    return Count(len(matching.pairs), len(matching.missed), len(matching.extra), inside), offsets


def clean_row(name: str, detector: Detector, records: Iterable[Annotated]) -> tuple[str, dict[str, Count]]:
    """A detector's line of the first table, and its count for each record."""
    total, offsets, speeds, each = Count(), list[float](), list[float](), dict[str, Count]()
    for record in records:
        begin = time.perf_counter()
        told = detector(record.lead)
        speeds.append(len(record.lead.samples) / record.lead.rate / (time.perf_counter() - begin))
        each[record.lead.name], moved = counted(record, told)
        total.add(each[record.lead.name])
        offsets += moved
    return (
        f"| {name} | {total.sensitivity:.2f} | {total.predictivity:.2f} | {total.f1:.2f} "
        f"| {total.f1_without_flutter:.2f} | {np.median(offsets):+.1f} | {median(speeds):,.0f} |"
    ), each


def noisy_row(name: str, detector: Detector, records: list[Annotated]) -> str:
    """A detector's line of a noise table."""
    total = Count()
    for record in records:
        total.add(counted(record, detector(record.lead))[0])
    return f"{total.f1:.2f} ({total.sensitivity:.1f}, {total.predictivity:.1f})"


def noise_table(detectors: dict[str, Detector], records: list[Annotated], data: Path) -> None:
    """F1 of every detector under every noise, line by line."""
    print(f"\nUnder noise, the first {NOISE_SECONDS:.0f} s of each record: F1 % (Se, +P)\n")
    print(f"| noise, dB | {' | '.join(detectors)} |")
    print("| --- |" + " --- |" * len(detectors))
    leads = noise_leads(data)
    for kind in NOISES:
        for ratio in RATIOS_DB:
            noisy = [under(leads[kind], ratio, record).first(NOISE_SECONDS) for record in records]
            cells = [noisy_row(name, detector, noisy) for name, detector in detectors.items()]
            print(f"| {kind} {ratio} | {' | '.join(cells)} |", flush=True)


def record_table(each: dict[str, Count]) -> None:
    """Ours, record by record."""
    print("\nOurs by record: missed, extra (of them in flutter), F1 %\n")
    for name, count in each.items():
        print(f"{name}: {count.missed}, {count.extra} ({count.in_flutter}), {count.f1:.2f}")


def main() -> None:
    """Print the tables."""
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if folder is None:
        print("beats: skipped, set WARDBEAT_DATA_DIR to a folder with mitdb/ and nstdb.npz")
        return
    warnings.simplefilter("ignore")
    detectors = {"Wardbeat, in chunks of 250 ms": ours} | {titled(peer): theirs(peer) for peer in at_hand()}
    records = [annotated(path) for path in list_records(Path(folder) / "mitdb")]
    beats = sum(len(record.beats) for record in records)
    ours(records[0].first(30).lead)  # compiled before the clock runs
    print(f"QRS detection, MIT-BIH lead 0, {len(records)} records, {beats} beats, matched within 150 ms\n")
    print("| detector | Se % | +P % | F1 % | F1 % without flutter | median offset ms | × real time, one core |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    tables = []
    for name, detector in detectors.items():
        line, each = clean_row(name, detector, records)
        tables.append(each)
        print(line, flush=True)
    record_table(tables[0])
    noise_table(detectors, records, Path(folder))
