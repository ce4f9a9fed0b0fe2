"""Alerts in the database: written by two hands in any order, asked for by desk, pages and purge."""

from dataclasses import replace

from sqlalchemy import Engine

from db.alert_views import PlanStep, key_of
from db.alerts import (
    acts_about,
    acts_after,
    add_act,
    alert_at,
    alerts,
    last_alerts,
    store_alerts,
    unfinished_alerts,
    watched_beds,
)
from db.engine import writing
from db.models_alerts import WardStep
from db.rows import alert_row
from db.store import store_batch, table_of
from db.ward_plans import ward_plans
from ecg.alert_rules import AlertName, Priority
from ecg.alert_states import Happening
from ecg.findings import QualityReason
from ecg.types import Alert, Evidence
from tests.db import hearts

EVIDENCE = Evidence(186.0, 100.0, 171.5, (400, 480, 560), QualityReason.NONE)
BEGUN = Alert(hearts.RECORDING, AlertName.TACHYCARDIA, Priority.HIGH, 400, None, EVIDENCE, "c0ffee")
ENDED = replace(BEGUN, end=900, evidence=replace(EVIDENCE, value=191.0))
PAUSE = replace(BEGUN, rule=AlertName.PAUSE, priority=Priority.MEDIUM, start=100)


def keep(engine: Engine, alert: Alert, began_ms: int | None = None) -> None:
    with writing(engine) as connection:
        store_alerts(connection, [alert_row(alert, began_ms)])


def act(engine: Engine, alert: Alert, what: Happening, at_ms: int = 7, note: str = "") -> None:
    with writing(engine) as connection:
        add_act(connection, alert, what, None, at_ms, note)


def test_an_alert_learns_its_end_and_its_time_once_from_whoever_comes_first(engine: Engine) -> None:
    hearts.store(engine, [BEGUN, PAUSE])
    for said, began_ms in ((ENDED, None), (BEGUN, 5000), (replace(BEGUN, end=950), 6000), (BEGUN, None)):
        keep(engine, said, began_ms)
    store_batch(engine, {}, [], [], [BEGUN, ENDED])
    assert alerts(engine, hearts.RECORDING, 0, 10**9) == [PAUSE, ENDED]
    assert alerts(engine, hearts.RECORDING, 101, 10**9) == [ENDED]
    with writing(engine) as connection:
        found = alert_at(connection, *key_of(ENDED))
        assert found is not None
        assert (found.alert, found.began_ms) == (ENDED, 5000)
        assert alert_at(connection, hearts.RECORDING, "vt", 401) is None


def test_unfinished_is_what_lasts_and_what_waits_for_a_person(engine: Engine) -> None:
    over = replace(PAUSE, end=500)
    hearts.store(engine, [BEGUN, ENDED, PAUSE, over])
    assert [view.alert for view in unfinished_alerts(engine)] == [ENDED]
    [waiting] = unfinished_alerts(engine)
    assert waiting.began_ms == 1_700_000_000_000 + 1600  # by the device's clock: no desk has had it
    assert waiting.patient_id is not None
    act(engine, ENDED, Happening.ACKNOWLEDGE)
    assert unfinished_alerts(engine) == []
    act(engine, ENDED, Happening.WITHDRAW)
    assert [view.alert for view in unfinished_alerts(engine)] == [ENDED]
    assert [view.alert for view in last_alerts(engine, [hearts.RECORDING])] == [ENDED]


def test_acts_come_in_their_order_and_are_asked_for_from_a_number_on(engine: Engine) -> None:
    hearts.store(engine, [BEGUN])
    act(engine, BEGUN, Happening.ESCALATE, 3, "ward nurse")
    act(engine, BEGUN, Happening.ACKNOWLEDGE, 4)
    first, second = acts_about(engine, [hearts.RECORDING])
    assert (first.what, first.note, first.at_ms, first.person) == (Happening.ESCALATE, "ward nurse", 3, None)
    assert acts_after(engine, first.id) == [second]
    assert second.key == key_of(BEGUN)
    assert acts_about(engine, []) == []


def test_beds_are_watched_by_the_newest_recording_of_the_device_that_is_worn(engine: Engine) -> None:
    device = hearts.store(engine)
    later = hearts.announced(device, "later", 1_700_000_100_000)
    store_batch(engine, {}, [later], [], [])
    [watched] = watched_beds(engine)
    assert (watched.ward, watched.recording, watched.until) == ("Demo ward", "later", None)
    with writing(engine) as connection:
        steps = [
            {"ward_id": 1, "step": 1, "person": "Nurse", "after_s": 30},
            {"ward_id": 1, "step": 2, "person": "Doctor", "after_s": 90},
        ]
        connection.execute(table_of(WardStep).insert(), steps)
    assert ward_plans(engine) == {"Demo ward": [PlanStep("Nurse", 30), PlanStep("Doctor", 90)]}
