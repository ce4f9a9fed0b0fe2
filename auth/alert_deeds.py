"""What people do about alerts: acknowledge, judge, comment, give to somebody, and take back. For pages and interfaces.

Everything in one transaction with its audit, refusals too. Several alerts of one patient may be meant at once; what is
done at once is one deed, and is undone at once by whoever did it, as long as nobody else did anything since.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine

from auth.audit import AuditAction, write_audit
from auth.deeds import Deed
from auth.identities import identity_of_person, patient_thing
from auth.roles import STAFF, Action, ObjectKind, may
from db.alert_reviews import act_row, acts_of_deed, add_acts, keep_standing, standings
from db.alert_views import AlertKey, AlertView
from db.alerts import alert_at
from db.engine import writing
from db.people import person
from db.review_views import DoneAct, Standing, deed_of, stage_of
from ecg.alert_review import ReviewAct, Verdict
from ecg.alert_states import UNSEEN, Answer, Happening, turned
from words import t

MAX_COMMENT = 1000
MOST_AT_ONCE = 300
MOST_DIGITS = 9
CHANGED, WRONG = "changed", "wrong"
"""Answers besides those of `Answer`: somebody else was quicker; what was given is no verdict, comment or person."""
AUDITED = {
    Happening.ACKNOWLEDGE: AuditAction.ALERT_ACKNOWLEDGED,
    Happening.WITHDRAW: AuditAction.ALERT_WITHDRAWN,
    ReviewAct.VERDICT: AuditAction.ALERT_JUDGED,
    ReviewAct.COMMENT: AuditAction.ALERT_COMMENTED,
    ReviewAct.ASSIGN: AuditAction.ALERT_ASSIGNED,
    ReviewAct.UNDO: AuditAction.ALERT_UNDONE,
}
"""What people do; the rest comes by itself."""


@dataclass(frozen=True, slots=True)
class AlertWish:
    """What is to be done about these alerts. value: the verdict, the comment, the person's number ("" nobody), the deed
    to undo. version: of `Standing` as whoever asks has seen it; None: however it stands.
    """

    what: Happening | ReviewAct
    keys: tuple[AlertKey, ...]
    value: str = ""
    version: int | None = None

    @property
    def subject(self) -> str:
        """As the audit trail names it."""
        recording, rule, start = self.keys[0]
        more = f" and {len(self.keys) - 1} more" if len(self.keys) > 1 else ""
        which = f"{self.value}: " if self.what in (ReviewAct.VERDICT, ReviewAct.ASSIGN) else ""
        return f"{which}{rule} {recording}/{start}{more}"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of it. answer: of `Answer`, or CHANGED or WRONG. deed: to undo it by; 0 where nothing was done."""

    answer: str
    sentence: str
    deed: int = 0


@dataclass(slots=True)
class _Case:
    """One transaction. rows: what is to be written down."""

    connection: Connection
    wish: AlertWish
    deed: Deed
    found: dict[AlertKey, AlertView]
    before: dict[AlertKey, Standing]
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, key: AlertKey, what: Happening | ReviewAct, note: str = "", to_id: int | None = None) -> None:
        """One act of whoever does this."""
        self.rows.append(act_row(key, what, self.deed.user_id, self.deed.at_ms, note, to_id))

    def turn(self, key: AlertKey, what: Happening) -> Answer:
        """The answer of the table of states; where it is DONE the act is added."""
        done = [act.what for act in self.before[key].history if isinstance(act.what, Happening)]
        answer = turned(stage_of(self.found[key].alert, done), what).answer
        if answer is Answer.DONE:
            self.add(key, what)
        return answer

    def waits(self, key: AlertKey) -> bool:
        """Whether nobody has seen it who should."""
        done = [act.what for act in self.before[key].history if isinstance(act.what, Happening)]
        return stage_of(self.found[key].alert, done) in UNSEEN


def perform(engine: Engine, patient_id: int, wish: AlertWish, deed: Deed) -> Told | None:
    """Do it; None, and nothing is done, where an alert is not this patient's. Whether one may, the caller has asked."""
    colleague = _colleague(engine, patient_id, wish)
    if isinstance(colleague, Told):
        return colleague
    with writing(engine) as connection:
        found = {key: alert_at(connection, key[0], key[1].value, key[2]) for key in wish.keys}
        known = {key: view for key, view in found.items() if view is not None and view.patient_id == patient_id}
        if len(known) < len(wish.keys):
            return None
        case = _Case(connection, wish, deed, known, standings(connection, wish.keys))
        told = _changed(case) or _ACTS[wish.what](case)
        number = add_acts(connection, case.rows)
        keep_standing(connection, wish.keys if case.rows else ())
        _audit(case, told, patient_id)
    return Told(told.answer, told.sentence, number)


def _audit(case: _Case, told: Told, patient_id: int) -> None:
    done, wish = told.answer == Answer.DONE, case.wish
    action = AUDITED[wish.what] if done else AuditAction.ALERT_ACT_REFUSED
    subject = wish.subject if done else f"{told.answer}: {wish.subject}"
    who = case.deed
    write_audit(case.connection, who.at_ms, action, who.user_id, subject, who.address, patient_id)


