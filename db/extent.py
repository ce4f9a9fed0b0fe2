"""What of a recording is there, to the sample. Pure and stateful."""

from collections.abc import Iterable

Stretch = tuple[int, int]
"""Samples [start, end)."""


class Extent:
    """The samples of one recording that were received: everything before `until` without `holes`.

    late: samples received after newer ones. repeated: samples received again. Both count from this object's birth.
    """

    def __init__(self, until: int, holes: Iterable[Stretch]) -> None:
        self.until = until
        self.holes = sorted(holes)
        self.late = 0
        self.repeated = 0

    def receive(self, start: int, end: int) -> list[Stretch]:
        """The parts of [start, end) that are new, in order."""
        fresh = self._fill(start, min(end, self.until)) if start < self.until else []
        if end > self.until:
            begin = max(start, self.until)
            if begin > self.until:
                self.holes.append((self.until, begin))
            fresh.append((begin, end))
            self.until = end
        return fresh

    def _fill(self, start: int, end: int) -> list[Stretch]:
        """The parts of [start, end) that lie in holes, which are no holes any longer."""
        filled = [(max(start, a), min(end, b)) for a, b in self.holes if a < end and b > start]
        late = sum(b - a for a, b in filled)
        self.late += late
        self.repeated += end - start - late
        if filled:
            self.holes = [rest for hole in self.holes for rest in _without(hole, (start, end))]
        return filled


def _without(hole: Stretch, taken: Stretch) -> list[Stretch]:
    sides = ((hole[0], min(hole[1], taken[0])), (max(hole[0], taken[1]), hole[1]))
    return [(a, b) for a, b in sides if a < b]
