"""What people say of single beats, beside what the network said."""

from sqlalchemy import Engine

from db.correction_news import correction_news, newest_number
from db.corrections import (
    beat_counts,
    correct_beat,
    corrections,
    said_of_beat,
    shown_beats,
)
from db.engine import writing
from db.findings import beats
from ecg.corrections import BeatCorrection
from ecg.labels import BeatClass
from tests.db import hearts
from tests.db.test_limits import people

WHOLE = (hearts.RECORDING, 0, 1000)


def say(engine: Engine, index: int, beat_class: BeatClass | None, person: int, at_ms: int) -> None:
    with writing(engine) as connection:
        correct_beat(connection, hearts.RECORDING, index, beat_class, person, at_ms)


def signs(engine: Engine) -> list[tuple[int, str]]:
    return [(beat.index, beat.sign) for beat in shown_beats(engine, *WHOLE)]


def test_the_newest_word_holds_and_the_network_keeps_its_own(engine: Engine) -> None:
    ada, eve = people(engine)
    hearts.store(engine, [*hearts.EVENTS, hearts.settled(300)])
    assert signs(engine) == [(100, "N"), (300, "V"), (500, "N")]
    say(engine, 300, BeatClass.SUPRAVENTRICULAR, ada, 10)
    say(engine, 300, BeatClass.NORMAL, eve, 20)
    say(engine, 500, BeatClass.VENTRICULAR, ada, 30)
    assert corrections(engine, hearts.RECORDING, 0, 500) == [BeatCorrection(hearts.RECORDING, 300, BeatClass.NORMAL)]
    assert signs(engine) == [(100, "N"), (300, "A"), (500, "V")]  # a normal beat is drawn with its settled rhythm
    told = [(said.letter, said.person, said.at_ms) for said in said_of_beat(engine, hearts.RECORDING, 300)]
    assert told == [(BeatClass.NORMAL, "Eve", 20), (BeatClass.SUPRAVENTRICULAR, "Ada", 10)]
    assert [beat.beat_class for beat in beats(engine, *WHOLE)] == ["N", "V", "N"]


def test_counts_follow_and_what_is_given_back_is_the_networks_again(engine: Engine) -> None:
    ada, _ = people(engine)
    hearts.store(engine, hearts.EVENTS)
    before = beat_counts(engine, hearts.RECORDING)
    assert (before[BeatClass.NORMAL], before[BeatClass.VENTRICULAR], before[BeatClass.FUSION]) == (2, 1, 0)
    say(engine, 300, BeatClass.FUSION, ada, 10)
    after = beat_counts(engine, hearts.RECORDING)
    assert (after[BeatClass.NORMAL], after[BeatClass.VENTRICULAR], after[BeatClass.FUSION]) == (2, 0, 1)
    say(engine, 300, None, ada, 20)
    assert beat_counts(engine, hearts.RECORDING) == before
    assert corrections(engine, *WHOLE) == []


def test_screens_are_told_of_each_deed_once_and_how_the_beat_stands_now(engine: Engine) -> None:
    ada, _ = people(engine)
    hearts.store(engine, hearts.EVENTS)
    assert newest_number(engine, 100) == 0
    say(engine, 300, BeatClass.FUSION, ada, 10)
    say(engine, 500, BeatClass.VENTRICULAR, ada, 200)
    last = newest_number(engine, 100)
    (news,) = correction_news(engine, last)
    assert (news.recording, news.index, news.sign, news.by_person) == (hearts.RECORDING, 500, "V", True)
    say(engine, 500, None, ada, 300)
    (again,) = correction_news(engine, news.number)
    assert (again.index, again.sign, again.by_person) == (500, "N", False)
    assert correction_news(engine, again.number) == []
