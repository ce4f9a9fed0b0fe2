"""The picture of the ward that all browsers share, and what of it a browser still needs. Pure."""

from collections.abc import Iterable

from dashboard.parts import Part, merged
from dashboard.rooms import LiveWard
from dashboard.screen import BedSeat, ChannelDelay, Clock, Delays, Links, as_text, messages
from dashboard.shown_alerts import ShownBoard

STORE_LOST_MS = 1500
"""Without an answer from Valkey for this long, nothing on a screen is live."""
DELAYS_MS = 9_000
"""Between two measurements of the link delays, for all browsers."""


class Picture:
    """Where the ward stands. read_ms: wall ms of the last answer from the live streams. edition: of our pages."""

    def __init__(self, ward: LiveWard, read_ms: int, edition: str) -> None:
        self.ward = ward
        self.read_ms = read_ms
        self.board = ShownBoard(read_ms)
        self.full_since_ms: int | None = None
        """Wall ms since when the store takes nothing new; None while it has room."""
        self._edition = edition
        self.seats: list[BedSeat] = []
        self._made: dict[tuple[int, frozenset[int]], list[str | bytes]] = {}
        self._made_for = -1
        self._delays: dict[int, int] = {}
        self._measured_ms = 0

    def place(self, seats: list[BedSeat]) -> None:
        """Put the directory in; an equal one is no news (browsers compare by identity)."""
        if seats != self.seats:
            self.seats = seats

    def delays(self, channels: frozenset[int], now_ms: int) -> list[str | bytes]:
        """The link delays of these channels, renewed every DELAYS_MS."""
        if now_ms - self._measured_ms >= DELAYS_MS:
            self._measured_ms, self._delays = now_ms, self.ward.delays(now_ms)
        known = [ChannelDelay(channel, ms) for channel, ms in self._delays.items() if channel in channels]
        return [as_text(Delays(known))]

    def channels(self) -> frozenset[int]:
        """Channels that are on a bed."""
        return frozenset(seat.channel for seat in self.seats if seat.channel is not None)

    def clock(self, now_ms: int) -> Clock:
        """The heartbeat."""
        silent = now_ms - self.read_ms
        lost = silent >= STORE_LOST_MS
        full_ms = 0 if self.full_since_ms is None else max(1, now_ms - self.full_since_ms)
        if lost:
            self.board.excuse(now_ms)
        unwatched_ms = self.board.lost_ms(now_ms)
        links = Links(not lost, silent if lost else 0, full_ms, unwatched_ms)
        return Clock(now_ms, links, self._edition)

    def whole(self, channels: Iterable[int]) -> list[str | bytes]:
        """The last seconds of these channels, for a screen that has nothing of them."""
        wanted = frozenset(channels)
        rooms = [room for room in self.ward.rooms.values() if room.channel in wanted]
        return messages(merged(part for room in rooms for part in room.snapshot()))

    def since(self, serial: int, channels: frozenset[int]) -> list[str | bytes]:
        """What is new on `channels` after `serial`. Made once for all browsers that stand at the same place."""
        if self._made_for != self.ward.serial:
            self._made_for = self.ward.serial
            self._made.clear()
        key = (serial, channels)
        if key not in self._made:
            self._made[key] = self._news(self.ward.since(serial), channels)
        return self._made[key]

    def _news(self, parts: list[Part] | None, channels: frozenset[int]) -> list[str | bytes]:
        if parts is None:
            return self.whole(channels)
        return messages(merged(part for part in parts if part.channel in channels))
