"""Quality on real records, clean and with the noise of the MIT-BIH Noise Stress Test Database laid over them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ecg.findings import Quality
from tests.bench.noise_periods import Moment, follow, lay_over, read_noise
from tests.bench.quality import BEGIN, Clean, cut, faulty, needless, read

SECONDS = 240
RECORDS = (
    "101", "102", "104", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122", "124", "201", "203",
    "205", "207", "208", "209", "215", "220", "223", "230",
)  # fmt: skip
DIFFICULT = {"203": 0.12, "124": 0.10, "104": 0.08, "207": 0.06, "205": 0.05}
"""Share that may be withheld in vain where tall P and T waves, runs of V or noise of its own stand in the record."""
STRESSED = "115", "122", "201", "215", "220"


@pytest.fixture(scope="module")
def parts(data_dir: Path) -> dict[str, Clean]:
    """Four minutes of each record."""
    return {name: cut(read(data_dir / "mitdb" / name)) for name in RECORDS}


@pytest.mark.parametrize("name", RECORDS)
def test_clean_signal_is_not_withheld(parts: dict[str, Clean], name: str) -> None:
    part = parts[name]
    found = follow(part.millivolts, part.rate, part.truth)
    unneeded = list(needless(found.moments, faulty(found, part.truth)))
    assert sum(unneeded) <= DIFFICULT.get(name, 0.02) * len(unneeded)


def stressed(data_dir: Path, parts: dict[str, Clean], kind: str, ratio: float) -> list[Moment]:
    """The noisy moments of a few records."""
    noises, rate = read_noise(data_dir / "nstdb.npz")
    moments: list[Moment] = []
    for seed, name in enumerate(STRESSED):
        part = parts[name]
        signal = lay_over(part.millivolts, part.beats, noises[kind][:, seed % 2], rate, ratio, seed)
        moments += [each for each in follow(signal, part.rate, part.truth).moments if each.is_noisy]
    return moments


def share(moments: Sequence[Moment], quality: Quality) -> float:
    return sum(each.quality is quality for each in moments) / len(moments)


@pytest.mark.parametrize(("kind", "ratio"), [("em", 12), ("em", 6), ("em", 0), ("em", -6), ("ma", 6), ("ma", -6)])
def test_next_to_no_wrong_rate_is_shown_in_noise(
    data_dir: Path, parts: dict[str, Clean], kind: str, ratio: float
) -> None:
    moments = stressed(data_dir, parts, kind, ratio)
    assert sum(each.is_wrong for each in moments) <= 0.04 * len(moments)


@pytest.mark.parametrize("kind", ["em", "ma"])
def test_the_more_noise_the_less_is_good(data_dir: Path, parts: dict[str, Clean], kind: str) -> None:
    good = [share(stressed(data_dir, parts, kind, ratio), Quality.GOOD) for ratio in (24, 6, -6)]
    assert good[0] > 0.8
    assert good[0] > good[1] > good[2]
    assert good[2] < 0.1


def test_wander_alone_is_not_taken_for_missing_beats(data_dir: Path, parts: dict[str, Clean]) -> None:
    assert share(stressed(data_dir, parts, "bw", 12), Quality.GOOD) > 0.9


def test_flutter_is_no_artefact(data_dir: Path) -> None:
    """Record 207 flutters from 25:41 to 27:19."""
    record = read(data_dir / "mitdb" / "207")
    first, end = round((1540 - BEGIN) * record.rate), round(1638 * record.rate)
    found = follow(record.millivolts[first:end], record.rate, [])
    flutter = [each for each in found.moments if each.index > (BEGIN + 10) * 250]
    assert share(flutter, Quality.GOOD) > 0.7
