"""The board of alerts as it travels in Valkey: every alert that is shown somewhere, whole, each time. Pure."""

import msgspec
from msgspec import msgpack

from ecg.alert_rules import AlertName, Priority
from ecg.alert_states import Stage
from ecg.errors import StreamError


class ShownAlert(msgspec.Struct, frozen=True):
    """One alert at the bed of its patient; times are wall ms.

    bed_id, ward: where it is shown. priority: the present one. start, end: house samples. began_ms, ended_ms: of the
    condition. seen_by: who has acknowledged it last. called: who was called last; next_person: who is called next, at
    next_ms. value, limit: of its evidence, in the unit of its rule.
    """

    bed_id: int
    ward: str
    recording: str
    rule: AlertName
    priority: Priority
    start: int
    end: int | None
    began_ms: int
    ended_ms: int | None
    stage: Stage
    seen_by: str | None
    seen_ms: int | None
    called: str | None
    next_person: str | None
    next_ms: int | None
    value: float | None
    limit: float | None


class Board(msgspec.Struct, frozen=True):
    """Every alert that is shown, and the number of the newest act of people: what is new of reviews is asked for."""

    alerts: list[ShownAlert]
    reviewed: int


_ENCODER = msgpack.Encoder()
_DECODER = msgpack.Decoder(Board)


def encode_board(board: Board) -> bytes:
    """The payload of one entry."""
    return _ENCODER.encode(board)


def decode_board(data: bytes) -> Board:
    """Reverse of `encode_board`. Raises StreamError."""
    try:
        return _DECODER.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise StreamError(f"these bytes are no board of alerts: {error}") from error
