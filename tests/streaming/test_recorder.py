"""What a recorder writes, once: repeats, positions behind what is held, trimming, and what cannot be kept."""

import asyncio
import logging

import numpy as np
import pytest
from sqlalchemy import Engine

from db.letters import dead_letters
from db.queries import beats, gaps, positions, settled_rhythms
from ecg.errors import ConfigurationError
from ecg.labels import Rhythm
from ecg.types import DeviceChunk, SettledRhythm, SignalGap
from streaming import keys
from streaming.bus import START
from streaming.codec import StoredChunk
from streaming.entries import Entry, chunk_of
from streaming.leases import SoleWriter
from streaming.letters import fields_of
from streaming.recorder import Recorder
from tests.streaming.fakes import chunks_of, facts_of, signal
from tests.streaming.recorders import Publisher, heard, recorder, stored_samples
from tests.streaming.streams import SHARDS, opened


def test_reading_everything_again_from_the_start_changes_nothing(valkey_url: str, engine: Engine, device: int) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.put_facts(facts_of("r0", device))
            await bus.append(chunks_of("r0", 500))
            await Publisher(bus).gap("r0", 7)
            sole = SoleWriter(bus.connection, 60_000)
            for _ in range(2):
                one = Recorder(bus, engine, sole)  # without begin(): from the start of the streams
                await one.step()
                await one.commit(range(SHARDS))
                assert stored_samples(engine, "r0") == signal("r0", 500).tolist()
                assert gaps(engine, "r0", 0, 1 << 40) == [SignalGap("r0", 7, 8)]

    asyncio.run(scenario())


def test_a_recorder_that_slept_while_another_wrote_writes_nothing(valkey_url: str, engine: Engine, device: int) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.put_facts(facts_of("r0", device))
            chunks = chunks_of("r0", 500)
            sole = SoleWriter(bus.connection, 60_000)  # as if the lease had ended between its check and the writing
            slept, other = Recorder(bus, engine, sole), Recorder(bus, engine, sole)
            for one in (slept, other):
                await one.begin()
            await bus.append(chunks[:5])
            await slept.step()
            await bus.append(chunks[5:])
            while len(stored_samples(engine, "r0")) < 500:
                await other.step()
                await other.commit(range(SHARDS))
            with pytest.raises(ConfigurationError, match="Another recorder"):
                await slept.commit(range(SHARDS))
            assert stored_samples(engine, "r0") == signal("r0", 500).tolist()
            assert await other._through(lambda: positions(engine)) == {
                name.decode(): position for name, position in other._pending.written.items() if position != START
            }

    asyncio.run(scenario())


def test_a_settled_rhythm_finds_its_beat_in_the_same_batch_a_later_one_and_not_at_all(
    valkey_url: str, engine: Engine, device: int
) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.put_facts(facts_of("r0", device))
            publisher, one = Publisher(bus), recorder(bus, engine)
            await one.begin()
            told = [heard("r0", index) for index in (100, 300, 500)]
            settled = [SettledRhythm("r0", beat.index, Rhythm.OTHER, (0.25, 0.0, 0.75, 0.0)) for beat in told]
            await publisher.tell(*told[:2], settled[0])
            await one.step()
            await one.commit(range(SHARDS))
            await publisher.tell(settled[1], settled[2], settled[0])
            await one.step()
            await one.commit(range(SHARDS))
            assert beats(engine, "r0", 0, 1000) == told[:2]
            assert settled_rhythms(engine, "r0", 0, 1000) == settled
            assert not dead_letters(engine)

    asyncio.run(scenario())


def test_held_samples_keep_their_position_behind_and_streams_are_trimmed_behind_both_readers(
    valkey_url: str, engine: Engine, device: int
) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.put_facts(facts_of("r0", device))
            await bus.append(chunks_of("r0", 500))
            await Publisher(bus).gap("r0", 7)
            shard = bus.shard_of("r0")
            samples, events = keys.samples(shard), keys.events(shard)
            ids = [entry.id for entry in (await bus.read({samples: START}, 100, 1))[samples]]
            one = recorder(bus, engine)
            await one.begin()
            await one.step()
            await one.commit([])
            assert set(positions(engine)) == {events.decode()}
            await one.commit([shard])
            assert positions(engine)[samples.decode()] == ids[-1]

            await one.trim()
            assert len((await bus.read({samples: START}, 100, 1))[samples]) == 10, "the worker has no snapshot yet"
            await bus.connection.run([(b"SET", keys.position(shard), ids[3])])
            await one.trim()
            assert [entry.id for entry in (await bus.read({samples: START}, 100, 1))[samples]] == ids[3:]

    asyncio.run(scenario())


def test_unknown_and_refused_recordings_go_to_the_dead_letters_and_the_others_into_the_database(
    valkey_url: str, engine: Engine, device: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            publisher = Publisher(bus)
            await bus.put_facts(facts_of("r0", device))
            await bus.put_facts(facts_of("r1", 999_999))
            for name in ("r0", "r1", "nobody"):
                await bus.append(chunks_of(name, 100))
                await publisher.gap(name, 7)
            other_gain = DeviceChunk("r0", 100, np.ones(5, np.int16), 250.0, 100.0)
            await bus.append([StoredChunk(other_gain, 1)])
            one = recorder(bus, engine)
            await one.begin()
            await one.step()
            await one.commit(range(SHARDS))
            kinds = (keys.samples, keys.events)
            assert stored_samples(engine, "r0") == signal("r0", 100).tolist()
            assert gaps(engine, "r0", 0, 100) == [SignalGap("r0", 7, 8)]
            assert len(positions(engine)) == len(
                {kind(bus.shard_of(n)) for n in ("r0", "r1", "nobody") for kind in kinds}
            )
            letters = [stored.letter for stored in dead_letters(engine)]
            assert len(letters) == 2 + 1 + 1 + 2
            assert sum("nobody announced" in letter.reason for letter in letters) == 3
            assert sum("database refuses" in letter.reason for letter in letters) == 2
            assert sum("rate or gain" in letter.reason for letter in letters) == 1
            assert all(letter.recording in letter.reason for letter in letters)
            refused = next(letter for letter in letters if letter.recording == "r1" and "samples" in letter.stream)
            chunk = chunk_of(Entry("", fields_of(refused))).chunk
            assert chunk.samples.tolist() == signal("r1", 100).tolist()

    with caplog.at_level(logging.ERROR):
        asyncio.run(scenario())
    assert len([r for r in caplog.records if "recording nobody" in r.getMessage()]) == 1
