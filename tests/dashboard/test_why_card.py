"""How a beat's story is told: plain words, no made-up number, disagreement said."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from classifier.explanation import Explanation, Neighbour, Reach
from dashboard.why_card import Card, card
from dashboard.why_pictures import Pictures
from dashboard.why_story import BeatStory
from db.views import NO_BEAT, Said
from ecg.findings import Quality, QualityReason
from ecg.labels import BeatClass, Rhythm
from ecg.types import Beat, QualityChange, SampleChunk
from ecg.why import Arrival, Facts

SHAPE = np.zeros((5, 22), np.float32)
SHAPE[2, 10], SHAPE[2, 14] = 1.0, -0.5
CONTEXT = np.zeros((4, 3), np.float32)
CONTEXT[2] = 0.4, 0.8, -0.2
BEAT = Beat("r", 1000, 150, BeatClass.VENTRICULAR, Rhythm.OTHER, (0.1, 0.05, 0.8, 0.04, 0.01), (0.2, 0.1, 0.65, 0.05))
TOLD = Explanation(
    BEAT.class_probabilities,
    BEAT.rhythm_probabilities,
    SHAPE,
    CONTEXT,
    np.array([-1.5, 0.0, 0.9], np.float32),
    Reach(0.15, 0.004),
    [Neighbour("208", 0, 723 * 250, BeatClass.VENTRICULAR, 0.943)],
    "first",
)
FACTS = Facts(Arrival(150, 200.0), 0.21, 148.0, 92.0, 0.41, 16)
NOTHING = Facts(None, None, None, None, None, 0)
STORY = BeatStory(
    BEAT,
    1_700_000_000_000,
    800,
    1230,
    unsettled=False,
    trace=SampleChunk("r", 400, np.where(np.arange(1200) % 7, 0.25, np.nan).astype(np.float32)),
    near=[BEAT],
    qualities=[QualityChange("r", 10, Quality.GOOD, QualityReason.NONE)],
    facts=FACTS,
    explanation=TOLD,
    missing="",
    coming=False,
    said=[],
    added=False,
)


def facts_of(shown: Card) -> dict[str, str]:
    return {fact.name: fact.value for fact in shown.facts}


def pictures_of(story: BeatStory) -> Pictures:
    return msgspec.json.decode(card(story).pictures, type=Pictures)


def test_a_card_in_words() -> None:
    shown = card(STORY)
    assert shown.title == "Why is this beat V?"
    assert shown.rhythm is not None
    assert (shown.beat_class.words, shown.rhythm.words) == ("Ventricular", "Other rhythm")
    assert [(bar.letter, bar.percent) for bar in shown.beat_class.bars][:3] == [
        ("V", "80 %"),
        ("N", "10 %"),
        ("S", "5.0 %"),
    ]
    assert [bar.letter for bar in shown.rhythm.bars] == ["O", "N", "A", "~"]
    assert facts_of(shown) == {
        "RR before it": "25 % early (600 ms, usual 800)",
        "Last 20 RR": "Irregular (21 % of the mean)",
        "QRS width": "Wide, 148 ms (usual 92)",
        "Likeness to usual beat": "0.41 (of 16 beats)",
        "Signal here": "Good",
    }
    assert shown.likest is not None
    assert shown.likest[0].place == "MIT-BIH record 208, lead 1, at 12:03"
    assert (shown.likest[0].letter, shown.likest[0].likeness) == ("V", "94 %")
    assert shown.notes == []


def test_what_was_not_measured_is_no_number() -> None:
    shown = card(replace(STORY, facts=NOTHING, qualities=[]))
    assert set(facts_of(shown).values()) == {""}
    assert all(fact.missing for fact in shown.facts)


@pytest.mark.parametrize(
    ("rr", "words"), [(200, "On time (800"), (190, "On time, 5 % early (760"), (260, "30 % late (1040")]
)
def test_when_a_beat_came_in_words(rr: int, words: str) -> None:
    shown = card(replace(STORY, facts=replace(FACTS, arrival=Arrival(rr, 200.0))))
    assert facts_of(shown)["RR before it"].startswith(words)


def test_an_unsure_answer_is_told_as_unsure() -> None:
    beat = replace(BEAT, class_probabilities=(0.3, 0.1, 0.5, 0.05, 0.05), rhythm_probabilities=(0.3, 0.2, 0.4, 0.1))
    shown = card(replace(STORY, beat=beat))
    assert shown.title == "Why not sure?"
    assert shown.beat_class.words == "Not sure, most likely ventricular"
    assert shown.rhythm is not None and shown.rhythm.words == "Not sure, most likely other rhythm"


def test_of_an_added_and_of_a_deleted_beat_no_answer_is_made_up() -> None:
    added = card(replace(STORY, added=True, explanation=None, missing="None here.", said=[Said("V", "Ada", 9)]))
    assert (added.title, added.held, added.sign) == ("This beat was added by a doctor", "V", "V")
    assert (added.beat_class.bars, added.rhythm, added.notes) == ([], None, ["None here."])
    deleted = card(replace(STORY, near=[], said=[Said(NO_BEAT, "Ada", 9), Said("S", "Eve", 8)]))
    assert (deleted.title, deleted.held, deleted.sign) == ("A doctor says: no beat here", NO_BEAT, "")
    assert deleted.said[0].endswith(": no beat.") and deleted.beat_class.bars
    assert not any("network" in each for each in deleted.said)


def test_a_second_answer_that_differs_is_said() -> None:
    other = replace(TOLD, classes=(0.9, 0.0, 0.1, 0.0, 0.0), rhythms=(0.1, 0.9, 0.0, 0.0))
    notes = card(replace(STORY, explanation=other)).notes
    assert "says normal, not ventricular" in notes[0]
    assert "says atrial fibrillation, not other rhythm" in notes[1]


def test_what_is_missing_is_said() -> None:
    shown = card(replace(STORY, explanation=None, missing="No samples.", trace=None, unsettled=True))
    assert shown.notes[0] == "No samples."
    assert "not known yet" in shown.notes[1]
    assert shown.likest is None
    assert pictures_of(replace(STORY, explanation=None, trace=None)).samples == []
    assert "No labelled beats" in card(replace(STORY, explanation=replace(TOLD, neighbours=None))).notes[0]


def test_the_map_is_for_the_stored_answer_and_against_the_mean_of_all() -> None:
    drawn = pictures_of(STORY)
    assert len(drawn.shade) == 24
    assert (drawn.shade[11], drawn.shade[15]) == (1.0, -0.5)
    assert sum(map(abs, drawn.shade)) == 1.5
    assert drawn.first == pytest.approx(0.4 - 22 * 0.032 - 0.15, abs=1e-3)
    of_normal = replace(STORY, beat=replace(BEAT, beat_class=BeatClass.NORMAL))
    assert pictures_of(of_normal).shade[11] < 0


def test_little_is_not_made_to_look_like_much() -> None:
    drawn = pictures_of(
        replace(STORY, explanation=replace(TOLD, shape=SHAPE / np.float32(1000), beats=CONTEXT / np.float32(1000)))
    )
    assert max(map(abs, drawn.shade)) < 0.02
    assert max(abs(bar.value) for bar in drawn.context) < 0.05


def test_the_context_has_a_bar_for_each_beat() -> None:
    assert [(bar.seconds, bar.value) for bar in pictures_of(STORY).context] == [(-1.5, 0.5), (0.0, 1.0), (0.9, -0.25)]


def test_the_strip_stands_where_the_beat_is_and_keeps_its_holes() -> None:
    drawn = pictures_of(STORY)
    assert (drawn.chosen, drawn.start) == (1000, 400)
    assert drawn.samples[0:2] == [-32768, 50]
    assert drawn.start + len(drawn.samples) <= 1600
    assert drawn.beats[0].sign == "V"
