# ruff: noqa: F811  (fixtures of another module are arguments here)
"""What is missing is shown as missing: the bar's words, its pieces, and the numbers of the overview's route."""

import re
import time
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from dashboard.completeness import received_bar, share, words
from dashboard.edition import ASSETS
from dashboard.history import Wish, news
from dashboard.palette import read_palette
from db.engine import writing
from db.ledger import ledger
from db.store import NewSegment, store_batch
from db.trend_views import Absence
from db.views import LedgerView
from tests.dashboard.feeder import Actor
from tests.dashboard.test_why_door import MINE, actors, app, engine, person  # noqa: F401  (fixtures)
from tests.people import BASE


def view(until: int, *gaps: tuple[int, int], late: int = 0, repeated: int = 0, purged: int = 0) -> LedgerView:
    missing = sum(end - start for start, end in gaps)
    return LedgerView("r", 250.0, until, missing, late, repeated, purged, gaps)


def test_the_words_say_what_is_missing_late_and_deleted() -> None:
    assert words(view(250_000)) == "100.0 % · nothing missing"
    assert words(view(1_000_000, (0, 15_750), late=500)) == "98.4 % · 1 min 3 s missing · 2 s came late"
    assert words(view(10_000_000, (5, 10), repeated=250)) == "99.9 % · under 1 s missing · 1 s came twice"
    assert words(view(1_000_000, purged=900_000)) == "100.0 % · nothing missing · 1 h 0 min deleted by now"
    assert share(view(10_000, (1, 2))) == "99.9", "a hundred percent is said of nothing that misses a sample"


def pieces(bar: list[Any]) -> list[tuple[float, float]]:
    styles = [piece.style for piece in bar[1].children]
    return [(float(style["left"][:-1]), float(style["width"][:-1])) for style in styles]


def bar(length: int, *gaps: tuple[int, int]) -> list[Any]:
    return received_bar(view(1000), [Absence("r", 0, start, end) for start, end in gaps], 0, length)


def test_every_gap_shows_and_many_are_few_pieces() -> None:
    assert received_bar(None, [], 0, 1000) == []
    assert pieces(bar(100_000)) == []
    assert pieces(bar(100_000, (0, 25_000), (50_000, 50_100))) == [(0, 25), (50, 0.2)]
    assert pieces(bar(10**8, (10**8 - 2, 10**8 - 1))) == [(99.8, 0.2)]
    many = bar(10**6, *((at, at + 1) for at in range(0, 10**6, 100)))
    assert pieces(many) == [(0, 100)]
    assert "10 s missing" in many[1].children[0].title and "10000 gaps" in many[1].children[0].title


def test_a_gap_tells_its_length_and_opens_the_moment_before_it() -> None:
    (piece,) = bar(100_000, (20_000, 83_000))[1].children
    assert piece.title.startswith("1 min 3 s missing from ")
    assert (getattr(piece, "data-moment"), piece.tabIndex) == ("r/4750", 0)


def test_the_bedside_page_draws_what_is_missing_of_the_chosen_time(engine: Engine, actors: list[Actor]) -> None:
    whole = ledger(engine, MINE)
    assert whole is not None
    more = NewSegment(MINE, whole.until + 2500, np.zeros(2500, np.int16))
    store_batch(engine, {}, [], [more], [])
    palette = read_palette((ASSETS / "tokens.css").read_text(), "dark")
    first = news(engine, Wish(1, time.time_ns() // 1_000_000), palette, {})
    assert "10 s missing" in str(first.parts["received"][0])
    assert len(pieces(first.parts["received"])) == 1
    again = news(engine, Wish(1, time.time_ns() // 1_000_000), palette, first.marks)
    assert not {"tachogram", "shape", "beat-counts", "as-of"} & set(again.parts), "what is the same is not sent again"
    other = news(engine, Wish(1, time.time_ns() // 1_000_000, shape="histogram"), palette, first.marks)
    assert "shape" in other.parts and "tachogram" not in other.parts


def test_the_overview_is_answered_to_whoever_may_see_the_patient(
    person: FlaskClient,
    actors: list[Actor],
    engine: Engine,
) -> None:
    actor = actors[0]
    answer = person.get(f"/overview/1/{MINE}?start=0&end=10&points=100", base_url=BASE)
    assert answer.status_code == 200
    seen = answer.get_json()
    assert seen["start"] == 0 and len(seen["low"]) == len(seen["high"]) == len(seen["share"]) == 100
    assert seen["share"] == [1.0] * 100
    assert all(low <= high for low, high in zip(seen["low"], seen["high"], strict=True))
    assert -5 < min(seen["low"]) < max(seen["high"]) < 5
    assert actor.facts.recording == MINE
    beyond = person.get(f"/overview/1/{MINE}?start=100000&end=100010&points=10", base_url=BASE).get_json()
    assert set(beyond["low"]) == {None} and set(beyond["share"]) == {0.0}


def test_damaged_samples_are_said_to_be_damaged(person: FlaskClient, actors: list[Actor], engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE segment SET blob = :b"), {"b": b"\x02rubbish"})
    answer = person.get(f"/overview/1/{MINE}?start=0&end=10", base_url=BASE)
    assert answer.status_code == 500
    assert "Stored samples of this moment are damaged" in answer.text


@pytest.mark.parametrize(
    "query", ["", "start=0", "start=a&end=5", "start=0&end=nan", "start=-1&end=5", "start=0&end=9&points=0"]
)
def test_a_question_that_makes_no_sense_is_refused(person: FlaskClient, actors: list[Actor], query: str) -> None:
    assert person.get(f"/overview/1/{MINE}?{query}", base_url=BASE).status_code == 400


def test_the_overview_is_closed_to_strangers_roles_without_the_right_and_other_patients(
    app: Flask,
    person: FlaskClient,
    actors: list[Actor],
    engine: Engine,
) -> None:
    path = f"/overview/1/{MINE}?start=0&end=10"
    assert app.test_client().get(path, base_url=BASE).status_code == 401
    for other in (f"/overview/2/{MINE}?start=0&end=10", "/overview/1/nobody?start=0&end=10"):
        assert person.get(other, base_url=BASE).status_code == 404
    with writing(engine) as connection:
        connection.execute(text("UPDATE user_account SET role = 'gardener'"))
    assert person.get(path, base_url=BASE).status_code == 403
    assert re.search("low", person.get(path, base_url=BASE).text) is None
