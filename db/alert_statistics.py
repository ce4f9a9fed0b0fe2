"""How many alerts there were, how many of them were false, and how soon somebody saw them: counted in the database."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, select
from sqlmodel import col

from db.alert_queue import placed, visible
from db.engine import fetch_all
from db.models import Bed, Patient, Recording, Ward
from db.models_alerts import AlertRow
from db.models_recorder import LedgerRow
from db.review_views import Place, Sight
from ecg.alert_review import Verdict
from ecg.alert_rules import AlertName

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Counted:
    """Alerts of one recording, rule, network and verdict that began on one day. day: since 1970, where it is told."""

    recording: str
    rule: AlertName
    model: str
    verdict: Verdict | None
    day: int
    count: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One that somebody has acknowledged, so many ms after its onset."""

    recording: str
    rule: AlertName
    model: str
    after_ms: int


@dataclass(frozen=True, slots=True)
class Monitored:
    """A recording and whose it is; samples came from begin_ms to end_ms."""

    recording: str
    place: Place
    begin_ms: int
    end_ms: int


def counted(engine: Engine, since_ms: int, offset_ms: int) -> list[Counted]:
    """Of all patients since then. offset_ms: how far the clock of whoever asks is ahead of UTC."""
    day = (col(AlertRow.began_ms) + offset_ms) // DAY_MS
    groups = (col(AlertRow.recording_id), col(AlertRow.rule), col(AlertRow.model), col(AlertRow.verdict), day)
    asked = select(*groups, func.count()).where(col(AlertRow.began_ms) >= since_ms).group_by(*groups)
    return [
        Counted(row[0], AlertName(row[1]), row[2], None if row[3] is None else Verdict(row[3]), int(row[4]), row[5])
        for row in fetch_all(engine, asked)
    ]


def seen(engine: Engine, since_ms: int) -> list[Seen]:
    """Of all patients since then."""
    facts = (col(AlertRow.recording_id), col(AlertRow.rule), col(AlertRow.model))
    asked = select(*facts, col(AlertRow.seen_ms) - col(AlertRow.began_ms)).where(col(AlertRow.began_ms) >= since_ms)
    rows = fetch_all(engine, asked.where(col(AlertRow.seen_ms).is_not(None)))
    return [Seen(row[0], AlertName(row[1]), row[2], max(0, int(row[3]))) for row in rows]


def monitored(engine: Engine, sight: Sight, since_ms: int, ward: str | None) -> list[Monitored]:
    """Recordings that reach into the time since then, of whom one may see."""
    begun, ended = col(Recording.started_ms), _ended()
    facts = (col(Recording.id), begun, ended, col(Recording.patient_id), col(Patient.initials), col(Ward.name))
    known = select(*facts, col(Bed.label)).select_from(LedgerRow)
    asked = placed(known, col(LedgerRow.recording_id)).where(visible(sight), ended > since_ms)
    if ward is not None:
        asked = asked.where(col(Ward.name) == ward)
    return [Monitored(row[0], Place(*row[3:7]), int(row[1]), int(row[2])) for row in fetch_all(engine, asked)]


def _ended() -> ColumnElement[Any]:
    return col(Recording.started_ms) + col(LedgerRow.until) * 1000.0 / col(Recording.rate)
