"""The queue of alerts that wait for a review, and what was reviewed: of whom whoever asks may see.

Counted by patient and rule in the database, so that a hundred thousand alerts are some hundred rows here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, literal, or_, select, tuple_
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from db.alert_views import AlertKey
from db.engine import fetch_all
from db.models import Bed, Patient, Recording, User, Ward
from db.models_alerts import AlertRow
from db.review_views import Place, QueuedRun, Sight
from ecg.alert_review import Verdict
from ecg.alert_rules import RULES, URGENCY, AlertName, Priority
from ecg.rates import SAMPLE_RATE

MOST_RUNS = 200
"""A page shows so many; what is not among them comes when these are reviewed."""
SAMPLE_MS = 1000 // SAMPLE_RATE
ALIKE = 300
"""Of one run that are judged at once."""
_Key = tuple[str, str, int]
_ALONE = tuple(rule.name.value for rule in RULES.values() if rule.priority is Priority.HIGH)
"""Of these each stands for itself: somebody has to look at every one."""
_PLACE = (col(Recording.patient_id), col(Patient.initials), col(Ward.name), col(Bed.label))
_JUDGE, _OWNER = aliased(User), aliased(User)
_BEGAN = func.coalesce(col(AlertRow.began_ms), col(Recording.started_ms) + col(AlertRow.start) * SAMPLE_MS)
_KEY = (col(AlertRow.recording_id), col(AlertRow.rule), col(AlertRow.start))
_FACTS = (
    *(col(AlertRow.end), _BEGAN, col(AlertRow.seen_ms), col(AlertRow.evidence)),
    *(col(AlertRow.verdict), col(AlertRow.judged_ms)),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts. since_ms: all from then on, reviewed or not; None: those without a verdict.

    assignee: whose task they are, None for anybody's. wards, rules: None for all.
    """

    sight: Sight
    since_ms: int | None = None
    assignee: int | None = None
    ward: str | None = None
    rules: tuple[AlertName, ...] | None = None
    patient: int | None = None


def queue(engine: Engine, wanted: Wanted) -> list[QueuedRun]:
    """Runs of alerts alike, the gravest first, of these the newest; at most `MOST_RUNS`."""
    rows = fetch_all(engine, _together(wanted)) + fetch_all(engine, _alone(wanted))
    first = sorted(rows, key=lambda row: (-_urgency(row[1]), -(row[4] or 0)))[:MOST_RUNS]
    counts: dict[_Key, int] = {(row[0], row[1], row[2]): row[3] for row in first}
    return sorted(_runs(engine, counts), key=lambda run: (-URGENCY[run.priority], -run.began_ms))


def count(engine: Engine, wanted: Wanted) -> int:
    """How many alerts they are."""
    sums = _sums(_conditions(wanted)).subquery()
    question = placed(select(func.coalesce(func.sum(sums.c.count), 0)).select_from(sums), sums.c.recording_id)
    [(number,)] = fetch_all(engine, question.where(*_whose(wanted)))
    return int(number)


def reviewed_since(engine: Engine, sight: Sight, since_ms: int, most: int) -> list[QueuedRun]:
    """What was judged last, the newest first; alerts that were judged at once are one run."""
    at_once = (col(AlertRow.recording_id), col(AlertRow.rule), col(AlertRow.judged_ms))
    sums = select(*at_once, func.count().label("count"), func.max(col(AlertRow.start)).label("start"))
    judged = sums.where(col(AlertRow.judged_ms) >= since_ms).group_by(*at_once).subquery()
    shown = select(judged.c.recording_id, judged.c.rule, judged.c.start, judged.c.count)
    question = placed(shown, judged.c.recording_id).where(visible(sight)).order_by(judged.c.judged_ms.desc())
    counts: dict[_Key, int] = {(row[0], row[1], row[2]): row[3] for row in fetch_all(engine, question.limit(most))}
    return sorted(_runs(engine, counts), key=lambda run: -(run.judged_ms or 0))


def alike(engine: Engine, recording: str, rule: AlertName) -> list[AlertKey]:
    """Alerts of one recording and rule without a verdict, the newest first; at most `ALIKE`."""
    mine = select(col(AlertRow.start)).where(col(AlertRow.recording_id) == recording, col(AlertRow.rule) == rule.value)
    newest = mine.where(col(AlertRow.verdict).is_(None)).order_by(col(AlertRow.start).desc()).limit(ALIKE)
    return [(recording, rule, start) for (start,) in fetch_all(engine, newest)]


