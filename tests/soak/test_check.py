"""The judge finds each kind of fault that it is there for, and nothing in a clean database."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from classifier.engine import shipped_labeller, shipped_model
from db.engine import open_engine, writing
from db.provision import provision_demo
from db.store import NewRecording, NewSegment, store_batch
from ecg.pipeline import Pipeline
from ecg.types import Event, SampleChunk
from streaming.loops import demo_loops
from streaming.soak.check import Verdict, check_group, groups_of, look, uninterrupted
from streaming.soak.patients import Sent, Signal

SECONDS = 40
Found = dict[str, set[tuple[object, ...]]]


@pytest.fixture(scope="module")
def sent() -> Sent:
    """A phone's log, with a true gap in it."""
    return Sent("r", Signal(demo_loops(6, 1)[5], [5000, 5200]), SECONDS * 250, SECONDS * 250)


@pytest.fixture(scope="module")
def wanted(sent: Sent) -> Found:
    return uninterrupted(sent.signal, [sent.end])[0]


@pytest.fixture(scope="module")
def events(sent: Sent) -> list[Event]:
    """What a worker finds that gets the samples in small pieces."""
    pipeline, pieces = Pipeline(shipped_labeller(), shipped_model()), range(0, sent.end, 100)
    outputs = [pipeline.receive(sent.signal.chunks("r", start, min(sent.end, start + 100))) for start in pieces]
    return [item for some in outputs for item in some if not isinstance(item, SampleChunk)]


@pytest.fixture
def database(sqlite_url: str, sent: Sent, events: list[Event]) -> Engine:
    """What a ward without faults makes of it."""
    engine = open_engine(sqlite_url)
    facts = [NewRecording("r", provision_demo(engine, 1)[0].device_id, 250.0, 1000.0, "I", 0)]
    segments = [NewSegment("r", chunk.start, chunk.samples) for chunk in sent.signal.chunks("r", 0, sent.end)]
    store_batch(engine, {}, facts, segments, events)
    return engine


def change(engine: Engine, statement: str) -> None:
    with writing(engine) as connection:
        connection.execute(text(statement))


def test_a_clean_database_is_clean(sent: Sent, database: Engine) -> None:
    (group,) = groups_of([sent], str(database.url), 0.0)
    (verdict,) = check_group(group)
    assert verdict.clean
    assert verdict.samples == sent.end - 200
    assert verdict.beats > 20


FAULTS: dict[str, tuple[str, Callable[[Verdict], bool]]] = {
    "lost": ("DELETE FROM segment WHERE start = 0", lambda verdict: verdict.lost == 5000),
    "duplicated": (
        "INSERT INTO segment SELECT recording_id, start + 1, count, blob FROM segment WHERE start = 0",
        lambda verdict: verdict.duplicated >= 4999 and verdict.misordered > 0,
    ),
    "misordered": ("UPDATE segment SET start = 1 WHERE start = 0", lambda verdict: verdict.misordered > 4000),
    "never sent": ("UPDATE segment SET start = start + 100 WHERE start > 0", lambda verdict: verdict.misordered > 4000),
    "a beat missing": (
        'DELETE FROM beat WHERE "index" = (SELECT min("index") FROM beat)',
        lambda verdict: verdict.different["Beat"] == 1,
    ),
    "a beat changed": (
        'UPDATE beat SET beat_class = \'F\' WHERE "index" = (SELECT min("index") FROM beat)',
        lambda verdict: verdict.different["Beat"] == 2,
    ),
    "a beat of settled rhythm only": (
        "UPDATE beat SET beat_class = NULL WHERE settled_rhythm IS NOT NULL",
        lambda verdict: verdict.different["Beat"] > 10 and verdict.different["SettledRhythm"] == 0,
    ),
    "numbers changed": ("UPDATE vital_signs SET heart_rate = 1", lambda verdict: verdict.different["VitalSigns"] > 10),
    "a gap forgotten": ("DELETE FROM gap", lambda verdict: verdict.different["SignalGap"] == 1),
    "quality forgotten": ("DELETE FROM quality", lambda verdict: verdict.different["QualityChange"] > 0),
    "an episode forgotten": ("DELETE FROM episode", lambda verdict: verdict.different["RhythmEpisode"] > 0),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_judge_sees(sent: Sent, wanted: Found, database: Engine, fault: str) -> None:
    statement, seen = FAULTS[fault]
    change(database, statement)
    verdict = look(database, sent, wanted)
    assert not verdict.clean
    assert seen(verdict), verdict
