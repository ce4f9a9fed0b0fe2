"""What becomes of a doctor's wish about beats: which beats are meant, and what is said of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from dashboard.beat_shapes import beat_shapes
from dashboard.templates import SETTLE, filtered
from db.corrections import noise_stretches, shown_beats
from db.edited import edited_beats
from db.edits import Act, Doer, lift_noise, mark_noise, newest_in, others_since, say, take_back
from db.engine import writing
from db.views import NO_BEAT, RecordingView
from ecg.humps import REFRACTORY
from ecg.labels import BeatClass
from ecg.rates import to_samples
from ecg.tracker import R_REACH, tallest

_BACK = ("undo", "redo")
LONGEST_NOISE = to_samples(24 * 3600.0)


class Refused(Exception):  # noqa: N818  it is an answer
    """The wish cannot be done. key: of the sentence; raced: because of somebody else."""

    def __init__(self, key: str, raced: bool = False) -> None:
        super().__init__(key)
        self.key, self.raced = key, raced


@dataclass(frozen=True, slots=True)
class Wish:
    """act, letter: as `dashboard.pages.edits.EditForm` has them. Beats by index, all of a shape, or
    those in [start, end). seen: the newest deed that whoever asks knows: others may have spoken since, of other beats.
    version: the same, where nobody may have spoken since; None: as `seen` says.
    """

    act: str
    letter: str
    beats: tuple[int, ...]
    shape: int | None
    start: int
    end: int
    seen: int
    version: int | None = None

    @property
    def words(self) -> str:
        """For the audit trail."""
        if self.act in _BACK:
            return self.act
        if self.act in ("noise", "lift"):
            return f"{self.act} {self.start}-{self.end}"
        whole = f"{self.start}-{self.end}" if self.shape is None else f"shape {self.shape}"
        what = f"{self.beats[0]} ({len(self.beats)})" if self.beats else whole
        return f"{self.act} {self.letter or '-'} {what}"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Beats, by index; or stretches, [start, end)."""

    beats: Sequence[int] = ()
    stretches: Sequence[tuple[int, int]] = ()


def _meaning(engine: Engine, of: RecordingView, wish: Wish) -> Meaning:
    """What a wish is about, found before anything is written. Raises Refused."""
    if wish.act in _BACK:
        return Meaning()
    if wish.act in ("noise", "lift"):
        return Meaning(stretches=_stretches(engine, of, wish))
    if wish.act == "add":
        return Meaning([_peak(engine, of, wish)])
    beats = _beats(engine, of, wish)
    if not beats:
        raise Refused("edit.no_beats")
    return Meaning(beats)


def _beats(engine: Engine, of: RecordingView, wish: Wish) -> list[int]:
    """Of the beats that are shown those named one by one, of a shape, or in a stretch."""
    shown = edited_beats(engine, of.id).index
    if not wish.beats and wish.shape is None:
        inside: list[int] = shown[(shown >= wish.start) & (shown < wish.end)].tolist()
        return inside
    asked = np.array(wish.beats if wish.shape is None else beat_shapes(engine, of).of(wish.shape), np.int64)
    there: list[int] = asked[np.append(shown, -1)[np.searchsorted(shown, asked)] == asked].tolist()
    return there


def perform(engine: Engine, of: RecordingView, wish: Wish, who: Deed) -> None:
    """Do it, with its audit. Raises Refused, and then nothing is done. Whether one may, the caller has asked."""
    meant, doer = _meaning(engine, of, wish), Doer(of.id, who.user_id or 0, who.at_ms)
    with writing(engine) as connection:
        # Before the deed: who holds the trail's end is alone.
        who.tell(connection, AuditAction.BEAT_CORRECTED, f"{of.id}: {wish.words}", of.patient_id)
        _do(connection, wish, meant, doer)


def _do(connection: Connection, wish: Wish, meant: Meaning, doer: Doer) -> None:
    if wish.version not in (None, newest_in(connection, doer.recording)):
        raise Refused("edit.raced", raced=True)
    if wish.act in _BACK:
        if take_back(connection, doer, Act(wish.act)) is None:
            raise Refused("edit.nothing_left")
    elif wish.act == "noise":
        mark_noise(connection, doer, *meant.stretches[0])
    elif wish.act == "lift":
        lift_noise(connection, doer, meant.stretches)
    elif others_since(connection, doer, meant.beats, wish.seen):
        raise Refused("edit.raced", raced=True)
    else:
        say(connection, doer, Act(wish.act), dict.fromkeys(meant.beats, _letter(wish)))


def _letter(wish: Wish) -> str | None:
    if wish.act == "delete":
        return NO_BEAT
    return wish.letter or (BeatClass.NORMAL.value if wish.act == "add" else None)


def _stretches(engine: Engine, of: RecordingView, wish: Wish) -> Sequence[tuple[int, int]]:
    if not wish.start < wish.end <= wish.start + LONGEST_NOISE:
        raise Refused("edit.no_stretch")
    if wish.act == "noise":
        return [(wish.start, wish.end)]
    known = [(each.start, each.end) for each in noise_stretches(engine, of.id)]
    touched = [(start, end) for start, end in known if start < wish.end and wish.start < end]
    if not touched:
        raise Refused("edit.no_noise")
    return touched


def _peak(engine: Engine, of: RecordingView, wish: Wish) -> int:
    """The R peak at a place that a person has pointed at."""
    if len(wish.beats) != 1:
        raise Refused("edit.no_beats")
    near = wish.beats[0]
    for start, trace in filtered(engine, of, near - SETTLE - R_REACH, near + 2 * SETTLE):
        first = near - R_REACH - start
        around = trace[max(first, 0) : first + 2 * R_REACH + 1]
        if first >= 0 and len(around) == 2 * R_REACH + 1 and np.isfinite(around).all():
            peak = near - R_REACH + tallest(around)
            if shown_beats(engine, of.id, peak - REFRACTORY, peak + REFRACTORY + 1):
                raise Refused("edit.beat_near")
            return peak
    raise Refused("edit.no_signal")
