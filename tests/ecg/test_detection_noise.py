"""Beats of real records, clean and under the noise of the MIT-BIH Noise Stress Test Database."""

from pathlib import Path

import numpy as np
import pytest

from ecg.hump_evidence import log_odds
from ecg.hump_weights import judge_weights
from ecg.humps import EVIDENCE
from tests.bench.beats import Count, counted, ours
from tests.bench.noise_stress import Annotated, annotated, noise_leads, under

RECORDS = "102", "116", "201", "207", "209", "223"
SECONDS = 120


@pytest.fixture(scope="module")
def records(data_dir: Path) -> list[Annotated]:
    return [annotated(data_dir / "mitdb" / name) for name in RECORDS]


def f1(records: list[Annotated]) -> float:
    total = Count()
    for record in records:
        piece = record.first(SECONDS)
        total.add(counted(piece, ours(piece.lead))[0])
    return total.f1_without_flutter


def test_next_to_all_beats_of_clean_records_are_found_and_no_others(records: list[Annotated]) -> None:
    assert f1(records) >= 99.4


@pytest.mark.parametrize(("kind", "ratio", "least"), [("em", 0, 92), ("ma", 0, 97), ("ma", -6, 90)])
def test_most_beats_are_found_in_noise(
    data_dir: Path, records: list[Annotated], kind: str, ratio: float, least: float
) -> None:
    noise = noise_leads(data_dir)[kind]
    assert f1([under(noise, ratio, record) for record in records]) >= least


@pytest.mark.parametrize("other", range(0, EVIDENCE, 7))
def test_all_evidence_is_weighed(other: int) -> None:
    plain = np.zeros(EVIDENCE)
    told = [log_odds(np.where(np.arange(EVIDENCE) == other, size, plain), judge_weights()) for size in (-2.0, 0.0, 2.0)]
    assert len(set(told)) > 1