def _colleague(engine: Engine, patient_id: int, wish: AlertWish) -> Told | None:
    """Why the alerts cannot become this person's task; None where they can, or nobody's is asked about."""
    if wish.what is not ReviewAct.ASSIGN or not wish.value:
        return None
    known = person(engine, _number(wish.value))
    if known is None or known.role not in STAFF:
        return Told(WRONG, t("alerts.no_such_person"))
    thing = patient_thing(engine, ObjectKind.ALERT, patient_id)
    sees = thing is not None and may(identity_of_person(engine, known.id, known.role), Action.CHANGE, thing)
    return None if sees else Told(WRONG, t("alerts.cannot_see", person=known.full_name))


def _number(value: str) -> int:
    """0, which nobody and no deed has, where it is none that a database could hold."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS else 0


def _changed(case: _Case) -> Told | None:
    """Whether somebody else did something that whoever asks has not seen."""
    seen, me = case.wish.version, case.deed.user_id
    if seen is None or case.wish.what not in (ReviewAct.VERDICT, ReviewAct.ASSIGN):
        return None
    return _since(case.before.values(), seen, me)


def _since(made: Iterable[Standing], version: int, me: int | None) -> Told | None:
    news = [act for each in made for act in each.history if act.id > version and act.user_id not in (None, me)]
    return Told(CHANGED, t("alerts.changed", person=news[-1].person or "")) if news else None


def _happen(case: _Case) -> Told:
    what = Happening(case.wish.what)
    answers = {key: case.turn(key, what) for key in case.wish.keys}
    answer = Answer.DONE if Answer.DONE in answers.values() else answers[case.wish.keys[0]]
    seen_by = case.before[case.wish.keys[0]].seen_by
    if answer is Answer.TWICE and seen_by is not None:
        return Told(answer, t("alerts.twice", person=seen_by))
    withdrawn = (answer, what) == (Answer.DONE, Happening.WITHDRAW)
    return Told(answer, t("alerts.withdrawn" if withdrawn else f"alerts.{answer}"))


def _judge(case: _Case) -> Told:
    """Whoever judges an alert has seen it."""
    if case.wish.value not in set(Verdict):
        return Told(WRONG, t("alerts.no_such_verdict"))
    for key in case.wish.keys:
        before = case.before[key]
        if (before.verdict, before.judge_id) == (case.wish.value, case.deed.user_id):
            continue
        case.add(key, ReviewAct.VERDICT, case.wish.value)
        if case.waits(key):
            case.add(key, Happening.ACKNOWLEDGE)
    verdict = t(f"verdict.{case.wish.value}")
    return _done(case, t("alerts.judged", count=len(case.wish.keys), verdict=verdict))


def _comment(case: _Case) -> Told:
    words = case.wish.value.strip()
    if not words:
        return Told(WRONG, t("alerts.comment_empty"))
    if len(words) > MAX_COMMENT:
        return Told(WRONG, t("form.at_most", count=MAX_COMMENT))
    for key in case.wish.keys:
        case.add(key, ReviewAct.COMMENT, words)
    return _done(case, t("alerts.commented"))


def _assign(case: _Case) -> Told:
    to_id = int(case.wish.value) if case.wish.value else None
    for key in case.wish.keys:
        if case.before[key].assignee_id != to_id:
            case.add(key, ReviewAct.ASSIGN, to_id=to_id)
    return _done(case, t("alerts.assigned" if to_id else "alerts.unassigned"))


def _undo(case: _Case) -> Told:
    number = _number(case.wish.value)
    acts = acts_of_deed(case.connection, number)
    standing = {number for each in case.before.values() for number in _standing_deeds(each)}
    ours = {act.key for act in acts} == set(case.wish.keys) and all(act.user_id == case.deed.user_id for act in acts)
    if not acts or not ours or number not in standing:
        return Told(Answer.NOTHING, t("alerts.nothing_to_undo"))
    newest = max(act.id for act in acts)
    return _since(case.before.values(), newest, case.deed.user_id) or _take_back(case, acts, number)


def _standing_deeds(made: Standing) -> set[int]:
    """What can be undone: reviews that stand, and acknowledgements where nobody has taken them back."""
    seen = made.seen_ms is not None
    return {deed_of(act) for act in made.history if isinstance(act.what, ReviewAct) or seen}


def _take_back(case: _Case, acts: Sequence[DoneAct], number: int) -> Told:
    for act in acts:
        if act.what is Happening.ACKNOWLEDGE:
            case.turn(act.key, Happening.WITHDRAW)
    for key in {act.key for act in acts if isinstance(act.what, ReviewAct)}:
        case.add(key, ReviewAct.UNDO, str(number))
    return _done(case, t("alerts.undone"))


def _done(case: _Case, sentence: str) -> Told:
    return Told(Answer.DONE, sentence) if case.rows else Told(Answer.NOTHING, t("alerts.nothing"))


_ACTS: dict[Happening | ReviewAct, Callable[[_Case], Told]] = {
    Happening.ACKNOWLEDGE: _happen,
    Happening.WITHDRAW: _happen,
    ReviewAct.VERDICT: _judge,
    ReviewAct.COMMENT: _comment,
    ReviewAct.ASSIGN: _assign,
    ReviewAct.UNDO: _undo,
}
