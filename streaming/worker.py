"""The worker: samples of the shards it owns go through the pipeline, once per batch over all of them.

    read → restore who is new → Pipeline.receive, one call → publish events and live frames → remember → sometimes save

It may die at any moment: its successor restores the last snapshot and replays the stream from there. Chunking never
changes a result, so the replay publishes the very same events, and their natural keys make the repeats harmless.
"""

import asyncio
import gc
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from classifier.networks import Networks
from ecg.readiness import compile_loops
from ecg.types import SampleChunk
from settings import Settings, load_settings
from streaming import keys
from streaming.arrivals import Analysis, Arrival, Findings, Unusable, at_once, in_time, one_by_one
from streaming.bus import Bus, Publication
from streaming.caution import Caution, named, unpack_uncondemned
from streaming.entries import Entry
from streaming.frames import live_frames
from streaming.leases import Leases
from streaming.neighbours import is_dead, own_name
from streaming.network_watch import NetworkWatch
from streaming.process import nap, run_until_stopped
from streaming.shard import OwnedShard, restore_or_forget

log = logging.getLogger(__name__)

BATCH_SECONDS = 0.04
"""Batches start no closer together: the network labels many beats for little more than one."""
BLOCK_MS = 50
COUNT = 32
"""Entries of one shard in one batch."""
SAVE_SECONDS = 5.0


