"""Which entry kills its readers: narrowed down by what they leave behind, and nobody else is suspected for long."""

import random
from collections.abc import Mapping, Sequence

import pytest

from streaming.entries import Entry, earlier
from streaming.trials import TRIES, News, Trial, spans_of, taken_over

STREAMS = ("samples:{0}", "events:{0}")


class DiedError(Exception):
    """What a reader dies of."""


def entries(count: int) -> list[Entry]:
    return [Entry(f"{i + 1}-0", {}) for i in range(count)]


class Reader:
    """Reads all streams from their start, `batch` entries of each at a time, as worker and recorder do."""

    def __init__(self, streams: Mapping[str, Sequence[Entry]], batch: int) -> None:
        self.streams = streams
        self.batch = batch
        self.left: Trial | None = None
        self.aside: list[tuple[str, str]] = []
        self.done: list[tuple[str, str]] = []

    def live(self, poison: tuple[str, str] | None, dies_after: int | None = None) -> None:
        """One life. Raises DiedError at the poison, or with the batch after `dies_after` others in hand."""
        ends = {name: some[-1].id for name, some in self.streams.items()}
        self.left = trial = taken_over(self.left, ends)
        taken = 0
        for at in range(0, max(map(len, self.streams.values())), self.batch):
            news = {name: some[at : at + self.batch] for name, some in self.streams.items()}
            for piece in trial.rounds(news) if trial.inside(news) else [news]:
                self.left = trial.with_mark(spans_of(piece)) if trial.inside(news) else trial
                if taken == dies_after:
                    raise DiedError
                taken += 1
                self._take(trial, piece, poison)
            self.left = trial
        self.left = None

    def _take(self, trial: Trial, piece: News, poison: tuple[str, str] | None) -> None:
        for name, some in piece.items():
            for entry in some:
                if trial.is_condemned(name, entry.id):
                    self.aside.append((name, entry.id))
                elif (name, entry.id) == poison:
                    raise DiedError
                else:
                    self.done.append((name, entry.id))


@pytest.mark.parametrize("batch", [1, 7, 100])
@pytest.mark.parametrize("place", [0, 13, 49])
def test_the_entry_goes_aside_after_three_readers_died_with_it_known_in_hand(batch: int, place: int) -> None:
    streams = {name: entries(50) for name in STREAMS}
    reader = Reader(streams, batch)
    poison = (STREAMS[1], streams[STREAMS[1]][place].id)
    for _ in range(TRIES + 2):
        with pytest.raises(DiedError):
            reader.live(poison)
        assert reader.aside == []
    reader.done.clear()
    reader.live(poison)
    assert reader.aside == [poison]
    assert len(reader.done) == 99 and len(set(reader.done)) == 99


def test_readers_that_are_killed_anywhere_condemn_nobody() -> None:
    rng = random.Random(3)
    for _ in range(100):
        reader = Reader({name: entries(200) for name in STREAMS}, 10)
        for _ in range(8):
            lifetime = rng.randrange(40)
            try:
                reader.live(None, lifetime)
            except DiedError:
                continue
        reader.live(None)
        assert reader.aside == []


def test_a_trial_is_over_when_everything_that_was_there_is_behind() -> None:
    trial = taken_over(Trial(), {"samples:{0}": "9-0"})
    assert trial.troubled and not trial.over({"samples:{0}": "8-5"}) and trial.over({"samples:{0}": "9-0"})
    assert not trial.inside({"samples:{0}": [Entry("9-1", {})]}) and trial.inside({"samples:{0}": [Entry("9-0", {})]})
    assert not taken_over(None, {"samples:{0}": "9-0"}).troubled
    assert earlier("9-0", "10-0")
