"""Looking through the whole audit trail, and what came of it the last time: kept outside of the database."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from auth.audit_keys import AuditPlace
from auth.chain import ChainCheck, Flaw, first_flaw
from auth.head_file import head_place, read_head
from db.audit_views import Head
from db.trail import all_lines, head
from ecg.errors import DamagedError


@dataclass(frozen=True, slots=True)
class TrailState:
    """What a look through the trail found. at_ms: wall ms. entries: looked at; `unsealed`: from before the chain.

    flaw: what is wrong first, at the entry `flaw_at`; None where nothing is. lags_at: where the end that is kept
    outside stands, if it is behind.
    """

    at_ms: int
    entries: int
    unsealed: int = 0
    flaw: str | None = None
    flaw_at: int = 0
    lags_at: int | None = None


def check_trail(engine: Engine, place: AuditPlace, at_ms: int) -> TrailState:
    """Look through all of it, and keep what came of it. The heads are read before the entries.

    So entries that come meanwhile are no fault, and none that was there may be missing.
    """
    found = _look(engine, place, at_ms)
    _keep(_state_place(engine, place), found)
    return found


def last_state(engine: Engine, place: AuditPlace) -> TrailState | None:
    """What the last look through the trail found; None where nobody has looked."""
    try:
        return msgspec.json.decode(_state_place(engine, place).read_bytes(), type=TrailState)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def _look(engine: Engine, place: AuditPlace, at_ms: int) -> TrailState:
    file = head_place(place.folder, engine.url)
    outside, inside = _outside(file), head(engine)
    if isinstance(outside, Flaw):
        return TrailState(at_ms, 0, flaw=outside.sentence)
    heads = [("the table audit_head", inside), *([(str(file), outside)] if outside else [])]
    check = ChainCheck(place.key, heads)
    flaw = first_flaw(check, all_lines(engine))
    if flaw is None and outside is None and inside.mac:
        words = f"{file} is missing: no entry was changed, but nobody can say whether the last are there."
        flaw = Flaw(check.last, words)
    if flaw is not None:
        return TrailState(at_ms, check.last, check.unsealed, flaw.sentence, flaw.number)
    lags = outside.number if outside and check.last > outside.number else None
    return TrailState(at_ms, check.last, check.unsealed, lags_at=lags)


def _outside(file: Path) -> Head | Flaw | None:
    try:
        return read_head(file)
    except DamagedError as error:
        return Flaw(0, str(error))


def _state_place(engine: Engine, place: AuditPlace) -> Path:
    return head_place(place.folder, engine.url).with_suffix(".checked")


def _keep(file: Path, state: TrailState) -> None:
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=".checked-")
    with os.fdopen(descriptor, "wb") as out:
        out.write(msgspec.json.encode(state))
    Path(draft).replace(file)
