"""EC57's figures from a table computed by hand, and what of a record is scored at all."""

import numpy as np
import pytest

from ecg.ec57 import MEASURES, ROWS, Measure, Table, score_beats
from ecg.labels import BeatClass
from ecg.reference import Reference, read_marks

RATE = 100.0
TABLE = np.array(
    [
        # n   s   v   f  q  o
        [900, 10, 5, 2, 1, 8],  # N
        [6, 40, 4, 0, 0, 2],  # S
        [3, 2, 80, 1, 0, 4],  # V
        [1, 2, 6, 10, 0, 1],  # F
        [0, 3, 2, 0, 5, 0],  # Q
        [7, 1, 2, 0, 0, 0],  # O
    ]
)
BY_HAND = {
    "QRS sensitivity": (1083, 1083 + 15),
    "QRS +P": (1083, 1083 + 10),
    "VEB sensitivity": (80, 90),
    "VEB +P": (80, 80 + 5 + 4 + 2),
    "VEB false positive rate": (11, 11 + 913 + 46 + 13 + 8 + 8),
    "SVEB sensitivity": (40, 52),
    "SVEB +P": (40, 40 + 10 + 2 + 2 + 1),
    "SVEB false positive rate": (15, 15 + 908 + 84 + 17 + 7 + 9),
    "VEB +P, strict": (80, 80 + 5 + 4 + 6 + 2 + 2),
    "SVEB +P, strict": (40, 40 + 10 + 2 + 2 + 3 + 1),
}


def marks(beats: str, notes: dict[int, str] | None = None, end: int = 100_000) -> Reference:
    """Beats as in "N100 V200", symbols at samples; `notes` at the samples of "+" marks."""
    pairs = [(int(word[1:]), word[0]) for word in beats.split()]
    pairs = sorted(pairs + [(at, "+") for at in notes or {}])
    texts = [(notes or {}).get(at, "") if symbol == "+" else "" for at, symbol in pairs]
    return read_marks([at for at, _ in pairs], [symbol for _, symbol in pairs], texts, end)


def told(beats: str) -> list[tuple[int, BeatClass]]:
    return [(int(word[1:]), BeatClass(word[0])) for word in beats.split()]


def cells(table: Table) -> dict[str, int]:
    """The cells that are not empty, by their names."""
    return {f"{ROWS[row]}{ROWS[column].lower()}": int(table[row, column]) for row, column in np.argwhere(table)}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_a_figure_is_what_the_hand_computes(measure: Measure) -> None:
    right, whole = measure.counts(TABLE[None])
    assert (right.item(), whole.item()) == BY_HAND[measure.name]


def test_f_and_q_told_as_v_and_q_told_as_s_change_the_strict_figures_only() -> None:
    forgiving = TABLE.copy()
    for row, column in (("F", "v"), ("Q", "v"), ("Q", "s")):
        forgiving[ROWS.index(row), ROWS.index(column.upper())] = 0
    changed = set()
    for measure in MEASURES:
        if measure.name.startswith("QRS"):
            continue
        one, other = measure.counts(TABLE[None]), measure.counts(forgiving[None])
        if measure.name.endswith("rate"):
            assert one[0] == other[0]
        elif one[1] != other[1]:
            changed.add(measure.name)
    assert changed == {"VEB +P, strict", "SVEB +P, strict"}


def test_every_beat_of_a_record_is_in_its_cell() -> None:
    table = score_beats(marks("N100 N200 V300 A400 /500"), told("N100 V203 V300 N401 N700"), RATE, 0)
    assert cells(table) == {"Nn": 1, "Nv": 1, "Vv": 1, "Sn": 1, "Qo": 1, "On": 1}


def test_the_learning_period_is_not_scored() -> None:
    reference, answer = marks("N100 V200 N300 V400"), told("N100 N200 V250 N300 V400")
    assert cells(score_beats(reference, answer, RATE, 3.0)) == {"Nn": 1, "Vv": 1}
    assert cells(score_beats(reference, answer, RATE, 0)) == {"Nn": 2, "Vn": 1, "Ov": 1, "Vv": 1}


def test_a_beat_at_the_border_of_the_learning_period_goes_by_its_mark() -> None:
    assert cells(score_beats(marks("N301"), told("N299"), RATE, 3.0)) == {"Nn": 1}
    assert cells(score_beats(marks("N299"), told("N301"), RATE, 3.0)) == {}


def test_neither_marks_nor_detections_in_ventricular_flutter_count() -> None:
    reference = marks("N100 [200 V250 ]400 N500")
    answer = told("N100 V230 V260 V399 N500")
    assert cells(score_beats(reference, answer, RATE, 0)) == {"Nn": 2}
    assert cells(score_beats(marks("N100 V250 N500"), answer, RATE, 0)) == {"Nn": 2, "Vv": 1, "Ov": 2}


def test_flutter_that_nobody_ends_lasts_to_the_end() -> None:
    assert marks("N100 [200", end=900).ventricular_flutter == ((200, 900),)


def test_escape_beats_are_normal_and_flutter_waves_no_beats() -> None:
    reference = marks("e100 j200 !300 a400 J500 E600")
    assert "".join(reference.classes) == "NNSSV"


@pytest.mark.parametrize(("beats", "paced"), [("N100 N200 N300", False), ("N100 /200 /300", True), ("f1 N2", True)])
def test_paced_records_are_known_by_their_beats(beats: str, paced: bool) -> None:
    assert marks(beats).is_paced is paced


def test_rhythm_notes_become_spans() -> None:
    notes = {100: "(N", 200: "(AFIB", 300: "(AFIB", 400: "(AFL", 500: "(AFIB"}
    reference = marks("N150", notes, end=800)
    assert reference.fibrillation == ((200, 400), (500, 800))
    assert reference.atrial_flutter == ((400, 500),)
