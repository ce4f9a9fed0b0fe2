"""Where the weights of ecg.beat_doubt come from: a logistic regression on recorded noise, with records left out.

python -m tests.bench.doubt_fit       needs WARDBEAT_DATA_DIR (mitdb/, nstdb.npz, training2017/)

Every second with four beats or more is a row; its answer: is one of the beats judged there missed or made up? Rows are
twelve minutes of each MIT-BIH record as they are and with each noise over every other two minutes, and records of the
challenge's training part, whose beats nobody marked: those with a rhythm for a label are taken to be found well.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg import beat_doubt, signal_faults
from ecg.beat_doubt import FEW, REACH, READY, WEIGHTS, newest
from ecg.frontdoor import FrontDoor
from ecg.labels import Rhythm
from ecg.quality import DOUBT, STEP, WINDOW, look, sections, take
from ecg.rates import SAMPLE_RATE
from ecg.scoring import match_beats
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk, SampleChunk
from streaming.records import list_records, read_record
from tests.bench.noise_periods import GAIN, KINDS, PERIOD, RATIOS, lay_over, read_noise
from tests.bench.quality import Clean, part, read
from tests.bench.tracked import experiment
from training.sources import Source, challenge_names
from training.split import is_kept_back

BEGIN, LENGTH = 300, 720  # s of each MIT-BIH record
FOLDS = 4
RIDGE, ROUNDS = 1.0, 15
CLEAN, LOUD = "clean", ("em-6", "ma-6", "bw-6")
CHALLENGE = {Rhythm.NORMAL: 0.3, Rhythm.ATRIAL_FIBRILLATION: 0.5, Rhythm.OTHER: 0.3}
"""What a row counts for; clean and very noisy ones count half, for there are many of them and most are plain."""
EVERY = {Rhythm.NORMAL: 40, Rhythm.ATRIAL_FIBRILLATION: 3, Rhythm.OTHER: 40}
"""One of so many challenge records is taken."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Measures, shape (n, 5), of a record under a condition; is a beat wrong (n,); what each row counts for."""

    record: str
    condition: str
    measures: NDArray[np.float64]
    wrong: NDArray[np.bool_]
    weight: float


def tracked(millivolts: NDArray[np.float64], rate: float) -> tuple[NDArray[np.float64], list[int]]:
    """Raw house samples in mV, and the R peaks that are found in them."""
    chunk = DeviceChunk("fit", 0, np.round(millivolts * GAIN).clip(-32767, 32767).astype(np.int16), rate, GAIN)
    raw = [item.samples for item in FrontDoor("fit").receive(chunk) if isinstance(item, SampleChunk)]
    beats = [item.index for item in SignalTracker("fit").receive(chunk) if isinstance(item, DetectedBeat)]
    return np.concatenate(raw).astype(np.float64), beats


def measured(raw: NDArray[np.float64], beats: list[int]) -> Iterator[tuple[int, int, NDArray[np.float64]]]:
    """Of each second with beats to judge: its end, the first of those beats, the measures."""
    lead, heart, room = signal_faults.fresh(), beat_doubt.fresh(), np.zeros(WINDOW)
    peaks, taken, measures = np.array(beats, np.int64), 0, np.zeros(len(WEIGHTS))
    for end in range(STEP, len(raw), STEP):
        take(lead, heart, raw[end - STEP : end], sections())
        ready = int(np.searchsorted(peaks, end - READY, "right"))
        fault, _, _ = look(lead, heart, end, peaks[taken:ready], room, measures)
        taken, count = ready, newest(heart[0], end)
        if fault == signal_faults.VALID and count >= FEW:
            yield end, beats[ready - count], measures.copy()


def rows(record: str, condition: str, millivolts: NDArray[np.float64], rate: float, truth: Sequence[int] | None,
         weight: float) -> Rows:  # fmt: skip
    """The rows of a signal with beats at the house samples `truth`; of a noisy one those where noise is on."""
    raw, beats = tracked(millivolts, rate)
    matching = match_beats(beats if truth is None else truth, beats, SAMPLE_RATE)
    missed = [] if truth is None else [truth[at] for at in matching.missed]
    faults = np.sort([*missed, *(beats[at] for at in matching.extra)])
    seen = [each for each in measured(raw, beats) if truth is None or condition == CLEAN or _is_on(each[0])]
    wrong = [np.searchsorted(faults, end - READY) > np.searchsorted(faults, first - 10) for end, first, _ in seen]
    measures = np.array([each for _, _, each in seen]).reshape(-1, len(WEIGHTS))
    return Rows(record, condition, measures, np.array(wrong, bool), weight)