def tasks_of(engine: Engine, user_id: int) -> list[tuple[int, AlertKey]]:
    """Patient and key of each alert without a verdict that is this person's task."""
    mine = select(col(Recording.patient_id), *_KEY).join(Recording, col(Recording.id) == col(AlertRow.recording_id))
    asked = mine.where(col(AlertRow.assignee_id) == user_id, col(AlertRow.verdict).is_(None))
    rows = fetch_all(engine, asked.where(col(Recording.patient_id).is_not(None)))
    return [(row[0], (row[1], AlertName(row[2]), row[3])) for row in rows]


def _urgency(rule: str) -> int:
    return URGENCY[RULES[AlertName(rule)].priority]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the alerts themselves have to be."""
    made: list[ColumnElement[bool]] = []
    if wanted.since_ms is None:
        made.append(col(AlertRow.verdict).is_(None))
    else:
        made.append(col(AlertRow.began_ms) >= wanted.since_ms)
    if wanted.assignee is not None:
        made.append(col(AlertRow.assignee_id) == wanted.assignee)
    if wanted.rules is not None:
        made.append(col(AlertRow.rule).in_([rule.value for rule in wanted.rules]))
    return made


def _whose(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Whose the alerts have to be."""
    made = [visible(wanted.sight)]
    if wanted.ward is not None:
        made.append(col(Ward.name) == wanted.ward)
    if wanted.patient is not None:
        made.append(col(Recording.patient_id) == wanted.patient)
    return made


def visible(sight: Sight) -> ColumnElement[bool]:
    """Whether a recording in a `placed` question is of somebody whose alerts are meant."""
    own = or_(col(Ward.name).in_(sight.wards), col(Recording.patient_id).in_(sight.patients))
    return col(Recording.patient_id).is_not(None) if sight.everything else own


def _sums(conditions: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """Recording, rule, verdict: how many, the newest start, the newest onset."""
    groups = (col(AlertRow.recording_id), col(AlertRow.rule), col(AlertRow.verdict))
    made = (func.count().label("count"), func.max(col(AlertRow.start)).label("start"))
    newest = func.max(col(AlertRow.began_ms)).label("began_ms")
    return select(*groups, *made, newest).where(*conditions).group_by(*groups)


def _together(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Runs: recording, rule, newest start, count, newest onset."""
    sums = _sums([*_conditions(wanted), col(AlertRow.rule).not_in(_ALONE)]).subquery()
    facts = (sums.c.recording_id, sums.c.rule, sums.c.start, sums.c.count, sums.c.began_ms)
    return placed(select(*facts), sums.c.recording_id).where(*_whose(wanted))


def _alone(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """The same of those that stand for themselves."""
    facts = (*_KEY, literal(1), col(AlertRow.began_ms))
    mine = select(*facts).where(*_conditions(wanted), col(AlertRow.rule).in_(_ALONE))
    of_these = placed(mine, col(AlertRow.recording_id)).where(*_whose(wanted))
    return of_these.order_by(col(AlertRow.began_ms).desc()).limit(MOST_RUNS)


def placed(question: Select[*tuple[Any, ...]], recording: ColumnElement[str] | Mapped[str]) -> Select[*tuple[Any, ...]]:
    """With the patient, and the bed where he or she lies now."""
    of_patient = question.join(Recording, col(Recording.id) == recording)
    known = of_patient.join(Patient, col(Patient.id) == col(Recording.patient_id))
    in_bed = known.outerjoin(Bed, col(Bed.patient_id) == col(Patient.id))
    return in_bed.outerjoin(Ward, col(Ward.id) == col(Bed.ward_id))


def _runs(engine: Engine, counts: Mapping[_Key, int]) -> list[QueuedRun]:
    """The newest of each run, by its key, with its facts."""
    facts = (*_KEY, *_FACTS, col(_JUDGE.full_name), col(_OWNER.full_name), *_PLACE)
    known = placed(select(*facts), col(AlertRow.recording_id))
    known = known.outerjoin(_JUDGE, col(_JUDGE.id) == col(AlertRow.judged_by))
    known = known.outerjoin(_OWNER, col(_OWNER.id) == col(AlertRow.assignee_id))
    recordings = {key[0] for key in counts}
    these = known.where(col(AlertRow.recording_id).in_(recordings), tuple_(*_KEY).in_(list(counts)))
    return [_run(row, counts[row[0], row[1], row[2]]) for row in fetch_all(engine, these)] if counts else []


def _run(row: tuple[Any, ...], number: int) -> QueuedRun:
    recording, rule, start, end, began_ms, seen_ms, evidence, verdict, judged_ms, judge, assignee, *place = row
    value = json.loads(evidence)["value"]
    judged = None if verdict is None else Verdict(verdict)
    return QueuedRun(
        *(Place(*place), recording, AlertName(rule), start, number, end, began_ms, seen_ms is not None, value),
        *(judged, judge, judged_ms, assignee),
    )
