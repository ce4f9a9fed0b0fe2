"""Every number has its words, and the docs have the same ones."""

from pathlib import Path

from ecg.methods import METHODS, table
from ecg.types import VITAL_NUMBERS

DOCS = Path(__file__).parents[2] / "docs" / "CLINICAL.md"


def test_every_vital_number_says_its_window_and_method() -> None:
    assert {*VITAL_NUMBERS, "lf_hf"} <= METHODS.keys()
    for method in METHODS.values():
        assert method.label and method.window and method.method and method.shown
        assert method.words.startswith(f"{method.window}: ") and method.words.endswith(".")


def test_numbers_of_variability_ask_for_the_share_of_beats_used() -> None:
    of_nn = {name for name, method in METHODS.items() if method.of_nn}
    assert of_nn == {*VITAL_NUMBERS, "lf_hf"} - {"heart_rate", "rr_last", "nn_used", "nn_used_24h", "hours_24h"}
    assert all(METHODS[name].window == ("24 h" if name.endswith("_24h") else "5 min") for name in of_nn)


def test_the_docs_tell_the_same() -> None:
    assert table() in DOCS.read_text("utf-8")
