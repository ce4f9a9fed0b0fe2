"""Beat-by-beat figures after ANSI/AAMI EC57, in the cells and rules of WFDB's `bxb` (G. Moody, app/bxb.c).

A table of counts has a row for each reference class N S V F Q and O (no beat), and a column for each told one. "Nv" is
the cell of normal beats that were told as ventricular, "Ov" of ventricular beats told where there is none, "Vo" of
missed ones. The standard's text is not public; what is followed here is its reference program:

- one-to-one matching within 150 ms (`ecg.scoring`); a pair or a miss is counted when the reference beat is, an extra
  detection when it lies itself in the scored part;
- the learning period (5 minutes) is not scored;
- between '[' and ']' (ventricular flutter or fibrillation) no reference beat and no detection counts;
- VEB +P and false positive rate: F and Q beats told as V are no errors (Fv and Qv are left out);
- SVEB +P and false positive rate: Q beats told as S are no errors (Qs is left out); F beats are (Fs counts).

The strict +P count every wrong answer, Fv, Qv and Qs too. Deviations from bxb: atrial and nodal escape beats (e, j) are
class N, as in EC57's table of classes; the SVEB false positive rate is formed as that of VEB (bxb prints none); beats
missed while the signal was called unusable count as missed, but not apart as "shutdown".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.episodes import Span
from ecg.labels import BEAT_CLASSES, BeatClass
from ecg.reference import Reference
from ecg.scoring import Matching, beat_confusion, match_beats

LEARNING_SECONDS = 300.0
TABLE_SIZE = len(BEAT_CLASSES) + 1
ROWS = "".join(BEAT_CLASSES) + "O"
PAIRED = " ".join(one + other.lower() for one in BEAT_CLASSES for other in BEAT_CLASSES)

Table = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measure:
    """right / (right + wrong), both named by their cells, in percent."""

    name: str
    right: str
    wrong: str

    def counts(self, tables: Table) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Numerator and denominator of tables (n, 6, 6), each of shape (n,)."""
        right = _sum(tables, self.right)
        return right, right + _sum(tables, self.wrong)


QRS_SENSITIVITY = Measure("QRS sensitivity", PAIRED, "No So Vo Fo Qo")
QRS_PREDICTIVITY = Measure("QRS +P", PAIRED, "On Os Ov Of Oq")
VEB_SENSITIVITY = Measure("VEB sensitivity", "Vv", "Vn Vs Vf Vq Vo")
VEB_PREDICTIVITY = Measure("VEB +P", "Vv", "Nv Sv Ov")
VEB_FALSE_POSITIVE = Measure(
    "VEB false positive rate", "Nv Sv Ov", "Nn Ns Nf Nq Sn Ss Sf Sq Fn Fs Ff Fq Qn Qs Qf Qq On Os Of Oq"
)
SVEB_SENSITIVITY = Measure("SVEB sensitivity", "Ss", "Sn Sv Sf Sq So")
SVEB_PREDICTIVITY = Measure("SVEB +P", "Ss", "Ns Vs Fs Os")
SVEB_FALSE_POSITIVE = Measure(
    "SVEB false positive rate", "Ns Vs Fs Os", "Nn Nv Nf Nq Vn Vv Vf Vq Fn Fv Ff Fq Qn Qv Qf Qq On Ov Of Oq"
)
VEB_STRICT = Measure("VEB +P, strict", "Vv", "Nv Sv Fv Qv Ov")
SVEB_STRICT = Measure("SVEB +P, strict", "Ss", "Ns Vs Fs Qs Os")

MEASURES = (
    QRS_SENSITIVITY,
    QRS_PREDICTIVITY,
    VEB_SENSITIVITY,
    VEB_PREDICTIVITY,
    VEB_FALSE_POSITIVE,
    SVEB_SENSITIVITY,
    SVEB_PREDICTIVITY,
    SVEB_FALSE_POSITIVE,
    VEB_STRICT,
    SVEB_STRICT,
)


def score_beats(reference: Reference, told: Sequence[tuple[int, BeatClass]], rate: float, learning: float) -> Table:
    """Table (6, 6) of a record at `rate` Hz without its first `learning` seconds; `told` in the record's samples."""
    begin = learning * rate
    marked = [
        (at, what)
        for at, what in zip(reference.samples, reference.classes, strict=True)
        if not _within(at, reference.ventricular_flutter)
    ]
    samples, told_samples = [at for at, _ in marked], [at for at, _ in told]
    matching = match_beats(samples, told_samples, rate)
    counted = Matching(
        tuple(pair for pair in matching.pairs if samples[pair[0]] >= begin),
        tuple(one for one in matching.missed if samples[one] >= begin),
        tuple(
            other
            for other in matching.extra
            if told_samples[other] >= begin and not _within(told_samples[other], reference.ventricular_flutter)
        ),
    )
    return beat_confusion([what for _, what in marked], [what for _, what in told], counted)


def _within(at: int, spans: Sequence[Span]) -> bool:
    return any(start <= at < end for start, end in spans)


def _sum(tables: Table, cells: str) -> NDArray[np.float64]:
    rows, columns = zip(*((ROWS.index(cell[0]), ROWS.index(cell[1].upper())) for cell in cells.split()), strict=True)
    return np.asarray(tables[:, rows, columns].sum(axis=1), np.float64)
