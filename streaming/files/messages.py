"""What the sandbox is asked and what it answers, as lines of JSON. Pure."""

from dataclasses import dataclass

import msgspec

from streaming.files.facts import Choice, Look, ReadLead, Refusal

MOST_ANSWER = 1 << 22
"""Bytes of an answer: 64 leads with their previews are less than one."""


@dataclass(frozen=True, slots=True)
class Request:
    """Look at the files `names` in `folder`, or read the lead `choice` of them into the file `out` of that folder.

    cpu_seconds, wall_seconds, memory_bytes: what that may cost.
    """

    folder: str
    names: tuple[str, ...]
    choice: Choice | None
    out: str
    cpu_seconds: int
    wall_seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the three."""

    look: Look | None = None
    lead: ReadLead | None = None
    refusal: Refusal | None = None


def as_line(message: Request | Answer) -> bytes:
    """A message on one line."""
    return msgspec.json.encode(message) + b"\n"


def read_request(line: bytes) -> Request:
    """Reverse of `as_line`. Raises msgspec.DecodeError."""
    return msgspec.json.decode(line, type=Request)


def read_answer(line: bytes) -> Answer:
    """Reverse of `as_line`. Raises msgspec.DecodeError."""
    return msgspec.json.decode(line, type=Answer)
