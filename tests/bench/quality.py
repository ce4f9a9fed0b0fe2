"""Signal quality on recorded noise, on clean records and on the challenge's kept-back records.

python -m tests.bench quality         needs WARDBEAT_DATA_DIR (mitdb/, nstdb.npz, training2017/)
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np
import wfdb
from numpy.typing import NDArray

from ecg.findings import Quality, QualityReason
from ecg.labels import AAMI_OF_WFDB, BeatClass, Rhythm
from ecg.quality import QualityJudge
from ecg.rates import SAMPLE_RATE, house_index, to_samples
from ecg.scoring import match_beats
from streaming.records import list_records, read_record
from tests.bench.noise_periods import KINDS, RATIOS, Followed, Moment, follow, lay_over, read_noise
from tests.bench.tracked import experiment
from training.sources import Source, challenge_names
from training.split import is_kept_back

BEGIN, LENGTH = 300, 240  # s of each record that noise is laid over
BACK = to_samples(10.0)
POOR = QualityReason.NOISE, QualityReason.MOTION, QualityReason.IMPOSSIBLE_RR, QualityReason.BASELINE
MOST_STRIPS = 80


@dataclass(frozen=True, slots=True)
class Clean:
    """Lead 0 of a record in mV at `rate` Hz; its beats in its own samples, and their classes."""

    name: str
    rate: float
    millivolts: NDArray[np.float64]
    beats: list[int]
    classes: list[BeatClass]
    rhythms: list[tuple[int, str]]

    @property
    def truth(self) -> list[int]:
        """The beats in house samples."""
        return [house_index(at, self.rate) for at in self.beats]


def read(path: Path) -> Clean:
    """A MIT-BIH record with its annotations."""
    lead, notes = read_record(path), wfdb.rdann(str(path), "atr")
    marks = list(zip(notes.sample.tolist(), notes.symbol, strict=True))
    beats = [(at, AAMI_OF_WFDB[symbol]) for at, symbol in marks if symbol in AAMI_OF_WFDB]
    pairs = zip(notes.sample.tolist(), notes.aux_note, strict=True)
    rhythms = [(house_index(at, lead.rate), note.strip("\0")) for at, note in pairs if note.startswith("(")]
    return Clean(
        path.name, lead.rate, lead.samples / lead.gain, [at for at, _ in beats], [kind for _, kind in beats], rhythms
    )


def part(record: Clean, begin: float, length: float) -> Clean:
    """The `length` seconds from `begin` on."""
    first, end = round(begin * record.rate), round((begin + length) * record.rate)
    inside = [(at - first, kind) for at, kind in zip(record.beats, record.classes, strict=True) if first <= at < end]
    return Clean(
        record.name, record.rate, record.millivolts[first:end], [at for at, _ in inside], [k for _, k in inside], []
    )


def cut(record: Clean) -> Clean:
    """The part that noise is laid over."""
    return part(record, BEGIN, LENGTH)


def faulty(found: Followed, truth: Sequence[int]) -> list[int]:
    """Where beats were missed or made up."""
    matching = match_beats(truth, found.beats, SAMPLE_RATE)
    return sorted([*(truth[at] for at in matching.missed), *(found.beats[at] for at in matching.extra)])


def needless(moments: Iterable[Moment], faults: list[int]) -> Iterator[bool]:
    """Of each moment whether it is withheld although every beat of the last ten seconds was found and none made up."""
    for each in moments:
        wrong = np.searchsorted(faults, each.index) > np.searchsorted(faults, each.index - BACK)
        yield each.quality is not Quality.GOOD and not wrong


def share(flags: Iterable[bool]) -> str:
    """Percent of them that are true."""
    taken = list(flags)
    return f"{100 * sum(taken) / len(taken):.2f}" if taken else ""


def noise_row(name: str, moments: Sequence[Moment], unneeded: Sequence[bool]) -> str:
    """One line of the table; without `unneeded` nobody knows the beats, nor what is wrong."""
    reasons = [share(each.reason is reason for each in moments) for reason in POOR]
    columns = [
        share(each.quality is Quality.GOOD for each in moments), *reasons,
        share(each.quality is Quality.UNUSABLE for each in moments), share(unneeded),
        share(each.shown is not None for each in moments), share(each.is_wrong for each in moments if len(unneeded)),
    ]  # fmt: skip
    return f"| {name} | " + " | ".join(columns) + " |"


def stress(records: Sequence[Clean], noises: dict[str, NDArray[np.float64]], rate: float) -> None:
    """Print the table of noise kinds and ratios, over the noisy minutes and over those between them."""
    parts = [cut(record) for record in records]
    for kind in KINDS:
        for ratio in RATIOS:
            on: list[tuple[Moment, bool]] = []
            for seed, part in enumerate(parts):
                noise = noises[kind][:, seed % 2]
                signal = lay_over(part.millivolts, part.beats, noise, rate, ratio, 100 * seed + ratio)
                found = follow(signal, part.rate, part.truth)
                on += zip(found.moments, needless(found.moments, faulty(found, part.truth)), strict=True)
            for name, noisy in (("", True), (", the minutes between", False)):
                chosen = [pair for pair in on if pair[0].is_noisy is noisy]
                if noisy or ratio in (6, -6):
                    print(noise_row(f"{kind} {ratio:+} dB{name}", *map(list, zip(*chosen, strict=True))), flush=True)


def clean_rows(records: Sequence[Clean]) -> None:
    """Print what is withheld of records without added noise: in all, in atrial fibrillation, round ectopic beats."""
    names = *(kind.value for kind in BeatClass), "(AFIB", "(VT", "(VFL", "(B"
    bad: dict[str, list[bool]] = {name: [] for name in names}
    every: list[tuple[Moment, bool]] = []
    for record in records:
        truth = record.truth
        found = follow(record.millivolts, record.rate, truth)
        rows = list(zip(found.moments, needless(found.moments, faulty(found, truth)), strict=True))
        every += rows
        print(noise_row(record.name, *map(list, zip(*rows, strict=True))), flush=True)
        kept = dict(zip(found.beats, found.good, strict=True))
        for at, to in match_beats(truth, found.beats, SAMPLE_RATE).pairs:
            bad[record.classes[at].value].append(not kept[found.beats[to]])
        for (start, note), (end, _) in pairwise([*record.rhythms, (1 << 40, "")]):
            if note in bad:
                bad[note] += [m.quality is not Quality.GOOD for m in found.moments if start <= m.index < end]
    print(noise_row("all", *map(list, zip(*every, strict=True))))
    print("\nwithheld, % of " + ", ".join(f"{name.strip('(')} {share(flags)}" for name, flags in bad.items()))


def strips(data: Path) -> None:
    """Print what is withheld of the challenge's kept-back records by their label."""
    truth, config = challenge_names(data / "training2017"), experiment()
    for rhythm in Rhythm:
        names = [n for n, told in truth.items() if told is rhythm and is_kept_back(Source.CHALLENGE, n, config)]
        moments: list[Moment] = []
        for name in names[:: -(-len(names) // MOST_STRIPS)]:
            lead = read_record(data / "training2017" / name)
            moments += follow(lead.samples / lead.gain, lead.rate, []).moments
        print(noise_row(rhythm.value, moments, []), flush=True)


def cost(record: Clean) -> float:
    """µs for a chunk of 0.25 s, the beats known."""
    judge, step = QualityJudge("bench", 0), SAMPLE_RATE // 4
    raw = np.interp(np.arange(100 * SAMPLE_RATE) / SAMPLE_RATE * record.rate, np.arange(len(record.millivolts)),
                    record.millivolts)  # fmt: skip
    peaks = [[at for at in record.truth if start <= at < start + step] for start in range(0, len(raw), step)]
    begin = perf_counter()
    for each, start in zip(peaks, range(0, len(raw), step), strict=True):
        judge.receive(raw[start : start + step], each, start + step - 30)
    return 1e6 * (perf_counter() - begin) / len(peaks)


def main() -> None:
    """Print the tables."""
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if folder is None:
        print("quality: skipped, set WARDBEAT_DATA_DIR to a folder with mitdb/, nstdb.npz and training2017/")
        return
    records = [read(path) for path in list_records(Path(folder) / "mitdb")]
    noises, rate = read_noise(Path(folder) / "nstdb.npz")
    head = ["good", *(reason.value for reason in POOR), "unusable", "needlessly withheld", "rate shown", "rate wrong"]
    print("| % of time | " + " | ".join(head) + " |\n" + "| --- " * (len(head) + 1) + "|")
    clean_rows(records)
    strips(Path(folder))
    stress(records, noises, rate)
    print(f"\n{min(cost(records[0]) for _ in range(5)):.1f} µs for a chunk of 0.25 s")


if __name__ == "__main__":
    main()
