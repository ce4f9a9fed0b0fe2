"""The why-card: what is known of one stored beat, and how it is said. Pure.

The card shows the answer that was stored. What was computed again for the card (maps and likenesses) stands beside it,
and the card says so where the two disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np

from classifier.explanation import Explanation, Neighbour
from dashboard.components import SIGN_STYLES
from dashboard.names import capital, class_name, rhythm_name
from dashboard.why_facts import FactRow, fact_rows
from dashboard.why_pictures import pictures
from dashboard.why_story import BeatStory
from db.views import NO_BEAT, Said
from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass
from ecg.rates import to_milliseconds, to_seconds
from ecg.types import Beat
from words import t
from written import clock, moment, percent


class Bar(NamedTuple):
    """One answer and its probability."""

    letter: str
    style: str
    name: str
    share: float

    @property
    def percent(self) -> str:
        """As "97 %", with a decimal where it is small."""
        return percent(self.share, 0 if self.share >= 0.1 else 1)


class Likest(NamedTuple):
    """A labelled beat in words."""

    letter: str
    style: str
    place: str
    likeness: str


class Answer(NamedTuple):
    """One of the two answers: its name, how it is told, and how likely each was."""

    name: str
    words: str
    bars: list[Bar]


class Choice(NamedTuple):
    """A class that a doctor may say; chosen: whether this is what somebody has said."""

    letter: str
    style: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What templates/why_card.html fills in. pictures: `Pictures` as JSON; likest: None where no bank fits.

    sign: the beat is drawn with it now, "" where it is not drawn. held: a person's word that holds, a class or
    `NO_BEAT`, "" for none. said: sentences of who said what, the newest first. choices: what may be said.

    Of a beat that a person has added there is no answer of the network: no bars, and rhythm is None.
    """

    story: BeatStory
    title: str
    time: str
    beat_class: Answer
    rhythm: Answer | None
    facts: list[FactRow]
    likest: list[Likest] | None
    notes: list[str]
    pictures: str
    sign: str
    held: str
    said: list[str]
    choices: list[Choice]


def card(story: BeatStory) -> Card:
    """The card of a beat."""
    beat, told = story.beat, story.explanation
    near = told.neighbours if told else None
    held = said_letter(story.said)
    return Card(
        story,
        _title(story, held),
        clock(story.started_ms + to_milliseconds(beat.index)),
        _answer(class_name(beat.beat_class), beat.class_sure, [] if story.added else class_bars(beat)),
        None if story.added else _answer(rhythm_name(beat.rhythm), beat.rhythm_sure, rhythm_bars(beat)),
        fact_rows(story.facts, story.quality),
        None if near is None else [likest(each) for each in near],
        notes(story),
        msgspec.json.encode(pictures(story)).decode(),
        next((each.sign for each in story.near if each.index == beat.index), ""),
        held,
        [_said(each) for each in story.said],
        [_choice(kind, held) for kind in BEAT_CLASSES],
    )


def _title(story: BeatStory, held: str) -> str:
    if held == NO_BEAT:
        return t("why.title_deleted")
    if story.added:
        return t("why.title_added")
    beat = story.beat
    return t("why.title", sign=beat.beat_class.value) if beat.class_sure else t("why.title_not_sure")


def _choice(kind: BeatClass, held: str) -> Choice:
    return Choice(kind.value, SIGN_STYLES.get(kind.value, "normal"), capital(class_name(kind)), kind.value == held)


def _said(said: Said) -> str:
    if said.letter is None:
        return t("why.said_network", person=said.person, time=moment(said.at_ms))
    name = t("edit.no_beat") if said.letter == NO_BEAT else class_name(BeatClass(said.letter))
    return t("why.said", person=said.person, time=moment(said.at_ms), name=name)


def said_letter(said: Sequence[Said]) -> str:
    """What holds of all that was said of a beat (newest first); "" where the network's answer does."""
    return (said[0].letter or "") if said else ""


def _answer(name: str, sure: bool, bars: list[Bar]) -> Answer:
    return Answer(name, capital(name) if sure else t("why.most_likely", name=name), bars)


def class_bars(beat: Beat) -> list[Bar]:
    """The beat classes with their probabilities, likeliest first."""
    return _bars({kind.value: class_name(kind) for kind in BEAT_CLASSES}, beat.class_probabilities)


def rhythm_bars(beat: Beat) -> list[Bar]:
    """The rhythms with their probabilities, likeliest first."""
    return _bars({kind.value: rhythm_name(kind) for kind in RHYTHMS}, beat.rhythm_probabilities)


def _bars(names: dict[str, str], shares: Sequence[float]) -> list[Bar]:
    every = [
        Bar(letter, SIGN_STYLES.get(letter, "normal"), capital(name), share)
        for (letter, name), share in zip(names.items(), shares, strict=True)
    ]
    return sorted(every, key=lambda bar: -bar.share)


def likest(neighbour: Neighbour) -> Likest:
    """As V, "MIT-BIH 208, lead 1, at 12:03", 94 %."""
    minutes, seconds = divmod(int(to_seconds(neighbour.peak)), 60)
    letter = neighbour.beat_class.value
    at = f"{minutes}:{seconds:02d}"
    place = t("why.labelled_place", record=neighbour.record, lead=neighbour.lead + 1, time=at)
    return Likest(letter, SIGN_STYLES.get(letter, "normal"), place, percent(neighbour.likeness))


def notes(story: BeatStory) -> list[str]:
    """Sentences about what is missing, unsettled or in disagreement."""
    said = [story.missing] if story.missing else []
    if story.unsettled:
        said.append(t("why.unsettled"))
    if story.explanation:
        said += _disagreements(story.beat, story.explanation)
        if story.explanation.neighbours is None:
            said.append(t("why.no_labelled"))
    return said


def _disagreements(beat: Beat, told: Explanation) -> list[str]:
    beat_class, rhythm = BEAT_CLASSES[int(np.argmax(told.classes))], RHYTHMS[int(np.argmax(told.rhythms))]
    said = []
    if beat_class is not beat.beat_class:
        said.append(t("why.other_class", now=class_name(beat_class), stored=class_name(beat.beat_class)))
    if rhythm is not beat.rhythm:
        said.append(t("why.other_rhythm", now=rhythm_name(rhythm), stored=rhythm_name(beat.rhythm)))
    return said
