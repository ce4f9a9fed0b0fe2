"""Between its batches the recorder settles what is whole or silent, and tells what a person should know."""

import numpy as np
import pytest
from sqlalchemy import Engine, text

from db.engine import writing
from db.queries import segments
from db.settle import unsettled
from db.store import DeadLetter, NewRecording, NewSegment, store_batch
from streaming.housekeeping import LOOK_SECONDS, SILENT_SECONDS, Housekeeping

RATE = 100.0
WINDOW = 30_000
STEP = 500
SAMPLES = np.random.default_rng(1).integers(-300, 300, 3 * WINDOW).astype(np.int16)


def begin(engine: Engine, device: int) -> None:
    store_batch(engine, {}, [NewRecording("r", device, RATE, 200.0, "I", 1_700_000_000_000)], [], [])


def arrive(engine: Engine, start: int, end: int) -> None:
    parts = [NewSegment("r", at, SAMPLES[at : at + STEP]) for at in range(start, end, STEP)]
    store_batch(engine, {}, [], parts, [])


def starts(engine: Engine) -> list[int]:
    views = segments(engine, "r", 0, 1 << 40)
    assert (
        np.concatenate([view.samples for view in views]).tolist()
        == SAMPLES[: sum(len(v.samples) for v in views)].tolist()
    )
    return [view.start for view in views]


def test_whole_windows_are_settled_soon_and_the_last_one_when_nothing_comes_any_more(
    engine: Engine, device: int
) -> None:
    begin(engine, device)
    house = Housekeeping(engine)
    arrive(engine, 0, WINDOW + 5 * STEP)
    assert house.step(0.0) == []
    tail = [WINDOW + k * STEP for k in range(5)]
    assert starts(engine) == [0, *tail]
    arrive(engine, WINDOW + 5 * STEP, WINDOW + 6 * STEP)
    assert house.step(LOOK_SECONDS) == []
    assert len(starts(engine)) == 7, "it moved, so it is not silent"
    for now in (2 * LOOK_SECONDS, LOOK_SECONDS + SILENT_SECONDS):
        house.step(now)
    assert starts(engine) == [0, WINDOW]
    assert unsettled(engine) == [], "a recording that is settled to its end is not looked at again"

    arrive(engine, WINDOW + 6 * STEP, 2 * WINDOW)
    house.step(500.0)
    assert starts(engine) == [0, WINDOW]


def test_what_is_damaged_and_letters_that_pile_up_are_told(
    engine: Engine, device: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, device)
    arrive(engine, 0, WINDOW)
    with writing(engine) as connection:
        connection.execute(text('UPDATE segment SET blob = :b WHERE "start" = 500'), {"b": b"\x02 no"})
    house = Housekeeping(engine)
    (told,) = house.step(0.0)
    assert "recording r, sample 500" in told
    monkeypatch.setattr("streaming.housekeeping.LETTERS_ROOM", 10)
    letters = [DeadLetter(f"samples:{{0}} {i}", "samples:{0}", "r", 1, "why", b"\x80") for i in range(8)]
    store_batch(engine, {}, [], [], [], letters[:7])
    assert house.step(20.0) == []
    store_batch(engine, {}, [], [], [], letters)
    assert house.step(40.0) == ["8 dead letters wait (10 are meant to fit). Look at them: wardbeat deadletters list"]
    assert house.step(60.0) == [], "said once in an hour"
    assert len(house.step(4000.0)) == 1
