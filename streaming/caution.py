"""A worker's care with shards in which workers died before: it writes down what it takes in hand."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from streaming import keys
from streaming.arrivals import Arrival, Unusable, unpack
from streaming.bus import Bus
from streaming.entries import Entry
from streaming.leases import Leases
from streaming.shard import OwnedShard
from streaming.trial_book import Place, TrialBook
from streaming.trials import TRIES, News, Trial, spans_of


class Caution:
    """The trials of one worker's shards. Where nobody died it costs nothing."""

    def __init__(self, bus: Bus, leases: Leases) -> None:
        self._leases = leases
        self._book = TrialBook(bus)

    async def take_up(self, number: int) -> Trial:
        """A shard is ours now: what its worker before left behind."""
        return await self._book.take_up(self._place(number), (keys.samples(number),))

    async def end(self, number: int) -> None:
        """A shard is given up well."""
        await self._book.end(self._place(number))

    async def saved(self, shard: OwnedShard) -> None:
        """Forget who died here, once everything that may have been the reason lies behind the snapshot."""
        if shard.trial.over({_stream(shard.number): shard.saved}):
            shard.trial = Trial()
            await self._book.write({self._place(shard.number): shard.trial})

    @asynccontextmanager
    async def holding(
        self, shards: Mapping[int, OwnedShard], news: Mapping[int, Sequence[Entry]]
    ) -> AsyncIterator[None]:
        """These entries are in hand while the block runs."""
        marks = {n: spans_of(named(n, some)) for n, some in news.items() if shards[n].trial.inside(named(n, some))}
        await self._book.write({self._place(n): shards[n].trial.with_mark(mark) for n, mark in marks.items()})
        yield
        await self._book.write({self._place(n): shards[n].trial for n in marks if n in shards})

    def _place(self, number: int) -> Place:
        return Place(keys.lease(number), keys.trial(number), self._leases.held.get(number, ""))


def named(number: int, entries: Sequence[Entry]) -> News:
    """Entries of a shard's samples by the name of their stream."""
    return {_stream(number): entries}


def unpack_uncondemned(shard: OwnedShard, entries: Sequence[Entry]) -> tuple[list[Arrival], list[Unusable]]:
    """As `unpack`; entries that killed their readers are unusable, and nobody looks into them."""
    stream = _stream(shard.number)
    condemned = [entry for entry in entries if shard.trial.is_condemned(stream, entry.id)]
    if not condemned:
        return unpack(entries)
    arrivals, unusable = unpack([entry for entry in entries if entry not in condemned])
    return arrivals, unusable + [Unusable(entry, f"{TRIES} workers died with it in hand") for entry in condemned]


def _stream(number: int) -> str:
    return keys.samples(number).decode()
