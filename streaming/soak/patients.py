"""Simulated patients of a soak: what each one sends is known to the sample, seeded losses of the phone included."""

import asyncio
import random
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np

from db.provision import DemoDevice
from ecg.errors import ProtocolError
from ecg.rates import house_index
from ecg.types import DeviceChunk
from streaming.loops import Frame, LoopedSignal
from streaming.phone import Phone, hello_for, sentence

CHUNK_S = 0.25
BETWEEN_LOSSES_S = (20.0, 90.0)
LOSS_S = (0.1, 3.0)
"""A phone loses samples as often and as long as this (its strap slipped off): true gaps, which must stay."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A loop with stretches that its phone loses. lost: sorted starts and ends in turn, in device samples."""

    loop: LoopedSignal
    lost: Sequence[int]

    @classmethod
    def of(cls, loop: LoopedSignal, seed: int, seconds: float) -> "Signal":
        """The same seed loses the same samples, for `seconds` from the start of the recording."""
        dice, at, lost = random.Random(seed), 0.0, []
        while at < seconds:
            at += dice.uniform(*BETWEEN_LOSSES_S)
            end = at + dice.uniform(*LOSS_S)
            lost += [round(at * loop.rate), round(end * loop.rate)]
            at = end
        return cls(loop, lost)

    def between(self, start: int, end: int) -> Iterator[Frame]:
        """What is sent of [start, end)."""
        while start < end:
            place = bisect_right(self.lost, start)
            stop = min(end, self.lost[place]) if place < len(self.lost) else end
            if place % 2 == 0:
                yield from self.loop.between(start, stop)
            start = stop

    def chunks(self, recording: str, start: int, end: int) -> list[DeviceChunk]:
        """The same as the pipeline takes it."""
        rate, gain = self.loop.rate, self.loop.gain
        return [DeviceChunk(recording, first, samples, rate, gain) for first, samples in self.between(start, end)]


@dataclass(frozen=True, slots=True)
class Sent:
    """A phone's own log at the end. end: one past the last sample that it sent; acknowledged: everything before it."""

    recording: str
    signal: Signal
    end: int
    acknowledged: int


@dataclass(slots=True)
class Patient:
    """One phone that plays its signal from sample 0 on."""

    recording: str
    signal: Signal
    phone: Phone
    speed: float
    played: int = 0
    refused: str = ""
    """Why the server would have no more of it; empty as it should be."""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def house_now(self) -> int:
        """House index of the newest sample that was played."""
        return house_index(self.played, self.signal.loop.rate)

    def start(self, phase_s: float) -> None:
        """Play from now on; `phase_s` spreads the phones' messages."""
        self._tasks = [asyncio.create_task(self._stream()), asyncio.create_task(self._play(phase_s))]

    async def finish(self) -> None:
        """Play no more, and return when the server has said that all of it is durable."""
        self._tasks[1].cancel()
        self.phone.finish()
        await self._tasks[0]

    def stop(self) -> None:
        """Fall silent."""
        for task in self._tasks:
            task.cancel()

    def log(self) -> Sent:
        """What was sent and acknowledged."""
        frames = list(self.signal.between(0, self.played))
        end = frames[-1][0] + len(frames[-1][1]) if frames else 0
        return Sent(self.recording, self.signal, end, self.phone.acknowledged)

    async def _stream(self) -> None:
        try:
            await self.phone.run()
        except ProtocolError as error:
            self.refused = sentence(error)

    async def _play(self, phase_s: float) -> None:
        clock, rate = asyncio.get_running_loop().time, self.signal.loop.rate * self.speed
        step, begin = CHUNK_S / self.speed, asyncio.get_running_loop().time() + phase_s
        while True:
            await asyncio.sleep(step - (clock() - begin) % step)
            now = max(self.played, int((clock() - begin) * rate))
            for start, samples in self.signal.between(self.played, now):
                self.phone.record(start, samples)
            self.played = now


def patients_of(
    url: str, devices: Sequence[DemoDevice], loops: Sequence[LoopedSignal], seed: int, seconds: float, speed: float
) -> list[Patient]:
    """One patient for each device. Those with the same loop lose the same samples. Needs a running event loop."""
    dice, signals, patients = random.Random(seed), dict[int, Signal](), []
    for device, loop in zip(devices, loops, strict=True):
        signal = signals.setdefault(id(loop), Signal.of(loop, seed + len(signals), seconds))
        recording = str(UUID(int=dice.getrandbits(128), version=4))
        hello = hello_for(device.token, recording, loop.rate, loop.gain, loop.lead, round(time.time() * 1000))
        everything = round(seconds * loop.rate)
        jitter = random.Random(dice.random()).random
        patients.append(Patient(recording, signal, Phone(url, hello, everything, jitter), speed))
    return patients


def sent_samples(
    sent: Sent,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int16]], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Values by index, shape (end,), and which of them were sent."""
    values, known = np.zeros(sent.end, np.int16), np.zeros(sent.end, np.bool_)
    for start, samples in sent.signal.between(0, sent.end):
        values[start : start + len(samples)] = samples
        known[start : start + len(samples)] = True
    return values, known
