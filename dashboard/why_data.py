"""What the database and the network know of one stored beat: its samples go through tracker and network once more."""

import logging
import threading
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from sqlalchemy import Engine

from classifier.explain import Explainer
from classifier.explanation import Explanation
from classifier.networks import Networks
from dashboard.retrace import Retraced, retrace
from dashboard.why_pictures import STRIP_REACH
from dashboard.why_story import BeatStory
from db.corrections import as_said, said_of_beat, shown_beats
from db.findings import network_at, network_changes
from db.queries import beats, quality_changes, settled_rhythms, stored_until
from db.views import RecordingView
from ecg.context import FUTURE, PAST, SETTLE_AFTER
from ecg.errors import ArtifactError
from ecg.labels import BeatClass
from ecg.rates import house_index, to_samples
from ecg.settled import with_settled_rhythms
from ecg.tracker import R_REACH
from ecg.types import Beat, SampleChunk
from ecg.why import Facts, measure
from words import t

BEFORE = to_samples(75.0)
"""Enough for the 32 beats that the network looks back on and their windows down to 30 beats a minute."""
AFTER = SETTLE_AFTER + to_samples(1.5)
WHOLE = to_samples(0.6)
"""A beat is found when this much after it is there: its window, and the ways of filters and detector."""
FOUND_WITHIN = R_REACH // 2
"""A beat that is found again this near (50 ms) is the same beat."""

log = logging.getLogger(__name__)

_one_at_a_time = threading.Lock()


def beat_at(engine: Engine, recording: RecordingView, index: int) -> Beat | None:
    """The beat with its R peak at `index`, whether the network saw it or a person has added it."""
    stretch = (engine, recording.id, index, index + 1)
    return next(iter(beats(*stretch) or shown_beats(*stretch)), None)


def first_beat_from(engine: Engine, recording: RecordingView, index: int, reach: int = to_samples(10.0)) -> Beat | None:
    """The first beat that is shown at `index` or after it, within `reach`."""
    return next(iter(shown_beats(engine, recording.id, index, index + reach)), None)


def last_beat(engine: Engine, recording: RecordingView, end: int) -> Beat | None:
    """The last beat that is shown of the ten seconds before `end`."""
    return next(iter(shown_beats(engine, recording.id, end - to_samples(10.0), end)[::-1]), None)


def story(engine: Engine, recording: RecordingView, beat: Beat, networks: Networks) -> BeatStory:
    """All that can be said of `beat`, which the network saw in `recording`, or a person has added."""
    index, stretch = beat.index, (beat.index - BEFORE, beat.index + AFTER)
    settled = settled_rhythms(engine, recording.id, *stretch)
    seen = with_settled_rhythms(beats(engine, recording.id, *stretch), settled)
    shown = as_said(engine, recording.id, seen, *stretch)
    added = all(each.index != index for each in seen)
    known = [each for each in (shown if added else seen) if each.index <= index] or [beat]
    retraced = retrace(engine, recording, *stretch)
    trace = retraced.trace if retraced.trace and _covers(retraced.trace, index) else None
    model = network_at(network_changes(engine, recording.id), index)
    told, missing = (None, t("why.added")) if added else explanation(retraced, index, networks, model)
    stored = house_index(stored_until(engine, recording.id), recording.rate)
    coming = told is None and not added and index + WHOLE > stored
    return BeatStory(
        known[-1],
        recording.started_ms,
        max((each.index for each in shown if each.index < index), default=None),
        min((each.index for each in shown if each.index > index), default=None),
        not added and all(each.index != index for each in settled) and index + AFTER > stored,
        trace,
        shown,
        quality_changes(engine, recording.id, index - STRIP_REACH, index + STRIP_REACH),
        _facts(retraced.trace, known),
        told,
        t("why.coming") if coming else missing,
        coming,
        said_of_beat(engine, recording.id, index),
        added,
    )


def explanation(
    retraced: Retraced, index: int, networks: Networks, model: str | None
) -> tuple[Explanation | None, str]:
    """Why the network `model` (None: the one in service) says what it says of the beat at `index`; or None and the
    reason in a sentence.
    """
    if retraced.trace is None or not _covers(retraced.trace, index):
        return None, t("why.no_samples")
    nearest = min(retraced.beats, key=lambda beat: abs(beat.index - index), default=None)
    if nearest is None or abs(nearest.index - index) > FOUND_WITHIN:
        return None, t("why.not_found_again")
    place = retraced.beats.index(nearest)
    first = max(place - PAST + 1, 0)
    try:
        with _one_at_a_time:
            known = explainer(networks, model or networks.in_service())
            return known.explain(retraced.beats[first : place + FUTURE + 1], place - first), ""
    except (ArtifactError, KeyError):
        log.exception("The network cannot explain its answers.")
        return None, t("why.no_network")


@lru_cache(maxsize=2)
def explainer(networks: Networks, model: str) -> Explainer:
    """A network of this house, loaded when the first card asks for it. Raises KeyError where it is here no more."""
    return Explainer.load(networks.place(model))


def _covers(trace: SampleChunk, index: int) -> bool:
    return trace.start <= index < trace.end and not np.isnan(trace.samples[index - trace.start])


def _facts(trace: SampleChunk | None, known: Sequence[Beat]) -> Facts:
    """Facts of the last of `known`, which are beats in order."""
    intervals: list[int] = []
    for beat in known:
        intervals = [] if beat.rr is None else [*intervals, beat.rr]
    start = trace.start if trace else 0
    samples = trace.samples if trace else np.zeros(0, np.float32)
    usual = [each.index - start for each in known[:-1] if each.beat_class is BeatClass.NORMAL and each.class_sure]
    return measure(samples, known[-1].index - start, intervals, usual)
