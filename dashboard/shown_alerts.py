"""The board of alerts as browsers get it (docs/GATEWAY.md): of each bed what is new. Pure."""

from collections.abc import Collection
from itertools import groupby

import msgspec

from ecg.alert_rules import RULES
from streaming.board import Board, ShownAlert

LOST_MS = 3000
"""The desk speaks each second; after so long without a word nobody keeps the alerts."""


class AlertNews(msgspec.Struct, frozen=True):
    """One alert of a bed, as `streaming.board.ShownAlert`; unit: of value and limit."""

    recording: str
    rule: str
    priority: str
    stage: str
    start: int
    began_ms: int
    ended_ms: int | None
    seen_by: str | None
    seen_ms: int | None
    called: str | None
    next_person: str | None
    next_ms: int | None
    value: float | None
    limit: float | None
    unit: str


class BedAlerts(msgspec.Struct, frozen=True):
    """All alerts that stand at a bed, and the one that was over last."""

    bed_id: int
    alerts: list[AlertNews]


class Alerts(msgspec.Struct, frozen=True, tag="alerts"):
    """Of the beds where something changed. reviewed: the number of the newest act of people about any alert."""

    beds: list[BedAlerts]
    reviewed: int


_ENCODER = msgspec.json.Encoder()


class ShownBoard:
    """The newest board. now_ms: wall ms when the gateway began."""

    def __init__(self, now_ms: int) -> None:
        self.serial = 0
        self._heard_ms = now_ms
        self._beds: dict[int, tuple[int, BedAlerts]] = {}
        self._reviewed, self._reviewed_at = 0, 0

    def receive(self, board: Board, now_ms: int) -> None:
        """Take a whole board."""
        self._heard_ms = now_ms
        if board.reviewed != self._reviewed:
            self.serial += 1
            self._reviewed, self._reviewed_at = board.reviewed, self.serial
        by_bed = sorted(board.alerts, key=lambda one: one.bed_id)
        fresh = {bed: [_news(one) for one in some] for bed, some in groupby(by_bed, key=lambda one: one.bed_id)}
        for bed in self._beds.keys() | fresh.keys():
            news, known = fresh.get(bed, []), self._beds.get(bed)
            if known is None or known[1].alerts != news:
                self.serial += 1
                self._beds[bed] = self.serial, BedAlerts(bed, news)

    def since(self, serial: int, beds: Collection[int]) -> list[str]:
        """What changed at `beds` after `serial`, as one message or none; 0: all of it."""
        changed = [bed for bed, (at, _) in self._beds.items() if at > serial and bed in beds]
        if not changed and self._reviewed_at <= serial:
            return []
        return [_ENCODER.encode(Alerts([self._beds[bed][1] for bed in changed], self._reviewed)).decode()]

    def excuse(self, now_ms: int) -> None:
        """Nobody could be heard until now: the store is away, and that is told for itself."""
        self._heard_ms = now_ms

    def lost_ms(self, now_ms: int) -> int:
        """For how long nobody has kept the alerts; 0 while somebody does."""
        silent = now_ms - self._heard_ms
        return silent if silent >= LOST_MS else 0


def _news(alert: ShownAlert) -> AlertNews:
    facts = {name: getattr(alert, name) for name in AlertNews.__struct_fields__ if name != "unit"}
    return AlertNews(**facts, unit=RULES[alert.rule].unit)