def _is_on(end: int) -> bool:
    period = PERIOD * SAMPLE_RATE
    return end // period % 2 == 0 and (end - REACH) // period % 2 == 0


def noisy_rows(data: Path) -> Iterator[Rows]:
    """MIT-BIH, clean and under each noise."""
    noises, rate = read_noise(data / "nstdb.npz")
    for seed, path in enumerate(list_records(data / "mitdb")):
        record: Clean = part(read(path), BEGIN, LENGTH)
        yield rows(record.name, CLEAN, record.millivolts, rate, record.truth, 0.5)
        for kind in KINDS:
            for ratio in RATIOS:
                noise = noises[kind][:, (seed + ratio // 6) % 2]
                signal = lay_over(record.millivolts, record.beats, noise, rate, ratio, 1000 + 100 * seed + ratio)
                name = f"{kind}{ratio}"
                yield rows(record.name, name, signal, rate, record.truth, 0.5 if name in LOUD else 1.0)


def challenge_rows(data: Path) -> Iterator[Rows]:
    """The challenge's training part, as if every beat were found and none made up."""
    truth, config = challenge_names(data / "training2017"), experiment()
    for rhythm, weight in CHALLENGE.items():
        names = [n for n, told in truth.items() if told is rhythm and not is_kept_back(Source.CHALLENGE, n, config)]
        for name in names[:: EVERY[rhythm]]:
            lead = read_record(data / "training2017" / name)
            yield rows(name, rhythm.value, lead.samples / lead.gain, lead.rate, None, weight)


def fit(taken: Sequence[Rows]) -> NDArray[np.float64]:
    """Weights and, last, the offset."""
    measures = np.vstack([each.measures for each in taken])
    wrong = np.concatenate([each.wrong for each in taken])
    weight = np.concatenate([np.full(len(each.wrong), each.weight) for each in taken])
    middle, spread = measures.mean(axis=0), measures.std(axis=0)
    terms = np.column_stack([(measures - middle) / spread, np.ones(len(measures))])
    found = np.zeros(terms.shape[1])
    ridge = RIDGE * np.eye(len(found))
    ridge[-1, -1] = 0.0
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(terms @ found, -30, 30)))
        slope = terms.T @ (weight * (chance - wrong)) + ridge @ found
        found -= np.linalg.solve((terms.T * (weight * chance * (1 - chance) + 1e-9)) @ terms + ridge, slope)
    weights = found[:-1] / spread
    return np.append(weights, found[-1] - weights @ middle)


def odds(taken: Rows, found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds of each row by `found`."""
    return np.asarray(taken.measures @ found[:-1] + found[-1])


def left_out(taken: Sequence[Rows], others: Sequence[Rows]) -> dict[str, list[tuple[float, bool]]]:
    """By condition the log odds of each row, by weights of which its record knows nothing, and what is true."""
    names = sorted({each.record for each in taken})
    told: dict[str, list[tuple[float, bool]]] = {}
    for fold in range(FOLDS):
        found = fit([each for each in taken if each.record not in names[fold::FOLDS]] + [*others])
        for each in taken:
            if each.record in names[fold::FOLDS]:
                told.setdefault(each.condition, []).extend(zip(odds(each, found), each.wrong, strict=True))
    return told


def main() -> None:
    """Print the weights and what they are worth."""
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if folder is None:
        print("doubt_fit: skipped, set WARDBEAT_DATA_DIR to a folder with mitdb/, nstdb.npz and training2017/")
        return
    taken, others = list(noisy_rows(Path(folder))), list(challenge_rows(Path(folder)))
    *weights, offset = fit([*taken, *others])
    print("WEIGHTS", np.round(weights, 3).tolist(), "OFFSET", round(offset, 3))
    print(f"\n| record left out, % of seconds | not doubted | of them wrong, doubt {DOUBT} | doubted in vain |")
    print("| --- " * 4 + "|")
    for condition, pairs in left_out(taken, others).items():
        doubted, wrong = np.array([odd > DOUBT for odd, _ in pairs]), np.array([bad for _, bad in pairs])
        shares = ~doubted, ~doubted & wrong, doubted & ~wrong
        print(f"| {condition} | " + " | ".join(f"{100 * each.mean():.2f}" for each in shares) + " |")


if __name__ == "__main__":
    main()
