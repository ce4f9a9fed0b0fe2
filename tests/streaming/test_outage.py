"""An outage is loud twice, in one line each time, however often it is met."""

import logging

import pytest

from streaming.outage import Outage

DRIVER_SAYS = "connection refused.\n\tIs the server running?\n(Background on this error at: https://example.org)"


def test_an_outage_is_told_once_at_each_end_and_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    database = Outage("The database")
    for _ in range(2):
        for _ in range(5):
            database.goes_on(OSError(DRIVER_SAYS), database.turns)
        database.over(database.turns)
        database.over(database.turns)
    lost = "The database is lost: connection refused. Trying again until it answers."
    assert caplog.messages == [lost, "The database is back."] * 2
    assert database.count == 2


def test_an_error_without_words_is_named(caplog: pytest.LogCaptureFixture) -> None:
    Outage("Valkey").goes_on(TimeoutError(), 0)
    assert caplog.messages == ["Valkey is lost: TimeoutError. Trying again until it answers."]


def test_news_from_before_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    store = Outage("The store")
    early = store.turns
    store.goes_on(OSError("gone"), store.turns)
    store.over(early)
    assert caplog.messages[1:] == [], "an answer from before the loss is no return"
    store.over(store.turns)
    store.goes_on(OSError("closed"), early)
    assert caplog.messages[1:] == ["The store is back."], "an outage that is over is not told again"
    assert store.count == 1
    store.goes_on(OSError("gone again"), store.turns)
    assert store.count == 2
