"""Deeds on beats: added, deleted, noise; each person takes back their own, and what others said stands."""

from sqlalchemy import Engine

from db.corrections import beat_counts, corrections, noise_stretches, shown_beats
from db.edited import edited_result, shown_episodes
from db.edits import Act, Doer, lift_noise, mark_noise, others_since, say, take_back, way
from db.engine import writing
from db.summaries import summary
from db.views import NO_BEAT
from ecg.corrections import NoiseStretch
from ecg.findings import Finding
from ecg.labels import BeatClass
from tests.db import hearts
from tests.db.test_limits import people

WHOLE = (hearts.RECORDING, 0, 1000)


def told(engine: Engine, person: int, act: Act, letters: dict[int, str | None]) -> None:
    with writing(engine) as connection:
        say(connection, Doer(hearts.RECORDING, person, 10), act, letters)


def back(engine: Engine, person: int, act: Act = Act.UNDO) -> bool:
    with writing(engine) as connection:
        return take_back(connection, Doer(hearts.RECORDING, person, 20), act) is not None


def shown(engine: Engine) -> list[tuple[int, str, int | None]]:
    return [(beat.index, beat.sign, beat.rr) for beat in shown_beats(engine, *WHOLE)]


def test_beats_are_added_and_deleted_and_all_that_shows_or_counts_beats_follows(engine: Engine) -> None:
    ada, _ = people(engine)
    hearts.store(engine, hearts.EVENTS)
    told(engine, ada, Act.ADD, {400: "S"})
    told(engine, ada, Act.DELETE, {300: NO_BEAT})
    assert shown(engine) == [(100, "N", None), (400, "S", 300), (500, "N", 100)]
    counts = beat_counts(engine, hearts.RECORDING)
    assert (counts[BeatClass.NORMAL], counts[BeatClass.VENTRICULAR], counts[BeatClass.SUPRAVENTRICULAR]) == (2, 0, 1)
    assert summary(engine, hearts.RECORDING).beats == counts == edited_result(engine, hearts.RECORDING).beats.counts()
    assert [each.beat_class for each in corrections(engine, *WHOLE)] == [None, BeatClass.SUPRAVENTRICULAR]


def test_noise_hides_beats_and_can_be_lifted(engine: Engine) -> None:
    ada, eve = people(engine)
    hearts.store(engine, hearts.EVENTS)
    with writing(engine) as connection:
        mark_noise(connection, Doer(hearts.RECORDING, ada, 10), 250, 350)
    assert shown(engine) == [(100, "N", None), (500, "N", None)], "no interval crosses noise"
    assert sum(beat_counts(engine, hearts.RECORDING).values()) == 2
    with writing(engine) as connection:
        lift_noise(connection, Doer(hearts.RECORDING, eve, 10), [(250, 350)])
    assert noise_stretches(engine, hearts.RECORDING) == []
    assert back(engine, eve)
    assert noise_stretches(engine, hearts.RECORDING) == [NoiseStretch(250, 350)]
    assert back(engine, ada)
    assert noise_stretches(engine, hearts.RECORDING) == []
    assert back(engine, ada, Act.REDO)
    assert noise_stretches(engine, hearts.RECORDING) == [NoiseStretch(250, 350)]


def test_each_takes_back_their_own_and_a_later_word_of_another_stands(engine: Engine) -> None:
    ada, eve = people(engine)
    hearts.store(engine, hearts.EVENTS)
    told(engine, ada, Act.CLASS, {100: "V", 500: "V"})
    told(engine, eve, Act.CLASS, {500: "F"})
    assert back(engine, ada)
    assert shown(engine) == [(100, "N", None), (300, "V", 200), (500, "F", 200)]
    assert back(engine, eve)
    assert [sign for _, sign, _ in shown(engine)] == ["N", "V", "N"], "what was taken back does not come again"
    assert back(engine, ada, Act.REDO)
    assert [sign for _, sign, _ in shown(engine)] == ["V", "V", "V"]
    assert not back(engine, ada, Act.REDO)
    told(engine, eve, Act.CLASS, {300: "N"})
    assert not back(engine, eve, Act.REDO), "who does something new cannot do again what was before it"
    known = way(engine, hearts.RECORDING, eve)
    assert known.undo is not None
    assert known.redo is None
    with writing(engine) as connection:
        raced = others_since(connection, Doer(hearts.RECORDING, ada, 30), [300], known.undo - 1)
        assert raced
        assert not others_since(connection, Doer(hearts.RECORDING, eve, 30), [300], known.undo - 1)


def test_episodes_are_those_of_the_edited_beats(engine: Engine) -> None:
    ada, _ = people(engine)
    beats = [hearts.beat(200 * place, rr=200 if place else None) for place in range(20)]
    hearts.store(engine, [hearts.QUALITIES[0], *beats, hearts.vital_signs(4000)])
    assert shown_episodes(engine, *WHOLE[:2], 10_000) == []
    told(engine, ada, Act.CLASS, {beat.index: "V" for beat in beats[5:9]})
    (run,) = shown_episodes(engine, *WHOLE[:2], 10_000)
    assert (run.finding, run.start, run.end) == (Finding.VENTRICULAR_RUN, beats[5].index, beats[8].index)
    assert summary(engine, hearts.RECORDING).findings == {Finding.VENTRICULAR_RUN: 1}
    assert back(engine, ada)
    assert shown_episodes(engine, *WHOLE[:2], 10_000) == []
