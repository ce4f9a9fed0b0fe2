"""Synthetic hearts that play for hours: an actor's two minutes again and again."""

import time
from dataclasses import replace

import numpy as np

from ecg.rates import SAMPLE_RATE
from ecg.types import Beat, Event
from streaming.codec import LiveFrame, RecordingFacts
from tests.dashboard.feeder import BIGEMINY, FIBRILLATION, LABEL_DELAY, MIXED, NORMAL, Actor, Feeder, record
from tests.dashboard.house import House

PARTS = (NORMAL, FIBRILLATION, MIXED, BIGEMINY)


class EndlessActor(Actor):
    """An actor who begins his trace and his beats anew when they are over."""

    def frame(self, until: int, received_ms: int) -> LiveFrame:
        """Samples from where the last frame ended to `until`, with the labels that are ready by then."""
        start, self.sent = self.sent, until
        samples = np.take(self.trace, np.arange(start, until), mode="wrap")
        ready = self.ready(start - LABEL_DELAY, until - LABEL_DELAY)
        vitals = [replace(self.vitals(self._written(beat)), index=beat.index) for beat in ready[-1:]]
        events: list[Event] = [*ready, *vitals]
        return LiveFrame(self.facts.recording, received_ms, start, samples, tuple(events))

    def ready(self, start: int, end: int) -> list[Beat]:
        """The beats with start <= index < end, of whichever round."""
        rounds = {max(start, 0) // len(self.trace), max(end, 0) // len(self.trace)}
        again = [replace(b, index=b.index + lap * len(self.trace)) for lap in sorted(rounds) for b in self.beats]
        return [beat for beat in again if start <= beat.index < end]

    def _written(self, beat: Beat) -> Beat:
        return replace(beat, index=beat.index % len(self.trace))


def fill(house: House, feeder: Feeder) -> None:
    """On each bed of the house one of four hearts begins, with two minutes before in the database."""
    for number, device in enumerate(house.devices):
        begun_ms = time.time_ns() // 1_000_000
        facts = RecordingFacts(f"bench-{number}", device.device_id, SAMPLE_RATE, 200.0, "I", begun_ms)
        actor = EndlessActor(facts, PARTS[number % len(PARTS)], seed=device.device_id)
        record(house.engine(), actor)
        feeder.begin(actor)
