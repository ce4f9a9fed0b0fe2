"""Whatever is sent twice, swapped, lost or cut, and whoever dies when: acknowledged is stored, once and in order.

`make test` tries some hundreds of histories, `make test-long` ten thousand.
"""

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine, event

from db.engine import open_engine
from db.provision import provision_demo
from tests.migrated import migrated_sqlite
from tests.streaming.delivery import NAMES, SHARDS, House

EXAMPLES = int(os.environ.get("HISTORIES", "200"))
PHONES = st.integers(0, len(NAMES) - 1)
SOME = st.lists(PHONES, min_size=1, unique=True)
WORKERS = st.integers(0, 1)
LOST = st.sampled_from([0, 0, 0, 1, 40])
"""Samples that a phone loses before it records on."""
COUNT = st.integers(1, 60)
FLAGS = st.booleans()
WAYS = [(0, False), (0, False), (0, False), (0, True), (1, False), (2, False), (1, True)]
"""Which of the frames on their way comes next, and whether it comes again."""


def database() -> tuple[Engine, int]:
    """A database that all histories use one after the other, and a device in it. Its disk is not what is tried."""
    engine = open_engine(migrated_sqlite(Path(tempfile.mkdtemp(prefix="wb-")) / "wardbeat.db"))
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return engine, provision_demo(engine, 1)[0].device_id


class Delivery(RuleBasedStateMachine):
    """Any history of a small ward."""

    shared: tuple[Engine, int] | None = None

    def __init__(self) -> None:
        super().__init__()
        Delivery.shared = Delivery.shared or database()
        self.house = House(*Delivery.shared)
        for phone in self.house.phones:
            self.house.connect(phone)

    @rule(phones=SOME, lost=LOST, count=COUNT, flushes=FLAGS, hears=FLAGS)
    def stream(self, phones: list[int], lost: int, count: int, flushes: bool, hears: bool) -> None:
        """As on a good day, up to where the day ends."""
        for phone in phones:
            self.house.stream(self.house.phones[phone], lost, count)
        if flushes:
            self.house.flush()
        for phone in phones if hears else ():
            self.house.hear(self.house.phones[phone])

    @rule(phone=PHONES, lost=LOST, counts=st.lists(COUNT, min_size=1, max_size=5))
    def send(self, phone: int, lost: int, counts: list[int]) -> None:
        """Frames that stay on their way."""
        for count in counts:
            self.house.phones[phone].record(lost, count)

    @rule(phone=PHONES, ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=8), hears=FLAGS)
    def deliver(self, phone: int, ways: list[tuple[int, bool]], hears: bool) -> None:
        """Frames come in any order, some twice."""
        for place, repeats in ways:
            self.house.deliver(self.house.phones[phone], place, repeats)
        if hears:
            self.house.hear(self.house.phones[phone])

    @rule(phone=PHONES, count=st.integers(1, 3))
    def lose_frames(self, phone: int, count: int) -> None:
        del self.house.phones[phone].frames[:count]

    @rule(phone=PHONES)
    def lose_acknowledgements(self, phone: int) -> None:
        self.house.phones[phone].answers.clear()

    @rule(phone=PHONES, comes_back=FLAGS)
    def cut(self, phone: int, comes_back: bool) -> None:
        self.house.phones[phone].cut()
        if comes_back:
            self.house.connect(self.house.phones[phone])

    @rule()
    def store_what_waits(self) -> None:
        self.house.flush()

    @rule()
    def kill_ingest(self) -> None:
        self.house.kill_ingest()

    @rule(number=WORKERS, saves=FLAGS)
    def work(self, number: int, saves: bool) -> None:
        self.house.work(number)
        self.house.work(number, saves)

    @rule(seconds=st.sampled_from([0.1, 1.1, 6.0]), counts=st.lists(COUNT, max_size=3), saves=FLAGS, holds=FLAGS)
    def live(self, seconds: float, counts: list[int], saves: bool, holds: bool) -> None:
        """A good moment: everybody streams, workers and recorder do what they do all the time."""
        self.house.pass_time(seconds)
        for count in counts:
            self.stream(list(range(len(NAMES))), 0, count, flushes=True, hears=True)
        for number in (0, 1):
            self.house.work(number)
            self.house.work(number, saves)
        self.house.record(holds)

    @rule(number=WORKERS)
    def kill_worker(self, number: int) -> None:
        self.house.kill_worker(number)

    @rule(number=WORKERS)
    def end_worker(self, number: int) -> None:
        self.house.end_worker(number)

    @rule(shard=st.integers(0, SHARDS - 1))
    def steal_lease(self, shard: int) -> None:
        self.house.steal_lease(shard)

    @rule(seconds=st.sampled_from([0.2, 1.0, 6.0, 3600.0, 90_000.0]))
    def pass_time(self, seconds: float) -> None:
        self.house.pass_time(seconds)

    @rule(seconds=st.sampled_from([-3600.0, 2.0, 3600.0]))
    def set_clocks(self, seconds: float) -> None:
        self.house.set_clocks(seconds)

    @rule()
    def read_into_the_recorder(self) -> None:
        self.house.record()

    @rule()
    def commit(self) -> None:
        self.house.commit()

    @rule()
    def kill_recorder(self) -> None:
        self.house.kill_recorder()

    @rule(writes=FLAGS)
    def kill_recorder_committing(self, writes: bool) -> None:
        self.house.kill_recorder_committing(writes)

    @rule(reads=FLAGS, commits=FLAGS)
    def trim(self, reads: bool, commits: bool) -> None:
        if reads:
            self.house.record(holds=not commits)
        if commits:
            self.house.commit()
        self.house.trim()
        for phone in self.house.phones:
            there = self.house.in_database(phone) | self.house.in_streams(phone)
            mark = self.house.on_disk(phone)
            assert there == {i: value for i, value in phone.sent.items() if i < mark}, "trimmed beyond the commits"

    @invariant()
    def acknowledged_is_on_disk(self) -> None:
        for phone in self.house.phones:
            assert phone.acknowledged <= self.house.on_disk(phone)

    def teardown(self) -> None:
        try:
            self.house.heal()
            self.house.assert_whole()
        finally:
            self.house.close()


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
