"""Who owns which shard: one lease a shard, renewed while its worker lives, and its token fences every write.

A worker takes its fair share, ceil(shards / workers), and gives up what it has beyond that when others come.
"""

import logging
import math
import random
import secrets
from collections.abc import Callable, Sequence

from streaming import keys, scripts
from streaming.connection import Command, Line

log = logging.getLogger(__name__)


class SoleWriter:
    """The lease of the one recorder. A second one waits until the first is gone."""

    def __init__(self, connection: Line, lease_ms: int) -> None:
        self._connection = connection
        self._lease_ms = lease_ms
        self._token = secrets.token_hex(16)

    @property
    def token(self) -> str:
        """What the lease holds while it is ours."""
        return self._token

    async def claim(self) -> bool:
        """Take or renew the lease; False while another recorder has it."""
        claim: Command = (b"EVALSHA", scripts.RECLAIM, 1, keys.RECORDER, self._token, self._lease_ms)
        (done,) = await self._connection.run([claim])
        return bool(done)

    async def release(self) -> None:
        """Let the next one in at once."""
        await self._connection.run([(b"EVALSHA", scripts.RELEASE, 1, keys.RECORDER, self._token)])


class Leases:
    """The leases of one worker. Call `renew` at least three times in `lease_ms`, `take` as often as one likes."""

    def __init__(
        self,
        connection: Line,
        name: str,
        shards: int,
        lease_ms: int,
        is_dead: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._connection = connection
        self._name = name
        self._is_dead = is_dead
        self._shards = shards
        self._lease_ms = lease_ms
        self._share = 0
        self._tokens: dict[int, str] = {}

    @property
    def held(self) -> dict[int, str]:
        """Shard -> token of its lease, as of the last `renew`. Only the server knows whether it still is."""
        return dict(self._tokens)

    async def renew(self) -> set[int]:
        """Show a sign of life and renew what is held; the shards that were lost come back and are no longer held.

        Workers that have surely died count no more, and their leases end here.
        """
        await self._bury()
        beat: Command = (b"EVALSHA", scripts.BEAT, 1, keys.WORKERS, self._name, self._lease_ms)
        owned = list(self._tokens.items())
        workers, *renewed = await self._connection.run([beat, *(self._renewal(*each) for each in owned)])
        self._share = math.ceil(self._shards / max(1, workers))
        lost = {shard for (shard, _), alive in zip(owned, renewed, strict=True) if not alive}
        self.forget(lost)
        return lost

    async def _bury(self) -> None:
        (names,) = await self._connection.run([(b"ZRANGE", keys.WORKERS, 0, -1)])
        dead = [name.decode() for name in names if self._is_dead(name.decode())]
        if not dead:
            return
        leases = await self._connection.run([(b"GET", keys.lease(shard)) for shard in range(self._shards)])
        ended = [(n, token.decode()) for n, token in enumerate(leases) if token and _owner(token) in dead]
        log.warning("workers %s have died; their shards %s are free", dead, [shard for shard, _ in ended])
        await self._connection.run([_release(*each) for each in ended])
        await self._connection.run([(b"ZREM", keys.WORKERS, name) for name in dead])

    def _renewal(self, shard: int, token: str) -> Command:
        return (b"EVALSHA", scripts.RENEW, 1, keys.lease(shard), token, self._lease_ms)

    def forget(self, shards: set[int]) -> None:
        """Hold these no longer, without telling the server: somebody else may have them."""
        lost = shards & self._tokens.keys()
        for shard in lost:
            del self._tokens[shard]
        if lost:
            log.warning("worker %s lost the shards %s", self._name, sorted(lost))

    def surplus(self) -> list[int]:
        """Shards held beyond the fair share: save their state, then `release` them."""
        return sorted(self._tokens)[self._share :]

    async def take(self) -> list[int]:
        """Take free shards up to the fair share; those now held in addition come back."""
        wanted = self._share - len(self._tokens)
        if wanted <= 0:
            return []
        free = await self._free()
        candidates = random.sample(free, min(wanted, len(free)))
        tokens = [f"{self._name}:{secrets.token_hex(8)}" for _ in candidates]
        taken = await self._connection.run([self._claim(*each) for each in zip(candidates, tokens, strict=True)])
        gained = {shard: token for shard, token, done in zip(candidates, tokens, taken, strict=True) if done}
        self._tokens |= gained
        return sorted(gained)

    async def _free(self) -> list[int]:
        others = [shard for shard in range(self._shards) if shard not in self._tokens]
        answers = await self._connection.run([(b"EXISTS", keys.lease(shard)) for shard in others])
        return [shard for shard, exists in zip(others, answers, strict=True) if not exists]

    def _claim(self, shard: int, token: str) -> Command:
        return (b"SET", keys.lease(shard), token, b"NX", b"PX", self._lease_ms)

    async def release(self, shards: Sequence[int]) -> None:
        """Let go of these shards, so that another worker need not wait for the lease to run out."""
        tokens = [(shard, self._tokens.pop(shard)) for shard in shards if shard in self._tokens]
        await self._connection.run([_release(*each) for each in tokens])

    async def leave(self) -> None:
        """Let go of everything and count no longer as a worker."""
        await self.release(list(self._tokens))
        await self._connection.run([(b"ZREM", keys.WORKERS, self._name)])


def _release(shard: int, token: str) -> Command:
    return (b"EVALSHA", scripts.RELEASE, 1, keys.lease(shard), token)


def _owner(token: bytes) -> str:
    """The name of the worker that made a token."""
    return token.decode().rpartition(":")[0]
