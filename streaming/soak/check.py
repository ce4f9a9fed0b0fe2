"""What a soak left in the database, against what its phones sent. Reads only SQL.

Samples: every one that was acknowledged is there, once, with the value that was sent. Events: the same as one pipeline
finds in one process that takes the same samples, their gaps included, without a break.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from sqlalchemy import Engine

from classifier.engine import DECIMALS, shipped_labeller, shipped_model
from db import alerts, findings
from db.engine import open_engine
from db.queries import segments
from ecg.alerts import OUTSIDE
from ecg.pipeline import Pipeline
from ecg.types import (
    AfBurden,
    Alert,
    Beat,
    Event,
    NetworkChange,
    QualityChange,
    RhythmEpisode,
    SampleChunk,
    SettledRhythm,
    SignalGap,
    VitalSigns,
)
from streaming.soak.patients import Sent, Signal, sent_samples

EVER = 1 << 40
PIECE_S = 10.0
LOOK_AGAIN_S = 0.5


def _signal_alerts(engine: Engine, recording: str, start: int, end: int) -> list[Alert]:
    """Those that the signal raised: what phones, workers and clocks did is another matter."""
    return [alert for alert in alerts.alerts(engine, recording, start, end) if alert.rule not in OUTSIDE]


def _networks(engine: Engine, recording: str, start: int, end: int) -> list[NetworkChange]:
    return [each for each in findings.network_changes(engine, recording) if start <= each.index < end]


KINDS: dict[type[Any], Callable[[Engine, str, int, int], Sequence[Any]]] = {
    Beat: findings.beats,
    SettledRhythm: findings.settled_rhythms,
    VitalSigns: findings.vitals,
    RhythmEpisode: findings.episodes,
    QualityChange: findings.quality_changes,
    SignalGap: findings.gaps,
    AfBurden: findings.af_burdens,
    Alert: _signal_alerts,
    NetworkChange: _networks,
}
"""Kind of event -> the question that reads it back."""

Fact = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One recording. All counts but `samples`, `beats` have to be zero. different: kind of event -> rows."""

    recording: str
    samples: int
    beats: int
    unacknowledged: int
    lost: int
    duplicated: int
    misordered: int
    different: dict[str, int]
    beat_indices: tuple[int, ...]
    """R peaks of the uninterrupted run, in house samples."""

    @property
    def clean(self) -> bool:
        """Whether nothing at all is wrong."""
        counts = (self.unacknowledged, self.lost, self.duplicated, self.misordered, *self.different.values())
        return not any(counts)


@dataclass(frozen=True, slots=True)
class Group:
    """Phones that played the same signal: one run of the pipeline serves them all. deadline: wall time in s."""

    signal: Signal
    phones: tuple[Sent, ...]
    database_url: str
    deadline: float


def groups_of(logs: Sequence[Sent], database_url: str, patience_s: float) -> list[Group]:
    """All phones by their signal. Rows that are still on their way are waited for up to `patience_s`."""
    signals = {id(log.signal): log.signal for log in logs}
    phones = {key: tuple(log for log in logs if log.signal is signal) for key, signal in signals.items()}
    return [Group(signals[key], phones[key], database_url, time.time() + patience_s) for key in signals]


def check_group(group: Group) -> list[Verdict]:
    """The verdicts on a group's phones."""
    engine = open_engine(group.database_url)
    by_end = sorted(group.phones, key=lambda sent: sent.end)
    wanted = uninterrupted(group.signal, [sent.end for sent in by_end])
    verdicts = [_patiently(engine, sent, facts, group.deadline) for sent, facts in zip(by_end, wanted, strict=True)]
    engine.dispose()
    return verdicts


def uninterrupted(signal: Signal, ends: Sequence[int]) -> list[dict[str, set[Fact]]]:
    """What one pipeline has found when it has taken everything before each of `ends`, which rise."""
    pipeline, found, answers, at = Pipeline(shipped_labeller(), shipped_model()), list[Event](), [], 0
    piece = round(PIECE_S * signal.loop.rate)
    for end in ends:
        for start in range(at, end, piece):
            outputs = pipeline.receive(signal.chunks("uninterrupted", start, min(end, start + piece)))
            found += [item for item in outputs if not isinstance(item, SampleChunk)]
        at = end
        answers.append({kind.__name__: facts(e for e in found if isinstance(e, kind)) for kind in KINDS})
    return answers


def facts(events: Iterable[Event]) -> set[Fact]:
    """All that events of one kind say, but for whom; of an episode or an alert only how it stands in the end."""
    by_key = {_key(event): _fact(event) for event in events}
    return set(by_key.values())


def _key(event: Event) -> Fact:
    match event:
        case RhythmEpisode():
            return event.finding, event.start
        case Alert():
            return event.rule, event.start
        case _:
            return _fact(event)


def _fact(event: Event) -> Fact:
    """The database keeps probabilities in single precision."""
    match event:
        case Beat():
            answers = (*event.class_probabilities, *event.rhythm_probabilities)
            return event.index, event.rr, event.beat_class, event.rhythm, *_rounded(answers)
        case SettledRhythm():
            return event.index, event.rhythm, *_rounded(event.rhythm_probabilities)
        case _:
            return tuple(getattr(event, each.name) for each in fields(event) if each.name != "recording")


def _rounded(answers: Iterable[float]) -> list[float]:
    return [round(float(answer), DECIMALS) for answer in answers]


def _patiently(engine: Engine, sent: Sent, wanted: dict[str, set[Fact]], deadline: float) -> Verdict:
    """The last look at a recording: as soon as it is clean, or at the deadline."""
    while True:
        verdict = look(engine, sent, wanted)
        if verdict.clean or time.time() > deadline:
            return verdict
        time.sleep(LOOK_AGAIN_S)


def look(engine: Engine, sent: Sent, wanted: dict[str, set[Fact]]) -> Verdict:
    """The verdict on one recording as the database stands; wanted: see `uninterrupted`."""
    lost, duplicated, misordered = compare_samples(engine, sent)
    found = {kind.__name__: facts(read(engine, sent.recording, -EVER, EVER)) for kind, read in KINDS.items()}
    different = {name: len(found[name] ^ rows) for name, rows in wanted.items()}
    _, known = sent_samples(sent)
    peaks = sorted(int(str(fact[0])) for fact in wanted[Beat.__name__])
    return Verdict(
        sent.recording,
        int(known.sum()),
        len(peaks),
        max(0, sent.end - sent.acknowledged),
        lost,
        duplicated,
        misordered,
        different,
        tuple(peaks),
    )


def compare_samples(engine: Engine, sent: Sent) -> tuple[int, int, int]:
    """Samples lost (acknowledged and not there), there more than once, and there with another value than was sent."""
    values, known = sent_samples(sent)
    times, wrong = np.zeros(sent.end, np.int32), 0
    for part in segments(engine, sent.recording, -EVER, EVER):
        inside = part.samples[: max(0, sent.end - part.start)]
        place = slice(part.start, part.start + len(inside))
        times[place] += 1
        same = known[place] & (values[place] == inside)
        wrong += len(part.samples) - int(same.sum())
    lost = int((known & (times == 0))[: sent.acknowledged].sum())
    return lost, int(np.maximum(times - 1, 0).sum()), wrong


def total(verdicts: Iterable[Verdict]) -> Counter[str]:
    """All counts of all recordings together."""
    sums: Counter[str] = Counter()
    for each in verdicts:
        for name in ("samples", "beats", "unacknowledged", "lost", "duplicated", "misordered"):
            sums[name] += getattr(each, name)
        sums.update({f"different {name}": count for name, count in each.different.items()})
    return sums
