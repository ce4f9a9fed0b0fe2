"""A worker's stand-in: synthetic hearts, already labelled, put into the live streams of a real Valkey in real time."""

import contextlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine

from db.store import NewRecording, NewSegment, store_batch
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BeatClass, Rhythm
from ecg.rates import SAMPLE_RATE
from ecg.scripts import ATRIAL_FIBRILLATION, SINUS_RHYTHM, VENTRICULAR_BIGEMINY, Script
from ecg.synthetic import synthesise
from ecg.types import Beat, Event, QualityChange, RhythmEpisode, VitalSigns
from streaming import keys
from streaming.board import Board, encode_board
from streaming.codec import LiveFrame, RecordingFacts, encode_facts, encode_live, to_trace

STEP_S = 0.25
LABEL_DELAY = round(0.45 * SAMPLE_RATE)
PROBABILITIES = (1.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Part:
    """What a bed plays, for how long. every: classes that every fifth beat takes in turn; poor: the signal is noise."""

    script: Script = SINUS_RHYTHM
    rhythm: Rhythm = Rhythm.NORMAL
    finding: Finding = Finding.SINUS_RHYTHM
    every: tuple[BeatClass, ...] = ()
    poor: bool = False
    seconds: float = 120.0


NORMAL = Part()
FIBRILLATION = Part(ATRIAL_FIBRILLATION, Rhythm.ATRIAL_FIBRILLATION, Finding.ATRIAL_FIBRILLATION)
BIGEMINY = Part(VENTRICULAR_BIGEMINY, Rhythm.OTHER, Finding.BIGEMINY)
MIXED = Part(every=(BeatClass.SUPRAVENTRICULAR, BeatClass.FUSION, BeatClass.UNKNOWN))
NOISY = Part(poor=True)


@dataclass(slots=True)
class Actor:
    """One recording that is being made; `silent` stops its samples."""

    facts: RecordingFacts
    part: Part
    seed: int
    silent: bool = False
    sent: int = 0
    trace: NDArray[np.int16] = field(init=False)
    beats: list[Beat] = field(init=False)

    def __post_init__(self) -> None:
        ecg = synthesise(self.part.script, SAMPLE_RATE, self.seed, self.part.seconds)
        noise = np.random.default_rng(self.seed).normal(0, 0.25 if self.part.poor else 0, len(ecg.samples))
        self.trace = to_trace((ecg.samples - np.median(ecg.samples) + noise).astype(np.float32))
        indices = [beat.sample for beat in ecg.beats]
        rrs = [None, *(int(rr) for rr in np.diff(indices))]
        classes = [self._class(place, beat.beat_class) for place, beat in enumerate(ecg.beats)]
        self.beats = [self._beat(*facts) for facts in zip(indices, rrs, classes, strict=True)]

    def _class(self, place: int, made: BeatClass) -> BeatClass:
        if self.part.every and place % 5 == 4:
            return self.part.every[place // 5 % len(self.part.every)]
        return made

    def _beat(self, index: int, rr: int | None, beat_class: BeatClass) -> Beat:
        rhythms = tuple(float(rhythm is self.part.rhythm) for rhythm in Rhythm)
        return Beat(self.facts.recording, index, rr, beat_class, self.part.rhythm, PROBABILITIES, rhythms)

    def frame(self, until: int, received_ms: int) -> LiveFrame:
        """Samples from where the last frame ended to `until`, with the labels that are ready by then."""
        start, self.sent = self.sent, until
        ready = [b for b in self.beats if start - LABEL_DELAY <= b.index < until - LABEL_DELAY]
        events: list[Event] = [*ready, *(self.vitals(beat) for beat in ready[-1:])]
        if start == 0 and self.part.poor:
            events.append(QualityChange(self.facts.recording, 0, Quality.POOR, QualityReason.NOISE))
        return LiveFrame(self.facts.recording, received_ms, start, self.trace[start:until], tuple(events))

    def vitals(self, beat: Beat) -> VitalSigns:
        """Numbers at this beat; the spread is made up."""
        recent = [b.rr for b in self.beats if b.rr is not None and beat.index - 2000 < b.index <= beat.index]
        # As the real monitor, no rate before there are some intervals: the first of a bigeminy would be twice the rate.
        rate = 60 * SAMPLE_RATE / float(np.mean(recent)) if len(recent) > 3 else None
        rr = None if beat.rr is None else beat.rr * 4.0
        told = VitalSigns(self.facts.recording, beat.index, rate, rr, rr, 41.0, 34.0, 9.0, 98.0, self.part.finding)
        of_window = replace(told, sd1=24.0, sd2=52.5, triangular_index=9.46, lf=512.2, hf=365.9, total_power=1234.5)
        return replace(of_window, sdnn_24h=128.0, sdann_24h=104.0, nn_used_24h=93.0, hours_24h=20.25)


def record(engine: Engine, actor: Actor) -> None:
    """Put the actor's whole part into the database, as the recorder would have."""
    facts = actor.facts
    begun_ms = facts.started_ms - round(1000 * actor.part.seconds)
    begun = NewRecording(facts.recording, facts.device, facts.rate, facts.gain, facts.lead, begun_ms)
    vitals = [actor.vitals(beat) for beat in actor.beats]
    episode = RhythmEpisode(facts.recording, actor.part.finding, actor.beats[0].index, None)
    segment = NewSegment(facts.recording, 0, actor.trace)
    store_batch(engine, {}, [begun], [segment], [*actor.beats, *vitals, episode])


class Feeder:
    """Plays actors into Valkey until `stop`; start it as a context manager."""

    def __init__(self, redis_url: str, shards: int = 16) -> None:
        self._redis: Redis = Redis.from_url(redis_url)
        self._shards = shards
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._play, daemon=True)
        self.actors: list[Actor] = []
        self.keeps_alerts = True
        """Whether it stands in for the alert desk too: there are none."""

    def announce(self, device: int, part: Part, recording: str) -> Actor:
        """A recording begins on `device`."""
        facts = RecordingFacts(recording, device, SAMPLE_RATE, 200.0, "I", time.time_ns() // 1_000_000)
        actor = Actor(facts, part, seed=device)
        self.begin(actor)
        return actor

    def begin(self, actor: Actor) -> None:
        """The actor's recording begins."""
        recording = actor.facts.recording
        key = keys.recordings(keys.shard_of(recording, self._shards))
        self._redis.hset(key, recording, encode_facts(actor.facts))
        self.actors.append(actor)

    def send(self, frames: Sequence[LiveFrame]) -> None:
        """One entry for each shard that has frames."""
        for shard in range(self._shards):
            mine = [frame for frame in frames if keys.shard_of(frame.recording, self._shards) == shard]
            if mine:
                self._redis.xadd(keys.live(shard), {keys.LIVE_FIELD: encode_live(mine)}, maxlen=512)

    def __enter__(self) -> "Feeder":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._redis.close()

    def _play(self) -> None:
        while not self._stopping.wait(STEP_S):
            now = time.time_ns() // 1_000_000
            speaking = [actor for actor in self.actors if not actor.silent]
            frames = [actor.frame((now - actor.facts.started_ms) // 4, now) for actor in speaking]
            with contextlib.suppress(RedisError):  # a test may have killed it
                self.send([frame for frame in frames if len(frame.trace)])
                if self.keeps_alerts:
                    self._redis.xadd(keys.BOARD, {keys.BOARD_FIELD: encode_board(Board([], 0))}, maxlen=1)
