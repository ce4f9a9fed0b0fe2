"""Repeatable writes: the same batch written twice, or replayed after a crash, leaves the same rows.

Everything has a natural key. What is there already stays; only rhythm episodes and alerts learn their end, a beat its
settled rhythm, and a stream's position moves. Raw samples: `db.received`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from db.alerts import store_alerts
from db.engine import DOWN, writing
from db.models import (
    AfBurdenRow,
    BeatRow,
    EpisodeRow,
    GapRow,
    QualityRow,
    Recording,
    VitalSignsRow,
)
from db.models_networks import NetworkRow
from db.models_recorder import DeadLetterRow, StreamPosition
from db.received import store_segments
from db.rows import (
    Row,
    alert_row,
    beat_row,
    burden_row,
    episode_row,
    gap_row,
    letter_row,
    network_row,
    quality_row,
    recording_row,
    settled_row,
    vital_signs_row,
)
from db.trends import fold_minutes
from db.upserts import insert_into, insert_new, table_of, upsert
from db.views import DeadLetter, NewRecording, NewSegment
from db.wearing import whose
from ecg.errors import ConfigurationError
from ecg.types import (
    AfBurden,
    Alert,
    Beat,
    Event,
    NetworkChange,
    QualityChange,
    RhythmEpisode,
    SettledRhythm,
    SignalGap,
    VitalSigns,
)

__all__ = ["DeadLetter", "NewRecording", "NewSegment", "Part", "store_apart", "store_batch", "store_part", "table_of"]


NOWHERE = "0-0"
"""The position before the first entry of a stream."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is written together or not at all. letters: of what else could not be used."""

    facts: Sequence[NewRecording] = ()
    segments: Sequence[NewSegment] = ()
    events: Sequence[Event] = ()
    letters: Sequence[DeadLetter] = ()

    def pieces(self) -> "list[Part]":
        """Everything for itself."""
        return [
            *(Part(facts=[fact]) for fact in self.facts),
            *(Part(segments=[segment]) for segment in self.segments),
            *(Part(events=[event]) for event in self.events),
            *(Part(letters=[letter]) for letter in self.letters),
        ]


Refused = Callable[[Part, Exception], Sequence[DeadLetter]]
"""The dead letters of a piece that the database refuses, and why it does."""
REFUSALS = (SQLAlchemyError, ValueError, TypeError, ArithmeticError, LookupError)
"""What odd values raise, in drivers too, apart from `engine.DOWN`."""


def store_batch(
    engine: Engine,
    positions: Mapping[str, str],
    facts: Sequence[NewRecording],
    segments: Sequence[NewSegment],
    events: Sequence[Event],
    letters: Sequence[DeadLetter] = (),
    after: Mapping[str, str] | None = None,
) -> None:
    """Write all of it and the stream positions (stream name -> entry id) in ONE transaction, or nothing.

    after: where the positions have to stand before; where they stand at `positions` already, the batch is written.
    Raises sqlalchemy.exc.IntegrityError when a device or a recording is neither in the database nor in `facts`,
    ConfigurationError when the positions stand elsewhere.
    """
    with writing(engine) as connection:
        if _due(connection, positions, after):
            store_part(connection, Part(facts, segments, events, letters))
            _move(connection, positions)


def store_apart(
    engine: Engine, positions: Mapping[str, str], parts: Sequence[Part], refused: Refused, after: Mapping[str, str]
) -> None:
    """As `store_batch`, but what the database refuses becomes dead letters: part by part, and then piece by piece.

    All in ONE transaction: what is set aside is set aside once, and nothing keeps anything else out.
    """
    with writing(engine) as connection:
        if _due(connection, positions, after):
            for part in parts:
                if _refusal(connection, part):
                    _write_pieces(connection, part, refused)
            _move(connection, positions)


