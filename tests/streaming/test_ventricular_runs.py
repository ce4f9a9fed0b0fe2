"""Ventricular runs and tachycardia of real records, told through the whole pipeline with the shipped network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifier.engine import shipped_labeller
from ecg.findings import Finding
from ecg.pipeline import Labeller
from ecg.rates import SAMPLE_RATE
from streaming.analyze import analyse
from streaming.records import RecordedLead, read_record
from tests.bench.noise_periods import GAIN, lay_over, read_noise
from tests.bench.quality import cut, read

BEFORE, AFTER = 30, 10  # s
NOISY = 120  # s, the minutes that noise is laid over
VT, RUN = Finding.VENTRICULAR_TACHYCARDIA, Finding.VENTRICULAR_RUN
Span = tuple[float, float]


@pytest.fixture(scope="module")
def network() -> Labeller:
    return shipped_labeller()


def told(lead: RecordedLead, network: Labeller, finding: Finding, start: float = 0.0) -> list[Span]:
    """Onset and end, s, of what is told of a lead that begins at `start`."""
    episodes = analyse(lead, network).episodes
    last = start + len(lead.samples) / lead.rate
    ends = {one.start: one.end for one in episodes if one.finding is finding}
    return [(start + at / SAMPLE_RATE, last if end is None else start + end / SAMPLE_RATE) for at, end in ends.items()]


@pytest.mark.parametrize(
    ("record", "run", "finding"),
    [
        ("203", (105.1, 105.9), RUN),
        ("203", (641.3, 642.4), RUN),
        ("203", (304.2, 306.8), VT),
        ("205", (298.9, 301.3), VT),
        ("205", (303.5, 305.9), VT),
        ("205", (1461.6, 1464.9), VT),
        ("124", (312.3, 330.3), RUN),
    ],
)
def test_wide_and_fast_beats_are_no_movement(
    data_dir: Path, network: Labeller, record: str, run: Span, finding: Finding
) -> None:
    lead = read_record(data_dir / "mitdb" / record)
    begin, end = run[0] - BEFORE, run[1] + AFTER
    part = replace(lead, samples=lead.samples[round(begin * lead.rate) : round(end * lead.rate)])
    assert any(start < run[1] and run[0] < stop for start, stop in told(part, network, finding, begin))


@pytest.mark.parametrize("kind", ["em", "ma"])
def test_movement_over_a_sinus_rhythm_is_no_tachycardia(data_dir: Path, network: Labeller, kind: str) -> None:
    """A run in the first beats, of which the network knows nothing before, is forgiven."""
    noises, rate = read_noise(data_dir / "nstdb.npz")
    runs: list[Span] = []
    for name in ("101", "112", "115", "122"):
        clean = cut(read(data_dir / "mitdb" / name))
        noisy = lay_over(clean.millivolts, clean.beats, noises[kind][:, 0], rate, 0, 1)[: round(NOISY * rate)]
        lead = RecordedLead(name, rate, GAIN, (noisy * GAIN).round().clip(-32767, 32767).astype(np.int16), 1, "MLII")
        assert told(lead, network, VT) == []
        runs += told(lead, network, RUN)
    assert len(runs) <= 1
