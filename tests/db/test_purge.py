"""What is too old goes, in small steps and on the record; what is not stays; nobody waits long."""

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from sqlalchemy import Connection, Engine, text

from db.alerts import store_alerts
from db.engine import reading, writing
from db.ledger import ledger
from db.overview import overview
from db.provision import provision_demo
from db.purge import DAY_MS, Retention, due, purge_some
from db.purged import purged_stretches
from db.queries import beats, episodes, gaps, quality_changes, recording, segments, vitals
from db.rows import alert_row
from db.settle import settle, window_at
from db.store import NewRecording, NewSegment, store_batch
from ecg.alert_rules import AlertName, Priority
from ecg.findings import Finding, Quality, QualityReason
from ecg.rates import to_samples
from ecg.types import Alert, Event, Evidence, QualityChange, RhythmEpisode, SignalGap
from streaming.purge import main
from tests.db import hearts

STARTED_MS = 1_700_000_000_000
HOUR = to_samples(3600.0)
HOURS = 60
RATE = 10.0
DEVICE_HOUR = 10 * 3600
EVERY = DEVICE_HOUR // 2
WINDOW = 10 * 300


def fill(engine: Engine, name: str = hearts.RECORDING) -> None:
    """Two and a half days of a recording, thinly."""
    device = provision_demo(engine, 1)[0].device_id
    parts = [NewSegment(name, at, np.full(EVERY, at // EVERY, np.int16)) for at in range(0, HOURS * DEVICE_HOUR, EVERY)]
    events: list[Event] = [hearts.beat(hour * HOUR + 10) for hour in range(HOURS)]
    events += [hearts.vital_signs(hour * HOUR) for hour in range(HOURS)]
    events += [QualityChange(name, hour * HOUR, Quality.GOOD, QualityReason.NONE) for hour in range(0, HOURS, 7)]
    events += [SignalGap(name, hour * HOUR, hour * HOUR + 500) for hour in range(HOURS)]
    events += [RhythmEpisode(name, Finding.NOISE, hour * HOUR, hour * HOUR + 900) for hour in range(HOURS)]
    events += [RhythmEpisode(name, Finding.ATRIAL_FIBRILLATION, 5, None)]
    store_batch(engine, {}, [NewRecording(name, device, RATE, 200.0, "I", STARTED_MS)], parts, events)
    settle(engine, [window_at(name, RATE, at) for at in range(0, 4 * WINDOW, WINDOW)])


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.purge.SEGMENTS_AT_ONCE", 20)


NOW_MS = STARTED_MS + HOURS * 3_600_000
NOTES: list[str] = []


def note(_connection: Connection, sentence: str, _patient_id: int | None) -> None:
    NOTES.append(sentence)


def purge(engine: Engine, retention: Retention, now_ms: int = NOW_MS) -> int:
    rows = 0
    while some := purge_some(engine, retention, now_ms, note):
        rows += some
    return rows


def test_only_what_is_older_goes_and_what_was_announced_is_what_goes(engine: Engine) -> None:
    fill(engine)
    NOTES.clear()
    assert purge(engine, Retention()) == 0
    retention = Retention(samples_days=1, events_days=2)
    announced = due(engine, retention, NOW_MS)
    assert purge(engine, retention) == sum(each.rows for each in announced)
    assert sum(each.rows for each in due(engine, retention, NOW_MS)) == 0
    assert purge(engine, retention) == 0

    name = hearts.RECORDING
    kept = segments(engine, name, 0, 1 << 40)
    assert kept[0].start == 36 * DEVICE_HOUR and len(kept) == 24 * 2
    view = ledger(engine, name)
    assert view is not None
    assert (view.missing, view.received, view.purged) == (0, HOURS * DEVICE_HOUR, 36 * DEVICE_HOUR)
    everything = (engine, name, 0, 1 << 40)
    assert [beat.index for beat in beats(*everything)] == [hour * HOUR + 10 for hour in range(12, HOURS)]
    assert [vital.index for vital in vitals(*everything)] == [hour * HOUR for hour in range(12, HOURS)]
    assert [change.index for change in quality_changes(*everything)] == [hour * HOUR for hour in range(7, HOURS, 7)]
    assert [gap.start for gap in gaps(*everything)] == [hour * HOUR for hour in range(12, HOURS)]
    assert [one.start for one in episodes(*everything)] == [5, *(hour * HOUR for hour in range(12, HOURS))]
    assert sum("segment" in sentence and name in sentence for sentence in NOTES) == 4


def test_an_overview_of_purged_samples_still_shows_seconds_and_they_are_not_missing(engine: Engine) -> None:
    fill(engine)
    purge(engine, Retention(samples_days=1))
    view = recording(engine, hearts.RECORDING)
    assert view is not None
    seen = overview(engine, view, 600, 620)
    assert seen.cells.tolist() == [[0] * 20, [0] * 20]
    assert seen.share.tolist() == [1.0] * 20


def test_samples_that_show_an_alert_stay_as_long_as_the_alert(engine: Engine) -> None:
    fill(engine)
    onset = 20 * HOUR + 10
    alert = Alert(hearts.RECORDING, AlertName.PAUSE, Priority.MEDIUM, onset, onset + 900, Evidence(4.0), "c0ffee")
    with writing(engine) as connection:
        store_alerts(connection, [alert_row(alert)])
    purge(engine, Retention(samples_days=1))
    shown = [20 * DEVICE_HOUR - EVERY, 20 * DEVICE_HOUR]  # the onset stands 0.04 s after the hour
    kept = [part.start for part in segments(engine, hearts.RECORDING, 0, 1 << 40)]
    assert kept == [*shown, *range(36 * DEVICE_HOUR, HOURS * DEVICE_HOUR, EVERY)]
    known, view = ledger(engine, hearts.RECORDING), recording(engine, hearts.RECORDING)
    assert known is not None
    assert view is not None
    assert purged_stretches(engine, known) == [(0, shown[0]), (shown[1] + EVERY, 36 * DEVICE_HOUR)]
    assert overview(engine, view, 20 * 3600, 20 * 3600 + 10).step < 1.0
    assert overview(engine, view, 22 * 3600, 22 * 3600 + 10).step == 1.0
    purge(engine, Retention(samples_days=1, events_days=1))
    purge(engine, Retention(samples_days=1))
    assert segments(engine, hearts.RECORDING, 0, 1 << 40)[0].start == 36 * DEVICE_HOUR


def test_a_clock_that_runs_away_deletes_nothing(engine: Engine) -> None:
    fill(engine)
    assert purge(engine, Retention(samples_days=4), NOW_MS + 3650 * DAY_MS) == 0
    assert purge(engine, Retention(samples_days=2), NOW_MS + 3650 * DAY_MS) == 36 * 2


def test_space_goes_back_to_the_disk(sqlite_url: str, engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's autovacuum is its own")
    fill(engine)
    with reading(engine) as connection:
        before = connection.execute(text("PRAGMA page_count")).scalar_one()
    purge(engine, Retention(samples_days=1, events_days=1))
    with reading(engine) as connection:
        assert connection.execute(text("PRAGMA freelist_count")).scalar_one() < 100
        assert connection.execute(text("PRAGMA page_count")).scalar_one() < before


def test_recording_goes_on_meanwhile(engine: Engine, record_property: Callable[[str, float], None]) -> None:
    fill(engine)
    worker = threading.Thread(target=lambda: purge(engine, Retention(samples_days=1, events_days=1)))
    worker.start()
    slowest = 0.0
    for k in range(20):
        began = time.monotonic()
        store_batch(
            engine, {}, [], [NewSegment(hearts.RECORDING, HOURS * DEVICE_HOUR + 10 * k, np.ones(10, np.int16))], []
        )
        slowest = max(slowest, time.monotonic() - began)
    worker.join()
    record_property("slowest_batch_s", round(slowest, 3))
    assert slowest < 10, "generous: machines that run tests are busy"
    view = ledger(engine, hearts.RECORDING)
    assert view is not None and view.received == HOURS * DEVICE_HOUR + 200


def test_the_command_says_first_and_deletes_on_the_record(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(engine)
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert main([]) == 0
    assert "kept for ever" in capsys.readouterr().out
    monkeypatch.setenv("WARDBEAT_KEEP_SAMPLES_DAYS", "1")
    assert main(["--dry-run"]) == 0
    # A day after the newest sample, whatever today is: of 60 hours 60 are older than a day then.
    assert "segment             120 rows of      1 recordings" in capsys.readouterr().out
    assert len(segments(engine, hearts.RECORDING, 0, 1 << 40)) == 120
    monkeypatch.setattr("streaming.purge.PAUSE_SECONDS", 0.0)
    assert main([]) == 0
    assert "120 rows deleted" in capsys.readouterr().out
    assert segments(engine, hearts.RECORDING, 0, 1 << 40) == []
    with reading(engine) as connection:
        told = connection.execute(text("SELECT action, subject FROM audit ORDER BY id")).all()
    assert {row[0] for row in told} == {"purged"} and len(told) == 6
    assert told[0][1] == f"20 rows of segment, recording {hearts.RECORDING}"
