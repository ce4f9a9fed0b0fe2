"""Writing is repeatable, all or nothing, and fast."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError

from db import queries
from db.engine import open_engine, reading, writing
from db.letters import dead_letters
from db.models import BeatRow
from db.store import DeadLetter, NewSegment, Part, store_apart, store_batch, table_of
from ecg.errors import ConfigurationError
from ecg.labels import Rhythm
from ecg.types import Event, SignalGap
from tests.db import hearts

ALL = (hearts.RECORDING, 0, 10_000)
SAMPLES = np.arange(20, dtype=np.int16)
TABLES = ("recording", "segment", "beat", "vital_signs", "quality", "gap", "episode", "stream_position")


def counts(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES]


def test_the_same_batch_again_changes_nothing(engine: Engine) -> None:
    hearts.store(engine, hearts.EVENTS)
    once = counts(engine)
    hearts.store(engine, hearts.EVENTS)
    assert once == counts(engine) == [1, 2, 3, 2, 2, 1, 1, 1]


def test_the_first_label_of_a_beat_stays(engine: Engine) -> None:
    hearts.store(engine, [hearts.beat(100, rr=7)])
    hearts.store(engine, [hearts.beat(100, rr=9)])
    assert [beat.rr for beat in queries.beats(engine, *ALL)] == [7]


ORDERS = {"after": [[0], [1]], "together": [[1, 0]], "before": [[1], [0]], "again": [[0, 1], [1], [0], [0, 1]]}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_a_beat_learns_its_settled_rhythm_whenever_that_comes(engine: Engine, order: list[list[int]]) -> None:
    told: list[Event] = [hearts.beat(300), hearts.settled(300)]
    for batch in order:
        hearts.store(engine, [told[place] for place in batch])
    assert queries.beats(engine, *ALL) == told[:1]
    assert queries.settled_rhythms(engine, *ALL) == told[1:]


def test_a_settled_rhythm_without_its_beat_is_kept_and_is_no_beat(engine: Engine) -> None:
    hearts.store(engine, [*hearts.BEATS, hearts.settled(400), hearts.settled(500)])
    assert queries.beats(engine, *ALL) == hearts.BEATS
    assert sum(queries.beat_counts(engine, hearts.RECORDING).values()) == 3
    assert queries.settled_rhythms(engine, *ALL) == [hearts.settled(400), hearts.settled(500)]
    assert queries.settled_rhythms(engine, hearts.RECORDING, 401, 500) == []


def test_the_first_settled_rhythm_stays(engine: Engine) -> None:
    for rhythm in (Rhythm.OTHER, Rhythm.NORMAL):
        hearts.store(engine, [hearts.beat(300), hearts.settled(300, rhythm)])
    assert [one.rhythm for one in queries.settled_rhythms(engine, *ALL)] == [Rhythm.OTHER]


def test_an_episode_learns_its_end_and_keeps_it(engine: Engine) -> None:
    ends = []
    for events in ([hearts.episode(None)], [hearts.episode(None), hearts.episode(800)], [hearts.episode(None)]):
        hearts.store(engine, events)
        ends.append([episode.end for episode in queries.episodes(engine, *ALL)])
    assert ends == [[None], [800], [800]]


def test_positions_move_with_their_data(engine: Engine) -> None:
    hearts.store(engine, hearts.EVENTS, "1-0")
    store_batch(engine, {"events:{0}": "5-1", "samples:{0}": "4-0"}, [], [], [])
    assert queries.positions(engine) == {"events:{0}": "5-1", "samples:{0}": "4-0"}


def test_a_batch_is_written_only_where_its_writer_left_the_positions(engine: Engine) -> None:
    hearts.store(engine, [], "1-0")
    stream = "events:{0}"

    def write(after: str, until: str, index: int) -> None:
        store_batch(engine, {stream: until}, [], [], [hearts.beat(index)], after={stream: after})

    write("1-0", "2-0", 100)
    write("1-0", "2-0", 200)  # the same batch once more, after an answer that was lost: it is there
    with pytest.raises(ConfigurationError, match="Another recorder"):
        write("1-0", "3-0", 300)
    with pytest.raises(ConfigurationError, match="Another recorder"):
        store_apart(engine, {stream: "3-0"}, [], lambda _part, _error: [], {stream: "0-0"})
    assert [beat.index for beat in queries.beats(engine, *ALL)] == [100]
    assert queries.positions(engine) == {stream: "2-0"}


def test_what_is_refused_goes_aside_piece_by_piece_and_all_else_is_written(engine: Engine) -> None:
    hearts.store(engine, [], "1-0")
    odd: Any = float("nan")
    events: list[Event] = [hearts.beat(100), replace(hearts.beat(0), index=odd), hearts.vital_signs(250)]
    stranger = NewSegment("a recording that nobody announced", 0, np.zeros(5, np.int16))
    refused: list[Part] = []

    def letters(piece: Part, error: Exception) -> list[DeadLetter]:
        refused.append(piece)
        return [DeadLetter(f"letter {len(refused)}", "events:{0}", "r", 1, str(error), b"")]

    parts = [
        Part(events=events),
        Part(segments=[stranger]),
        Part(segments=[NewSegment(hearts.RECORDING, 500, SAMPLES)]),
    ]
    store_apart(engine, {"events:{0}": "2-0"}, parts, letters, {"events:{0}": "1-0"})
    assert refused == [Part(events=events[1:2]), Part(segments=[stranger])]
    assert [beat.index for beat in queries.beats(engine, *ALL)] == [100]
    assert [vital.index for vital in queries.vitals(engine, *ALL)] == [250]
    assert queries.stored_until(engine, hearts.RECORDING) == 500 + len(SAMPLES)
    assert [stored.letter.origin for stored in dead_letters(engine)] == ["letter 1", "letter 2"]


def test_a_batch_that_does_not_fit_leaves_nothing(engine: Engine) -> None:
    hearts.store(engine, [], "1-0")
    stray = SignalGap("a recording that nobody announced", 0, 5)
    with pytest.raises(IntegrityError):
        store_batch(engine, {"events:{0}": "2-0"}, [], [], [hearts.beat(700), stray])
    assert queries.positions(engine) == {"events:{0}": "1-0"}
    assert queries.beats(engine, *ALL) == []


def test_a_recording_stays_with_the_patient_it_began_with(engine: Engine) -> None:
    device_id = hearts.store(engine)
    with writing(engine) as connection:
        moved = text("UPDATE device SET patient_id = (SELECT max(id) FROM patient) WHERE id = :id")
        connection.execute(moved, {"id": device_id})
    hearts.store(engine)
    bed = queries.beds(engine)[0]
    assert queries.latest_recording(engine, device_id).patient_id == bed.patient_id  # type: ignore[union-attr]


def test_numpy_numbers_are_kept_as_numbers(engine: Engine) -> None:
    index: Any = np.int64(700)
    rr: Any = np.int32(180)
    heart_rate: Any = np.float32(74.5)
    beat = replace(hearts.beat(0), index=index, rr=rr)
    vital = replace(hearts.vital_signs(0), index=index, heart_rate=heart_rate)
    hearts.store(engine, [beat, vital])
    assert queries.beats(engine, *ALL) == [hearts.beat(700, rr=180)]
    assert queries.vitals(engine, *ALL) == [hearts.vital_signs(700)]


def test_a_thousand_beats_take_less_than_50_ms(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    hearts.store(engine)
    spent = []
    for batch in range(5):
        beats = [hearts.beat(batch * 200_000 + number * 200) for number in range(1000)]
        began = time.process_time()  # not the disk's time, which is the machine's
        store_batch(engine, {"events:{0}": f"{batch}-0"}, [], [], beats)
        spent.append(time.process_time() - began)
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(table_of(BeatRow))).scalar_one() == 5000
    assert min(spent) < 0.050
    engine.dispose()
