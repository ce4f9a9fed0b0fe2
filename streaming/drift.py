"""How true a device's clock is, told from when its samples arrive. Pure.

A device that takes samples a little too fast or too slow drifts away from the server's clock by a straight line; the
network adds delays that are never negative. So the line under all points tells the clock, whatever the delays do: the
lower convex hull, and of it the edge over the middle (Moon, Skelly and Towsley, INFOCOM 1999). The device's own wall
clock has no say in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

LEAST_SECONDS = 60.0
"""Before so much was received nothing is said."""
BUCKETS = 128
FIRST_WIDTH = 5.0
"""Seconds whose fastest arrival is kept; doubled whenever there are more than BUCKETS of them."""
UNBELIEVABLE_PPM = 5_000.0
"""No quartz is so wrong: one of both clocks was set, or the device lost count. What was known is void then."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class RateError:
    """The device samples `ppm` parts per million faster than it says; right within `within_ppm`."""

    ppm: float
    within_ppm: float


class DriftFit:
    """One recording. Its memory is BUCKETS points, however long it lasts."""

    def __init__(self) -> None:
        self._width = FIRST_WIDTH
        self._lows: list[Point] = []
        """Of each bucket the point with the least delay: (device seconds, how much later it arrived)."""
        self._newest = -1.0
        self.has_told = False
        """Whether it has come to an answer."""

    def receive(self, device_seconds: float, arrived: float) -> list[RateError]:
        """Samples up to `device_seconds` (index / announced rate) arrived at `arrived`, on a clock that is never set.

        Each time a bucket is full: the rate error as far as it is known. Samples that come late are passed over.
        """
        if device_seconds <= self._newest:
            return []
        self._newest = device_seconds
        point = (device_seconds, arrived - device_seconds)
        if self._lows and self._bucket(self._lows[-1]) == self._bucket(point):
            self._lows[-1] = min(self._lows[-1], point, key=lambda low: low[1])
            return []
        told = self._told()
        self._lows.append(point)
        if len(self._lows) > BUCKETS:
            self._widen()
        return told

    def snapshot(self) -> dict[str, Any]:
        """All that it knows."""
        return {
            "width": self._width,
            "lows": [list(low) for low in self._lows],
            "newest": self._newest,
            "has_told": self.has_told,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        self._width, self._newest = state["width"], state["newest"]
        self._lows = [(low[0], low[1]) for low in state["lows"]]
        self.has_told = state["has_told"]

    def _bucket(self, point: Point) -> int:
        return int(point[0] // self._width)

    def _widen(self) -> None:
        self._width *= 2
        lowest: dict[int, Point] = {}
        for low in self._lows:
            bucket = self._bucket(low)
            lowest[bucket] = min(lowest.get(bucket, low), low, key=lambda each: each[1])
        self._lows = list(lowest.values())

    def _told(self) -> list[RateError]:
        if not self._lows or self._lows[-1][0] - self._lows[0][0] < LEAST_SECONDS:
            return []
        (left, low), (right, high) = middle_edge(self._lows)
        slope = (high - low) / (right - left)
        if abs(slope) * 1e6 > UNBELIEVABLE_PPM:
            self._lows.clear()
            return []
        above = median(delay - (low + slope * (at - left)) for at, delay in self._lows)
        self.has_told = True
        return [RateError(-slope / (1 + slope) * 1e6, 4e6 * above / (self._lows[-1][0] - self._lows[0][0]))]


def middle_edge(points: Sequence[Point]) -> tuple[Point, Point]:
    """The edge of the lower convex hull over the mean of the first coordinates, which rise."""
    hull: list[Point] = []
    for point in points:
        while len(hull) > 1 and not _turns_left(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    middle = sum(at for at, _ in points) / len(points)
    place = next(n for n in range(1, len(hull)) if hull[n][0] >= middle)
    return hull[place - 1], hull[place]


def _turns_left(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])
