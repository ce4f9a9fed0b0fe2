"""Our variability beside that of published libraries on the same NN series (tests/ecg/published_values.json)."""

import json
import math

import pytest

from ecg.variability import WindowNumbers
from tests.ecg.nn_series import MADE_UP, RECORDS, Series, numbers_of
from tests.ecg.published_values import TABLE, Values, all_series

WITHIN = dict.fromkeys(("lf", "hf", "lf_hf", "total_power"), 1e-2) | {"lf_printed": 6e-2}
TIME_DOMAIN = 1e-3
LIBRARIES: dict[str, dict[str, Values]] = json.loads(TABLE.read_text())
NAMES = [*(f"made up {seed}" for seed in range(MADE_UP)), *(f"MIT-BIH {name}" for name in RECORDS)]


@pytest.fixture(scope="module")
def series() -> dict[str, Series]:
    return all_series()


def _ours(told: WindowNumbers, given: Series, library: str) -> Values:
    """Our numbers as `library` defines them (the docstring of `tests.ecg.published_values` lists the differences)."""
    assert told.lf is not None and told.hf is not None and told.sdnn is not None
    assert told.pnn50 is not None and told.sd1 is not None and told.sd2 is not None
    ours = {name: value for name, value in told._asdict().items() if value is not None}
    unscaled, pairs = 1 / (2 * given.mean() / 1000), len(given) - 1
    bands = {"lf": told.lf, "hf": told.hf, "total_power": told.total_power or 0}
    ours |= {name: power * unscaled for name, power in bands.items()} | {"lf_hf": told.lf / told.hf}
    ours["lf_printed"] = ours["lf"]
    if library.startswith("neurokit2"):
        ours["pnn50"] = told.pnn50 * pairs / len(given)
    if library.startswith("hrv-analysis"):
        ours["sd2"] = math.sqrt(2 * told.sdnn**2 - told.sd1**2)
    if library.startswith("pyhrv"):
        ours |= {name: ours[name] * math.sqrt((pairs - 1) / pairs) for name in ("sd1", "sd2")}
    return ours


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("library", LIBRARIES)
def test_the_numbers_are_those_of_published_libraries(library: str, name: str, series: dict[str, Series]) -> None:
    if name not in series:
        pytest.skip(f"{name} is not under WARDBEAT_DATA_DIR")
    told, theirs = numbers_of(series[name]), LIBRARIES[library][name]
    ours = _ours(told, series[name], library)
    assert told.nn_used == 100 and len(theirs) >= 6
    for number, value in theirs.items():
        assert ours[number] == pytest.approx(value, rel=WITHIN.get(number, TIME_DOMAIN)), number


def test_the_table_holds_what_is_asked_of_it() -> None:
    assert [library.split()[0] for library in LIBRARIES] == ["neurokit2", "hrv-analysis", "pyhrv"]
    assert all(sorted(found) == sorted(NAMES) for found in LIBRARIES.values())
    assert {"sdnn", "rmssd", "pnn50", "sd1", "sd2", "triangular_index", "lf", "hf", "lf_hf"} <= set(
        LIBRARIES["neurokit2 0.2.13"]["made up 0"]
    )
