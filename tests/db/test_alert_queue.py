"""The queue and the statistics of alerts, counted by SQLite and by PostgreSQL."""

from dataclasses import replace

from sqlalchemy import Engine

from dashboard.alert_statistics import statistics
from db.alert_queue import Wanted, alike, count, queue, reviewed_since, tasks_of
from db.alert_reviews import act_row, add_acts, keep_standing, standings_of
from db.alert_statistics import DAY_MS, counted, monitored, seen
from db.alerts import store_alerts
from db.engine import writing
from db.notices import MAIL, SENT, TOLD, add_notices, due_notices, newest_notices, settle_notices
from db.review_views import Sight
from db.rows import alert_row
from ecg.alert_review import ReviewAct, Verdict
from ecg.alert_rules import RULES, AlertName
from ecg.alert_states import Happening
from ecg.types import Alert, Evidence
from tests.db import hearts
from tests.people import new_person

ALL = Sight(True)
T0 = 1_700_000_000_000


def alert(rule: AlertName, start: int, end: int | None = 5000) -> Alert:
    return Alert(hearts.RECORDING, rule, RULES[rule].priority, start, end, Evidence(6.0), "c0ffee")


VT = alert(AlertName.TACHYCARDIA, 300)
RUN = [alert(AlertName.BIGEMINY, 400 + number) for number in range(4)]


def fill(engine: Engine) -> int:
    hearts.store(engine, hearts.EVENTS)
    with writing(engine) as connection:
        store_alerts(connection, [alert_row(one, T0 + one.start) for one in (VT, *RUN)])
        store_alerts(connection, [alert_row(replace(VT, start=900), T0 + 900)])
    return new_person(engine, "ada", "doctor", ["Demo ward"])


def test_runs_verdicts_tasks_and_what_is_undone(engine: Engine) -> None:
    ada = fill(engine)
    runs = queue(engine, Wanted(ALL))
    assert [(run.rule, run.start, run.count) for run in runs] == [
        *((AlertName.TACHYCARDIA, 900, 1), (AlertName.TACHYCARDIA, 300, 1), (AlertName.BIGEMINY, 403, 4)),
    ]
    assert runs[0].waits and not runs[2].waits and runs[2].place.bed == "01"
    keys = alike(engine, hearts.RECORDING, AlertName.BIGEMINY)
    assert [key[2] for key in keys] == [403, 402, 401, 400]
    with writing(engine) as connection:
        rows = [act_row(key, ReviewAct.VERDICT, ada, T0 + 5000, "noise") for key in keys]
        deed = add_acts(connection, rows)
        keep_standing(connection, keys)
    assert count(engine, Wanted(ALL)) == 2
    [judged] = reviewed_since(engine, ALL, T0, 9)
    assert (judged.count, judged.verdict, judged.judge) == (4, Verdict.NOISE, "Ada")
    assert reviewed_since(engine, Sight(False), T0, 9) == []
    with writing(engine) as connection:
        undone = [act_row(key, ReviewAct.UNDO, ada, T0 + 6000, str(deed)) for key in keys]
        task = act_row(keys[0], ReviewAct.ASSIGN, ada, T0 + 6000, to_id=ada)
        add_acts(connection, [*undone, task])
        keep_standing(connection, keys)
    assert count(engine, Wanted(ALL)) == 6
    assert tasks_of(engine, ada) == [(1, keys[0])]
    assert count(engine, Wanted(ALL, assignee=ada)) == 1
    assert standings_of(engine, keys)[keys[0]].assignee == "Ada"
    assert [run.count for run in queue(engine, Wanted(ALL, since_ms=T0))] == [1, 1, 4]


def test_statistics_of_what_was_monitored(engine: Engine) -> None:
    ada = fill(engine)
    key = (hearts.RECORDING, AlertName.TACHYCARDIA, 300)
    with writing(engine) as connection:
        seen_by = act_row(key, Happening.ACKNOWLEDGE, ada, T0 + 300 + 48_000)
        add_acts(connection, [seen_by, act_row(key, ReviewAct.VERDICT, ada, T0 + 60_000, "false")])
        keep_standing(connection, [key])
    watched = monitored(engine, ALL, T0 - 1000, None)
    assert [(one.place.bed, one.end_ms - one.begin_ms) for one in watched] == [("01", 2000)]
    assert monitored(engine, ALL, T0 - 1000, "Elsewhere") == []
    watched = [replace(watched[0], end_ms=T0 + DAY_MS // 2)]
    made = statistics(counted(engine, T0, 0), seen(engine, T0), watched, (T0, T0 + DAY_MS, 0))
    assert (made.whole.count, made.whole.days, made.whole.per_day) == (6, 0.5, 12.0)
    assert (made.whole.false_share, made.whole.seen_after_s) == (1.0, 48.0)
    assert made.rules["bigeminy", "c0ffee"].false_share is None
    assert [tally.count for tally in made.days.values()] == [6, 0]
    assert statistics(counted(engine, T0, 0), [], [], (T0, T0 + 1, 0)).whole.per_day is None


def test_a_notice_is_kept_once_until_it_is_sent(engine: Engine) -> None:
    ada = fill(engine)
    for _ in range(2):
        with writing(engine) as connection:
            add_notices(connection, [(ada, MAIL)], TOLD, (hearts.RECORDING, AlertName.TACHYCARDIA, 300), T0)
    [due] = due_notices(engine, T0)
    assert (due.bed, due.patient_id, due.seen, due.began_ms) == ("01", 1, False, T0 + 300)
    with writing(engine) as connection:
        settle_notices(connection, [due.id], SENT, T0 + 1, 1, "")
    assert due_notices(engine, T0 + 2) == []
    assert [one.state for one in newest_notices(engine, ada, 9)] == [SENT]
