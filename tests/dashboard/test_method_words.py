"""Every number has its words, and the docs have the same ones."""

from pathlib import Path

import pytest

from dashboard.method_words import method_words, table
from ecg.methods import METHODS
from ecg.types import VITAL_NUMBERS
from words import LANGUAGES, speaking

DOCS = Path(__file__).parents[2] / "docs" / "CLINICAL.md"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_vital_number_says_its_window_and_method(language: str) -> None:
    assert {*VITAL_NUMBERS, "lf_hf"} <= METHODS.keys()
    with speaking(language):
        for told in map(method_words, METHODS):
            assert told.label and told.words.startswith(told.window) and "{" not in told.words
            assert told.words.endswith((".", "。"))


def test_numbers_of_variability_ask_for_the_share_of_beats_used() -> None:
    of_nn = {name for name, method in METHODS.items() if method.of_nn}
    assert of_nn == {*VITAL_NUMBERS, "lf_hf"} - {"heart_rate", "rr_last", "nn_used", "nn_used_24h", "hours_24h"}
    assert all(method_words(name).window == ("24 h" if name.endswith("_24h") else "5 min") for name in of_nn)


def test_the_docs_tell_the_same() -> None:
    assert table() in DOCS.read_text("utf-8")
