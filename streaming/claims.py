"""Who may append to a recording: the connection that claimed it last. Pure."""

from dataclasses import dataclass

FENCED = -1
"""Instead of a high-water mark: a newer claim stands, and nothing of the chunk was stored."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A connection's right to append; whoever claims later fences it off.

    next: high-water mark, the first device sample that is not durable and no hole's. holes: [start, end) below it that
    may still come.
    """

    epoch: int
    next: int
    holes: tuple[tuple[int, int], ...] = ()


def spans_of(held: bytes | None) -> tuple[tuple[int, int], ...]:
    """Holes as `scripts.APPEND` writes them."""
    texts = [span.partition(b"-") for span in (held or b"").split(b",") if span]
    return tuple((int(start), int(end)) for start, _, end in texts)