def _due(connection: Connection, positions: Mapping[str, str], after: Mapping[str, str] | None) -> bool:
    """Whether a batch is to be written; False when it is there already."""
    if after is None or not positions:
        return True
    name, place = col(StreamPosition.stream), col(StreamPosition.entry_id)
    rows = connection.execute(select(name, place).where(name.in_(positions)).with_for_update())
    stands = {row[0]: row[1] for row in rows}
    if stands == positions:
        return False
    if any(stands.get(stream, NOWHERE) != entry_id for stream, entry_id in after.items()):
        raise ConfigurationError("Another recorder has written to this database meanwhile; this one ends.")
    return True


def _refusal(connection: Connection, part: Part) -> Exception | None:
    """Write a part; why the database does not take it, and then nothing of it is written."""
    try:
        with connection.begin_nested():
            store_part(connection, part)
    except DOWN:
        raise
    except REFUSALS as error:
        return error
    return None


def _write_pieces(connection: Connection, part: Part, refused: Refused) -> None:
    for piece in part.pieces():
        if error := _refusal(connection, piece):
            store_part(connection, Part(letters=refused(piece, error)))


def store_part(connection: Connection, part: Part) -> None:
    """Write a part within the caller's transaction."""
    insert_new(connection, Recording, _recording_rows(connection, part.facts))
    store_segments(connection, part.segments)
    _insert_events(connection, part.events)
    insert_new(connection, DeadLetterRow, [letter_row(letter) for letter in part.letters])


def _move(connection: Connection, positions: Mapping[str, str]) -> None:
    upsert(connection, StreamPosition, [{"stream": s, "entry_id": e} for s, e in positions.items()])


def _recording_rows(connection: Connection, facts: Sequence[NewRecording]) -> list[Row]:
    """The patient is `db.wearing.whose`; a recording that is stored already keeps its own."""
    if not facts:
        return []
    worn = whose(connection, [(fact.device_id, fact.started_ms) for fact in facts])
    return [recording_row(fact, worn[fact.device_id, fact.started_ms]) for fact in facts]


def _insert_events(connection: Connection, events: Sequence[Event]) -> None:
    insert_new(connection, NetworkRow, [network_row(e) for e in events if isinstance(e, NetworkChange)])
    _teach_beats(connection, "beat_class", [beat_row(e) for e in events if isinstance(e, Beat)])
    _teach_beats(connection, "settled_rhythm", [settled_row(e) for e in events if isinstance(e, SettledRhythm)])
    told = [e for e in events if isinstance(e, VitalSigns)]
    insert_new(connection, VitalSignsRow, [vital_signs_row(e) for e in told])
    fold_minutes(connection, told)
    insert_new(connection, QualityRow, [quality_row(e) for e in events if isinstance(e, QualityChange)])
    insert_new(connection, GapRow, [gap_row(e) for e in events if isinstance(e, SignalGap)])
    insert_new(connection, AfBurdenRow, [burden_row(e) for e in events if isinstance(e, AfBurden)])
    _upsert_episodes(connection, [episode_row(e) for e in events if isinstance(e, RhythmEpisode)])
    store_alerts(connection, [alert_row(e) for e in events if isinstance(e, Alert)])


def _teach_beats(connection: Connection, mark: str, rows: Sequence[Row]) -> None:
    """Tell beats what `rows` say, where they do not know it yet: column `mark` is null there.

    A beat's own row comes first in its stream. Where it was set aside (a dead letter) the settled rhythm waits for it.
    """
    if not rows:
        return
    statement = insert_into(connection, BeatRow)
    keys = ["recording_id", "index"]
    learnt = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    unknown = table_of(BeatRow).c[mark].is_(None)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=learnt, where=unknown), list(rows))


def _upsert_episodes(connection: Connection, rows: Sequence[Row]) -> None:
    """An end that is known stays known, even when the episode's beginning is replayed after it."""
    if not rows:
        return
    statement = insert_into(connection, EpisodeRow)
    end = func.coalesce(statement.excluded.end, table_of(EpisodeRow).c.end)
    keys = ["recording_id", "finding", "start"]
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"end": end}),
        list(rows),
    )
