"""Where readers of streams write down what they have in hand, so that their successors know what they died with."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from streaming import scripts
from streaming.bus import Bus
from streaming.connection import Command
from streaming.trials import Trial, taken_over

_DECODER = msgspec.json.Decoder(Trial)


class Place(NamedTuple):
    """Where one reader works. lease, trial: names of its lease and of its record. token: what the lease must hold."""

    lease: bytes
    trial: bytes
    token: str


class TrialBook:
    """Records of readers, fenced by their leases: who has lost its own writes nothing."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def take_up(self, place: Place, streams: tuple[bytes, ...]) -> Trial:
        """Begin to read `streams`: what the predecessor left, told on."""
        (left,) = await self._bus.connection.run([(b"GET", place.trial)])
        trial = taken_over(_read(left), await self._bus.ends(streams))
        await self.write({place: trial})
        return trial

    async def write(self, trials: Mapping[Place, Trial]) -> None:
        """These are the records now; on the server when this returns."""
        await self._bus.connection.run([_command(place, msgspec.json.encode(trial)) for place, trial in trials.items()])

    async def end(self, place: Place) -> None:
        """The reader ends well."""
        await self._bus.connection.run([_command(place, b"")])


def _read(left: bytes | None) -> Trial | None:
    """What a predecessor left; of a record of another version only that it died is known."""
    try:
        return None if left is None else _DECODER.decode(left)
    except msgspec.MsgspecError:
        return Trial()


def _command(place: Place, trial: bytes) -> Command:
    return (b"EVALSHA", scripts.TRIAL, 2, place.lease, place.trial, place.token, trial)
