"""False alarms of ventricular fibrillation on records that have none, the time to an alarm, and what it costs.

python -m tests.bench fibrillation      needs WARDBEAT_DATA_DIR (mitdb/, training2017/, nstdb.npz for the noise)

Only the signal decides, so no network is needed: the whole pipeline runs with a stand-in for it.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg.fibrillation import FibrillationJudge
from ecg.findings import Finding
from ecg.labels import Rhythm
from ecg.types import RhythmEpisode, SampleChunk
from streaming.analyze import analyse
from streaming.records import RecordedLead, list_records, read_record
from tests.bench.tracked import ARRHYTHMIA, CHALLENGE, experiment
from tests.ec13.trial import WidthLabeller, first, play
from tests.ec13.waves import fibrillation, on_skin, steady
from training.noise import read_leads
from training.sources import Source, challenge_names
from training.split import is_kept_back

FLUTTER = "207"
NOISY_RECORDS = "101", "106", "119", "201", "208", "223"
NOISES = "bw", "em", "ma"
SNR_DB = 6, 0
MADE_UP = 60
SOON_S = 10
VF = Finding.VENTRICULAR_FIBRILLATION


def alarms(leads: Iterator[RecordedLead]) -> tuple[int, float, int, float]:
    """Records, their hours, how many episodes were told and how many seconds they last."""
    records, hours, episodes, seconds = 0, 0.0, 0, 0.0
    for lead in leads:
        told = [one for one in analyse(lead, WidthLabeller()).episodes if one.finding is VF]
        records, hours, episodes = records + 1, hours + len(lead.samples) / lead.rate / 3600, episodes + len(told)
        seconds += sum(((one.end or one.start) - one.start) / 250 for one in told)
        if told:
            print(f"  told on {lead.name}: {len(told)}")
    return records, hours, episodes, seconds


def arrhythmia(folder: Path, lead: int) -> Iterator[RecordedLead]:
    """A lead of every MIT-BIH record without flutter."""
    return (read_record(path, lead) for path in list_records(folder) if path.name != FLUTTER)


def challenge(folder: Path, wanted: frozenset[Rhythm]) -> Iterator[RecordedLead]:
    """The challenge records kept back from the network that experts gave one of `wanted`."""
    truth, config = challenge_names(folder), experiment()
    chosen = [name for name, rhythm in truth.items() if rhythm in wanted]
    return (read_record(folder / name) for name in chosen if is_kept_back(Source.CHALLENGE, name, config))


def noisy(data: Path, kind: str) -> Iterator[RecordedLead]:
    """Records with noise laid over them, scaled as WFDB's `nst` does: the power of QRS against that of the noise."""
    noise = read_leads(data / "nstdb.npz")[2 * NOISES.index(kind)]
    for name in NOISY_RECORDS:
        lead = read_record(data / ARRHYTHMIA / name)
        for decibel in SNR_DB:
            yield _with_noise(lead, np.resize(noise.samples / noise.gain, len(lead.samples)), decibel)


def _with_noise(lead: RecordedLead, noise: NDArray[np.float64], decibel: int) -> RecordedLead:
    clean = lead.samples / lead.gain
    step = round(lead.rate)
    height = np.median([np.ptp(clean[at : at + step]) for at in range(0, len(clean) - step, 10 * step)])
    scale = np.sqrt(height**2 / 8 / (noise.var() * 10 ** (decibel / 10)))
    mixed = np.clip(np.round((clean + scale * noise) * lead.gain), -32767, 32767).astype(np.int16)
    return RecordedLead(f"{lead.name}+{decibel}dB", lead.rate, lead.gain, mixed, lead.n_leads, lead.lead_name)


def delays() -> list[float | None]:
    """Seconds from the onset of made-up fibrillation to the alarm, 0.15 to 0.8 mV."""
    told = []
    for seed in range(MADE_UP):
        wave = np.concatenate([steady(80, 20), fibrillation(0.15 + 0.65 * seed / MADE_UP, 15, seed)])
        told.append(first(play(on_skin(wave, seed), WidthLabeller()), [VF], 20))
    return told


def cost_us(wave: NDArray[np.float64]) -> float:
    """Microseconds for a quarter of a second of a wave of 500 Hz."""
    samples, step = wave[::2].astype(np.float32), 62
    best = np.inf
    for _ in range(5):
        judge, begin = FibrillationJudge(), time.perf_counter()
        for start in range(0, len(samples), step):
            judge.receive(SampleChunk("r", start, samples[start : start + step]))
        best = min(best, time.perf_counter() - begin)
    return 1e6 * best / (len(samples) / step)


def flutter(data: Path) -> None:
    """Print when flutter is told on record 207."""
    for lead in (0, 1):
        told: list[RhythmEpisode] = analyse(read_record(data / ARRHYTHMIA / FLUTTER, lead), WidthLabeller()).episodes
        spans = ", ".join(f"{one.start / 250:.0f} to {(one.end or 0) / 250:.0f}" for one in told if one.finding is VF)
        print(f"207 lead {lead}, flutter told (s): {spans}")


def main() -> None:
    """Print the tables."""
    sinus, vf = cost_us(steady(80, 120)), cost_us(fibrillation(0.5, 120, 1))
    print(f"cost of a chunk of 0.25 s: {sinus:.1f} µs in sinus rhythm, {vf:.1f} µs in fibrillation")
    told = [one for one in delays() if one is not None]
    soon = sum(one <= SOON_S for one in told)
    print(
        f"made-up, 0.15 to 0.8 mV: {soon} of {MADE_UP} told within {SOON_S} s, {len(told)} at all; "
        f"median {np.median(told):.1f} s"
    )
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if folder is None:
        print("fibrillation: the records are skipped, set WARDBEAT_DATA_DIR")
        return
    data = Path(folder)
    flutter(data)
    rows = {f"MIT-BIH without 207, lead {lead}": arrhythmia(data / ARRHYTHMIA, lead) for lead in (0, 1)}
    clear = frozenset(Rhythm) - {Rhythm.NOISE}
    rows["challenge, N A O"] = challenge(data / CHALLENGE, clear)
    rows["challenge, ~"] = challenge(data / CHALLENGE, frozenset({Rhythm.NOISE}))
    rows |= {f"MIT-BIH with {kind}, 6 and 0 dB": noisy(data, kind) for kind in NOISES}
    print("\n| records | number | hours | VF told | per hour | s |\n| --- | --- | --- | --- | --- | --- |", flush=True)
    for name, leads in rows.items():
        records, hours, episodes, seconds = alarms(leads)
        cells = f"{records} | {hours:.2f} | {episodes} | {episodes / hours:.2f} | {seconds:.0f}"
        print(f"| {name} | {cells} |", flush=True)
