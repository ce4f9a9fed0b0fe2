"""Which beats of a recording a person has judged, and what they are. Pure.

NAMED: a person said of this very beat what it is, or that there is none. SIGNED: it stood, with a class that the
network was sure of, in a report that a doctor signed, and no beat has changed since. All other beats are nobody's
truth: they get no label, whatever the network says.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from db.datasets import Signature, Word
from ecg.corrections import NoiseStretch
from ecg.findings import Quality
from ecg.good_beats import in_good_signal
from ecg.labels import BeatClass
from ecg.types import Beat, QualityChange


class How(StrEnum):
    """How a person judged a beat."""

    NAMED = "named"
    SIGNED = "signed"


class Why(StrEnum):
    """Why something was left out."""

    NOISE = "beats in noise that a doctor marked"
    UNUSABLE = "beats in unusable signal"
    POOR = "beats in poor signal that nobody named"
    NOT_SURE = "beats that the network was not sure of and nobody named"
    NO_SAMPLES = "beats whose samples are not stored, or too few around them"
    UNJUDGED = "recordings of which nobody judged a beat"
    CHANGED = "recordings whose beats have changed since the report was signed: only named beats count"
    NO_CONSENT = "patients without consent"


@dataclass(frozen=True, slots=True)
class Label:
    """A judged beat. beat_class: None where there is none. proposed: what the network said, None where it saw no beat;
    probability: of that.
    """

    index: int
    beat_class: BeatClass | None
    how: How
    user_id: int
    at_ms: int
    proposed: BeatClass | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """All that is known of a recording's beats. shown: as people see them; network: as it said itself."""

    words: Sequence[Word]
    signature: Signature | None
    shown: Sequence[Beat]
    network: Sequence[Beat]
    noise: Sequence[NoiseStretch]
    quality: Sequence[QualityChange]


def labels_of(judged: Judged) -> tuple[list[Label], Counter[Why]]:
    """The labels of a recording, in order, and why others were left out."""
    said = {beat.index: beat for beat in judged.network}
    named = [
        Label(each.index, each.beat_class, How.NAMED, each.user_id, each.at_ms, *_proposed(said.get(each.index)))
        for each in judged.words
    ]
    signed, left_out = _signed(judged, {each.index for each in named})
    kept, starts = [], [change.index for change in judged.quality]
    for label in sorted([*named, *signed], key=lambda each: each.index):
        why = _fault(label, judged, starts)
        if why is None:
            kept.append(label)
        else:
            left_out[why] += 1
    return kept, left_out


def _signed(judged: Judged, named: set[int]) -> tuple[list[Label], Counter[Why]]:
    """Those that count by the signature alone."""
    left_out, signature = Counter[Why](), judged.signature
    if signature is None:
        return [], left_out
    beats = [beat for beat in judged.shown if beat.index not in named]
    sure = [beat for beat in beats if beat.class_sure]
    good = in_good_signal([beat.index for beat in sure], judged.quality)
    left_out[Why.NOT_SURE] += len(beats) - len(sure)
    left_out[Why.POOR] += good.count(False)
    who = (How.SIGNED, signature.user_id, signature.at_ms)
    kept = [beat for beat, is_good in zip(sure, good, strict=True) if is_good]
    return [Label(beat.index, beat.beat_class, *who, *_proposed(beat)) for beat in kept], +left_out


def _fault(label: Label, judged: Judged, starts: Sequence[int]) -> Why | None:
    if any(each.start <= label.index < each.end for each in judged.noise):
        return Why.NOISE
    held = bisect_right(starts, label.index) - 1
    return Why.UNUSABLE if held >= 0 and judged.quality[held].quality is Quality.UNUSABLE else None


def _proposed(beat: Beat | None) -> tuple[BeatClass | None, float | None]:
    return (None, None) if beat is None else (beat.beat_class, round(max(beat.class_probabilities), 3))


def classes(labels: Iterable[Label]) -> Counter[str]:
    """How many of each class, "none" for beats that are none."""
    return Counter("none" if each.beat_class is None else each.beat_class.value for each in labels)
