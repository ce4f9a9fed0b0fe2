"""A patient for tests: a phone that plays a known heart in real time, and what has to be found in it."""

import asyncio
import time
from dataclasses import dataclass
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from classifier.engine import shipped_labeller
from db.provision import DemoDevice
from ecg.pipeline import Pipeline
from ecg.rates import house_index
from ecg.scripts import Script
from ecg.synthetic import synthesise
from ecg.types import Beat, DeviceChunk
from streaming.phone import Phone, hello_for
from tests.ward import Ward

STEP_S = 0.25
GAIN = 1000.0
MOST_SECONDS = 600.0


@dataclass(slots=True)
class Patient:
    """A phone and the whole signal that it plays in real time; what was played is known to the sample."""

    name: str
    phone: Phone
    samples: NDArray[np.int16]
    rate: float
    sent: int = 0

    @classmethod
    def of(cls, ward: Ward, device: DemoDevice, script: Script, rate: float) -> "Patient":
        """A patient with the heart of `script`."""
        signal = synthesise(script, rate, seed=7, seconds=MOST_SECONDS).samples * GAIN
        name = str(uuid4())
        hello = hello_for(device.token, name, rate, GAIN, "I", round(time.time() * 1000))
        phone = Phone(ward.phone_url, hello, jitter=lambda: 0.5)
        return cls(name, phone, np.rint(signal).clip(-32767, 32767).astype(np.int16), rate)

    @property
    def now(self) -> int:
        """House index of the newest sample that was played."""
        return house_index(self.sent, self.rate)

    async def play(self) -> None:
        """Record in real time until cancelled."""
        clock = asyncio.get_running_loop().time
        began = clock()
        while True:
            await asyncio.sleep(STEP_S - (clock() - began) % STEP_S)
            until = min(len(self.samples), int((clock() - began) * self.rate))
            self.phone.record(self.sent, self.samples[self.sent : until])
            self.sent = until

    def expected(self) -> list[Beat]:
        """Beats that the shipped network finds in all that was sent, taken in one piece."""
        chunk = DeviceChunk(self.name, 0, self.samples[: self.sent], self.rate, GAIN)
        return [item for item in Pipeline(shipped_labeller()).receive([chunk]) if isinstance(item, Beat)]
