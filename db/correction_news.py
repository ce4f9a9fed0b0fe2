"""What people say of beats, for screens that show them already: deed by deed, in the order in which it can be seen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlmodel import col

from db.corrections import corrections, shown_beats
from db.edited import edited_beats
from db.engine import fetch_all, fetch_first
from db.models_corrections import Correction
from db.models_uploads import UploadRow

MOST_NEWS = 1000
"""Of one question for what is new."""
FEW = 20
"""Of more beats of one recording the whole recording is looked at once, instead of each by itself."""


@dataclass(frozen=True, slots=True)
class CorrectionNews:
    """A deed on a beat, with the sign that the beat is drawn with now, "" for none. number: rises with each deed."""

    number: int
    recording: str
    index: int
    sign: str
    by_person: bool


def newest_number(engine: Engine, before_ms: int) -> int:
    """The number of the last deed before wall `before_ms`; 0 for none."""
    newest = fetch_first(engine, select(func.max(col(Correction.id))).where(col(Correction.at_ms) < before_ms))
    return int(newest[0] or 0) if newest else 0


def correction_news(engine: Engine, after: int) -> list[CorrectionNews]:
    """The first `MOST_NEWS` deeds after the one with the number `after`, each as its beat stands now.

    Of a file that was brought nothing is on a live screen: its beats have no sign here.
    """
    brought = select(col(UploadRow.id)).where(col(UploadRow.recording_id) == col(Correction.recording_id)).exists()
    facts = select(col(Correction.id), col(Correction.recording_id), col(Correction.index), brought)
    rows = fetch_all(engine, facts.where(col(Correction.id) > after).order_by(col(Correction.id)).limit(MOST_NEWS))
    live = [(recording, index) for _, recording, index, is_file in rows if not is_file]
    signs = {recording: _signs(engine, recording, live) for recording in {recording for recording, _ in live}}
    told = ((*row[:3], signs.get(row[1], {}).get(row[2], ("", True))) for row in rows)
    return [CorrectionNews(number, recording, index, *stands) for number, recording, index, stands in told]


def _signs(engine: Engine, recording: str, live: Sequence[tuple[str, int]]) -> dict[int, tuple[str, bool]]:
    """Sign, and whether a person said it, of these beats of a recording."""
    indices = {index for name, index in live if name == recording}
    if Counter(name for name, _ in live)[recording] > FEW:
        beats = edited_beats(engine, recording)
        stand = zip(beats.index.tolist(), beats.signs(), beats.said.tolist(), strict=True)
        known = {index: (sign, said) for index, sign, said in stand if index in indices}
        return {index: known.get(index, ("", True)) for index in indices}
    return {index: _sign(engine, recording, index) for index in indices}


def _sign(engine: Engine, recording: str, index: int) -> tuple[str, bool]:
    beat = next(iter(shown_beats(engine, recording, index, index + 1)), None)
    return beat.sign if beat else "", bool(corrections(engine, recording, index, index + 1))
