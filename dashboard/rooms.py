"""What a screen that comes now must be given: of each recording the last ten seconds and the newest facts. Pure.

Parts carry a serial number. A screen says which serial it has seen and gets what is newer; one that fell behind
the log gets the whole picture. So there is no queue per browser that could grow: a stalled one gets the newest.
"""

from collections import deque
from collections.abc import Collection, Iterable

from dashboard.delays import LinkDelay
from dashboard.parts import CorrectedPart, EventPart, Part, SettledPart, ShownEvent, TracePart
from ecg.rates import to_milliseconds, to_samples
from ecg.types import (
    AfBurden,
    Alert,
    Beat,
    NetworkChange,
    QualityChange,
    RhythmEpisode,
    SettledRhythm,
    SignalGap,
    VitalSigns,
)
from streaming.codec import LiveFrame

HELD_SECONDS = 10
HELD_SAMPLES = to_samples(HELD_SECONDS)
HELD_BEATS = to_samples(15)
"""A beat is kept until its settled rhythm, which comes within 10 s, has surely come; a screen needs both to draw it."""
HELD_EVENTS = 200
"""Bound on the events of one recording: 15 s hold 60 beats at 240/min, as many settled rhythms and little else."""
LATE_MS = 2000
"""Samples that come this much later than the recording's usual are stored ones, sent after an outage: not live."""
DRIFT = 0.02
"""Share of elapsed time by which the usual delay may rise: device clocks are off by up to 1 %."""


EventKey = tuple[type, int, str]
"""Kind, index or start, and the finding of an episode: several begin at the same beat."""


class Room:
    """One recording: `receive` answers with the parts that are new."""

    def __init__(self, channel: int) -> None:
        self.channel = channel
        self.end = 0
        self.received_ms = 0
        self.link = LinkDelay()
        self._usual_ms: float | None = None
        self._traces: deque[TracePart] = deque()
        self._events: dict[EventKey, ShownEvent | SettledRhythm] = {}
        self._corrected: dict[int, CorrectedPart] = {}

    def receive(self, frame: LiveFrame) -> list[Part]:
        """Repeats (a worker that starts again replays) are dropped by their index."""
        parts: list[Part] = [*self._trace(frame)]
        for event in frame.events:
            if isinstance(event, (Alert, NetworkChange)):
                continue  # how an alert stands the board tells (`dashboard.shown_alerts`)
            key = _key(event)
            if self._events.get(key) != event:
                self._events.pop(key, None)  # the newest last
                self._events[key] = event
                parts += self._told(event)
        self._forget()
        return parts

    def _told(self, event: ShownEvent | SettledRhythm) -> list[EventPart | SettledPart]:
        """What a screen is told of `event`; a settled rhythm is told with its beat, whichever of them comes first."""
        if isinstance(event, SettledRhythm):
            beat = self._events.get((Beat, event.index, ""))
            return [SettledPart(self.channel, event.of(beat))] if isinstance(beat, Beat) else []
        told: list[EventPart | SettledPart] = [EventPart(self.channel, event)]
        if isinstance(event, Beat) and (settled := self._events.get((SettledRhythm, event.index, ""))):
            told += self._told(settled)
        return told

    def snapshot(self) -> list[Part]:
        """All a new screen needs, trace first; of vital signs, quality and burden the newest only."""
        single = (VitalSigns, QualityChange, AfBurden)
        newest = {kind: event for (kind, _, _), event in self._events.items() if kind in single}
        oldest, unasked = self.end - HELD_SAMPLES, {SettledRhythm, *newest}
        lasting = [
            event
            for (kind, index, _), event in self._events.items()
            if kind not in unasked and (kind is not Beat or index >= oldest)
        ]
        told = (part for event in (*lasting, *newest.values()) for part in self._told(event))
        return [*self._traces, *told, *self._corrected.values()]

    def correct(self, index: int, sign: str, *, by_person: bool) -> CorrectedPart:
        """A person said something of a beat, or took it back."""
        self._corrected[index] = part = CorrectedPart(self.channel, index, sign, by_person)
        return part

    def _trace(self, frame: LiveFrame) -> list[TracePart]:
        fresh = frame.trace[max(0, self.end - frame.start) :]
        if not len(fresh):
            return []
        self.end = frame.start + len(frame.trace)
        behind = self._behind_ms(frame.received_ms)
        self.received_ms = max(self.received_ms, frame.received_ms)
        at_ms = frame.received_ms - behind
        part = TracePart(self.channel, self.end - len(fresh), at_ms, behind, fresh)
        self._traces.append(part)
        return [part]

    def _behind_ms(self, received_ms: int) -> int:
        """How much later than usual the newest sample came; 0 where that is within what networks do."""
        delay = received_ms - to_milliseconds(self.end)
        elapsed = max(0, received_ms - self.received_ms) if self.received_ms else 0
        self._usual_ms = delay if self._usual_ms is None else min(delay, self._usual_ms + DRIFT * elapsed)
        late = delay - self._usual_ms
        return round(late) if late > LATE_MS else 0

    def _forget(self) -> None:
        oldest = self.end - HELD_SAMPLES
        while self._traces and self._traces[0].start + len(self._traces[0].samples) <= oldest:
            self._traces.popleft()
        passing = (Beat, SettledRhythm, VitalSigns)
        for key in [key for key in self._events if key[0] in passing and key[1] < self.end - HELD_BEATS]:
            del self._events[key]
        self._corrected = {at: part for at, part in self._corrected.items() if at >= oldest}
        while len(self._events) > HELD_EVENTS:
            del self._events[next(iter(self._events))]


