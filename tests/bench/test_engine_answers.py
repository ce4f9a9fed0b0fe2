"""The bench asks a network in its own order, to follow each record once: it must get the pipeline's answers."""

from collections.abc import Sequence

import numpy as np

from ecg.context import BeatContext, Token
from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.pipeline import Judgement
from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from ecg.types import DetectedBeat
from streaming.analyze import analyse
from streaming.records import RecordedLead
from tests.bench.engine_answers import changed, told
from tests.bench.tracked import beats_of


class ByContext:
    """Answers that follow from every token and distance of a context."""

    def read(self, beats: Sequence[DetectedBeat]) -> Token:
        return np.array([[beat.index % 97, beat.window.sum()] for beat in beats], np.float16)

    def judge(self, contexts: Sequence[BeatContext]) -> list[Judgement]:
        return [self._judged(context) for context in contexts]

    @staticmethod
    def _judged(context: BeatContext) -> Judgement:
        number = int(np.abs(context.tokens.astype(float)).sum() + np.abs(context.seconds).sum()) + context.place
        return Judgement(
            tuple(float(place == number % len(BEAT_CLASSES)) for place in range(len(BEAT_CLASSES))),
            tuple(float(place == number % len(RHYTHMS)) for place in range(len(RHYTHMS))),
        )


def lead() -> RecordedLead:
    samples = (synthesise(DEMO_SCRIPTS[0], 250.0, 1, 90.0).samples * 1000).round().astype(np.int16)
    return RecordedLead("one", 250.0, 1000.0, samples, 1, "I")


def test_a_tracked_record_is_answered_as_the_pipeline_answers_it() -> None:
    answers, analysis = told(ByContext(), beats_of(lead())), analyse(lead(), ByContext())
    assert len(analysis.beats) > 80
    assert [BEAT_CLASSES[code] for code in answers.classes] == [beat.beat_class for beat in analysis.beats]
    assert [RHYTHMS[code] for code in answers.live] == [beat.rhythm for beat in analysis.beats]
    assert [RHYTHMS[code] for code in answers.settled] == [beat.rhythm for beat in analysis.settled]
    assert not np.array_equal(answers.live, answers.settled)


def test_the_share_of_changed_answers_counts_all_three_answers() -> None:
    [one] = [told(ByContext(), beats_of(lead()))]
    other = one._replace(live=(one.live + 1) % len(RHYTHMS))
    assert changed([one], [one]) == 0
    assert round(changed([one], [other]), 3) == round(100 / 3, 3)
