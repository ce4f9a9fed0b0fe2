"""Records as WFDB writes them, made from synthetic hearts, and a network that knows only how early a beat comes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import wfdb

from ecg.context import BeatContext, Token
from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass, Rhythm
from ecg.pipeline import Judgement, Labeller
from ecg.scripts import Script
from ecg.synthetic import SyntheticEcg, synthesise
from ecg.types import DetectedBeat

RATE = 360


class EarlyIsVentricular:
    """Calls a beat ventricular when its RR is less than 0.8 of the usual one; every rhythm is `rhythm`."""

    def __init__(self, rhythm: Rhythm) -> None:
        self._rhythm = rhythm

    def read(self, beats: Sequence[DetectedBeat]) -> Token:
        """A token tells whether the beat is early."""
        return np.array([[0 < one.timing[4] < 0.8] for one in beats], np.float16)

    def judge(self, contexts: Sequence[BeatContext]) -> list[Judgement]:
        return [Judgement(self._classes(one), self._rhythms(one)) for one in contexts]

    def _classes(self, one: BeatContext) -> tuple[float, ...]:
        beat_class = BeatClass.VENTRICULAR if one.tokens[one.place, 0] else BeatClass.NORMAL
        return tuple(float(each is beat_class) for each in BEAT_CLASSES)

    def _rhythms(self, one: BeatContext) -> tuple[float, ...]:
        return tuple(float(each is self._rhythm) for each in RHYTHMS)


class Hindsight(EarlyIsVentricular):
    """Is sure of the rhythm once it sees 6 s of what comes after the beat; before that it leans to "other"."""

    def _rhythms(self, one: BeatContext) -> tuple[float, ...]:
        return super()._rhythms(one) if one.seconds[-1] > 6 else (0.25, 0.25, 0.375, 0.125)


def early() -> Labeller:
    return EarlyIsVentricular(Rhythm.NORMAL)


def in_hindsight() -> Labeller:
    return Hindsight(Rhythm.ATRIAL_FIBRILLATION)


def fibrillating() -> Labeller:
    return EarlyIsVentricular(Rhythm.ATRIAL_FIBRILLATION)


def write_record(folder: Path, name: str, script: Script, seconds: float = 60, rate: int = RATE) -> SyntheticEcg:
    """Lead 0 is flat, lead 1 has the heart."""
    ecg = synthesise(script, rate, seed=11, seconds=seconds)
    signals = np.column_stack([np.zeros(len(ecg.samples)), ecg.samples]).astype(np.float64)
    wfdb.wrsamp(
        name,
        fs=rate,
        units=["mV", "mV"],
        sig_name=["V1", "MLII"],
        p_signal=signals,
        fmt=["16", "16"],
        adc_gain=[200.0, 200.0],
        baseline=[0, 0],
        write_dir=str(folder),
    )
    return ecg


def annotate(folder: Path, name: str, marks: Sequence[tuple[int, str, str]], extension: str = "atr") -> None:
    """Write marks (sample, symbol, aux note) beside the record."""
    ordered = sorted(marks)
    samples, symbols, notes = zip(*ordered, strict=True)
    wfdb.wrann(name, extension, np.array(samples), list(symbols), aux_note=list(notes), write_dir=str(folder))


def true_marks(ecg: SyntheticEcg, sinus: str = "N") -> list[tuple[int, str, str]]:
    """What an expert marks: V for ventricular beats, `sinus` for all others."""
    return [(one.sample, "V" if one.beat_class is BeatClass.VENTRICULAR else sinus, "") for one in ecg.beats]