def _key(event: ShownEvent | SettledRhythm) -> EventKey:
    match event:
        case RhythmEpisode():
            return RhythmEpisode, event.start, event.finding.value
        case SignalGap():
            return SignalGap, event.start, ""
        case AfBurden():
            return AfBurden, 0, ""  # only the newest is kept
        case _:
            return type(event), event.index, ""


class LiveWard:
    """All recordings that send, each by a channel number that is never used again."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.serial = 0
        self._channels = 0
        self._newest_ms = 0
        self._log: deque[tuple[int, int, Part]] = deque()

    def receive(self, frame: LiveFrame, at_ms: int | None = None) -> list[Part]:
        """Takes one frame; answers with what is new in it. at_ms: wall ms at which it was here, None: as received."""
        room = self.rooms.get(frame.recording)
        if room is None:
            self._channels += 1
            room = self.rooms[frame.recording] = Room(self._channels)
        parts = room.receive(frame)
        if parts and isinstance(parts[0], TracePart):
            room.link.receive(room.end, frame.received_ms if at_ms is None else at_ms)
        self._newest_ms = max(self._newest_ms, frame.received_ms)
        self._write_down(parts)
        return parts

    def correct(self, recording: str, index: int, sign: str, *, by_person: bool) -> None:
        """What a person says of a beat of a recording that is shown; of others nothing is kept here."""
        if recording in self.rooms:
            self._write_down([self.rooms[recording].correct(index, sign, by_person=by_person)])

    def _write_down(self, parts: Iterable[Part]) -> None:
        for part in parts:
            self.serial += 1
            self._log.append((self.serial, self._newest_ms, part))
        while self._log and self._log[0][1] < self._newest_ms - HELD_SECONDS * 1000:
            self._log.popleft()

    def since(self, serial: int) -> list[Part] | None:
        """Parts after `serial`; None when the log does not reach back so far."""
        if serial == self.serial:
            return []
        if not self._log or serial < self._log[0][0] - 1:
            return None
        first = serial - self._log[0][0] + 1
        return [self._log[place][2] for place in range(first, len(self._log))]

    def delays(self, now_ms: int) -> dict[int, int]:
        """Channel -> link delay (`dashboard.delays`) in ms, of those whose delay is known at `now_ms`."""
        told = {room.channel: room.link.p95_ms(now_ms) for room in self.rooms.values()}
        return {channel: delay for channel, delay in told.items() if delay is not None}

    def keep(self, channels: Collection[int], silent_since_ms: int) -> None:
        """Forget recordings that are on none of `channels` and have been silent since before `silent_since_ms`."""
        for name, room in list(self.rooms.items()):
            if room.channel not in channels and room.received_ms < silent_since_ms:
                del self.rooms[name]