def wall_ms() -> int:
    """Wall milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class Worker:
    """Owns shards by lease and works on them. `now_ms` is wall time: it says who has been silent for long."""

    def __init__(
        self, bus: Bus, leases: Leases, analysis: Analysis, lease_ms: int, now_ms: Callable[[], int] = wall_ms
    ) -> None:
        self._bus = bus
        self._leases = leases
        self._analysis = analysis
        self._renew_seconds = lease_ms / 3000
        self._renew_due = 0.0
        self._now_ms = now_ms
        self.successor: Callable[[], Analysis | None] = lambda: None
        self._shards: dict[int, OwnedShard] = {}
        self._caution = Caution(bus, leases)

    @property
    def shards(self) -> frozenset[int]:
        """The shards worked on now."""
        return frozenset(self._shards)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then save and let go of everything."""
        while not stop.is_set():
            began = time.monotonic()
            if not await self.step():
                await nap(stop, began + BATCH_SECONDS - time.monotonic())
        await self._give_up(list(self._shards))
        await self._leases.leave()

    async def step(self) -> bool:
        """One batch. True when more is waiting already."""
        await self._look_after_leases()
        await self._succeed()
        positions = {keys.samples(shard.number): shard.position for shard in self._shards.values()}
        if not positions:
            return False
        news = await self._bus.read(positions, COUNT, BLOCK_MS)
        by_shard = {n: news[keys.samples(n)] for n in self._shards if keys.samples(n) in news}
        await self._work(by_shard)
        await self._save_one()
        return any(len(entries) == COUNT for entries in by_shard.values())

    async def _work(self, news: Mapping[int, Sequence[Entry]]) -> None:
        """The shards together; those in which an entry may kill its reader each for itself, and that entry alone."""
        suspicious = {n for n, entries in news.items() if self._shards[n].trial.suspicious(named(n, entries))}
        await self._take({n: entries for n, entries in news.items() if n not in suspicious})
        for number in suspicious & self._shards.keys():
            for piece in self._shards[number].trial.rounds(named(number, news[number])):
                await self._take({number: [entry for entries in piece.values() for entry in entries]})
                if number not in self._shards or self._shards[number].failures:
                    break

    async def _take(self, news: Mapping[int, Sequence[Entry]]) -> None:
        async with self._caution.holding(self._shards, news):
            unpacked = {n: unpack_uncondemned(self._shards[n], entries) for n, entries in news.items()}
            arrivals = {number: in_time(some) for number, (some, _) in unpacked.items()}
            await self._restore(arrivals)
            held = self._leases.held
            findings = self._analyse(arrivals, {number: entries[-1].id for number, entries in news.items()})
            for number, found in findings.items():
                await self._set_aside(number, [*unpacked[number][1], *found.unusable])
            refused = await self._bus.publish([_publication(n, held[n], found) for n, found in findings.items()])
            self._drop(refused)
            for number in findings.keys() - refused:
                self._shards[number].advance(news[number][-1].id)

    # -- leases ----------------------------------------------------------------------------------------------------

    async def _look_after_leases(self) -> None:
        if time.monotonic() < self._renew_due:
            return
        self._renew_due = time.monotonic() + self._renew_seconds
        self._drop(await self._leases.renew())
        await self._give_up(self._leases.surplus())
        await self._open(await self._bus.positions(await self._leases.take()))

    async def _open(self, positions: Mapping[int, str]) -> None:
        for number, position in positions.items():
            trial = await self._caution.take_up(number)
            due = time.monotonic() + SAVE_SECONDS
            self._shards[number] = OwnedShard(number, position, position, due, trial=trial)
        if positions:
            log.info("these shards are ours now: %s", sorted(positions))

    def _drop(self, lost: set[int]) -> None:
        """Forget shards that belong to somebody else now."""
        self._leases.forget(lost)
        for number in lost & self._shards.keys():
            self._shards.pop(number).forget_all(self._analysis)

    async def _give_up(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            await self._save(self._shards[number])
        for number in set(numbers) & self._shards.keys():
            await self._caution.end(number)
        self._release_memory(numbers)
        await self._leases.release(numbers)

    def _release_memory(self, numbers: Sequence[int]) -> None:
        given_up = set(numbers) & self._shards.keys()
        for number in given_up:
            self._shards.pop(number).forget_all(self._analysis)
        if given_up:
            log.info("these shards are given up: %s", sorted(given_up))

    async def _succeed(self) -> None:
        """Go on with another analysis, where `successor` gives one: from the states as they are saved now."""
        successor = self.successor()
        if successor is None:
            return
        for shard in list(self._shards.values()):
            await self._save(shard)
            shard.forget_all(self._analysis)
        self._analysis = successor

    # -- snapshots -------------------------------------------------------------------------------------------------

    async def _save_one(self) -> None:
        """One at a time, so that no batch waits for the states of all shards."""
        due = [shard for shard in self._shards.values() if shard.save_due <= time.monotonic()]
        if due:
            await self._save(min(due, key=lambda shard: shard.save_due))

    async def _save(self, shard: OwnedShard) -> None:
        token = self._leases.held.get(shard.number, "")
        if await self._bus.save_snapshot(shard.snapshot(self._analysis, token, self._now_ms())):
            shard.saved_at(self._analysis, self._now_ms())
            shard.save_due = time.monotonic() + SAVE_SECONDS
            await self._caution.saved(shard)
        else:
            self._drop({shard.number})

    async def _restore(self, arrivals: Mapping[int, Sequence[Arrival]]) -> None:
        """Take up the saved state of recordings that are not in memory."""
        wanted = {
            (number, arrival.recording)
            for number, some in arrivals.items()
            for arrival in some
            if arrival.recording not in self._shards[number].seen_ms
        }
        for recording, state in (await self._bus.load_states(wanted)).items():
            restore_or_forget(self._analysis, recording, state)

    def _analyse(self, arrivals: Mapping[int, list[Arrival]], until: Mapping[int, str]) -> dict[int, Findings]:
        """Findings of each shard; shards that must be done again from their snapshot are missing.

        Three tries: all shards together, the shard alone, its chunks one by one.
        """
        tries = {n: self._shards[n].tries_of(until[n]) for n in arrivals}
        groups = [[n] for n in arrivals if tries[n] == 1] + [[n for n in arrivals if not tries[n]]]
        findings: dict[int, Findings] = {}
        for group in groups:
            findings |= self._at_once({n: arrivals[n] for n in group}, until)
        findings |= {n: one_by_one(self._analysis, arrivals[n]) for n in arrivals if tries[n] > 1}
        for number, found in findings.items():
            self._shards[number].note(found, self._now_ms())
        return findings

    def _at_once(self, arrivals: Mapping[int, list[Arrival]], until: Mapping[int, str]) -> dict[int, Findings]:
        try:
            return at_once(self._analysis, arrivals)
        except Exception as error:  # whichever chunk it was, the state of all of them is no longer known
            log.warning("a batch failed (%s); shards %s go back and on in smaller steps", error, sorted(arrivals))
            for number, some in arrivals.items():
                self._shards[number].note(Findings(arrivals=some), self._now_ms())
                self._shards[number].go_back(self._analysis, until[number])
            return {}

    async def _set_aside(self, number: int, unusable: Sequence[Unusable]) -> None:
        for each in unusable:
            log.error("shard %d: a chunk cannot be used. %s", number, each.reason)
            await self._bus.dead_letter(number, each.entry, each.reason)


def _publication(number: int, token: str, found: Findings) -> Publication:
    events = [item for item in found.outputs if not isinstance(item, SampleChunk)]
    return Publication(number, token, events, live_frames(found.outputs, found.newest_ms))


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Work on this machine's share of the shards until `stop`."""
    bus = Bus.open(settings.redis_url, settings.shards)
    leases = Leases(bus.connection, own_name(), settings.shards, settings.lease_ms, is_dead)
    compile_loops()
    watch = NetworkWatch(Networks(settings.networks_dir))
    pipeline = watch.first()
    gc.collect()
    gc.freeze()  # 160,000 objects that stay: a full collection that walks them holds up all patients for 90 ms
    try:
        worker = Worker(bus, leases, pipeline, settings.lease_ms)
        worker.successor = watch.successor
        await worker.run(stop)
    finally:
        await bus.close()


def run(settings: Settings) -> None:
    """The worker process."""
    run_until_stopped(lambda stop: serve(settings, stop), settings.log_level)


def main() -> None:
    """The worker process with the settings of the environment."""
    run(load_settings())
