"""Events and facts as rows of their tables. Pure."""

import json
from dataclasses import asdict
from typing import Any

from db.packing import pack_probabilities, pack_rhythms, pack_samples
from db.views import DeadLetter, NewRecording, NewSegment
from ecg.types import (
    VITAL_NUMBERS,
    AfBurden,
    Alert,
    Beat,
    NetworkChange,
    QualityChange,
    RhythmEpisode,
    SettledRhythm,
    SignalGap,
    VitalSigns,
)

Row = dict[str, Any]
MAX_REASON = 1024
"""Characters of a dead letter's reason."""


def recording_row(fact: NewRecording, patient_id: int | None) -> Row:
    """A recording as its device announced it, worn by this patient."""
    return {
        "id": fact.id,
        "device_id": fact.device_id,
        "patient_id": patient_id,
        "rate": fact.rate,
        "gain": fact.gain,
        "lead": fact.lead,
        "started_ms": fact.started_ms,
    }


def segment_row(segment: NewSegment) -> Row:
    """A run of raw samples."""
    return {
        "recording_id": segment.recording,
        "start": int(segment.start),
        "count": len(segment.samples),
        "blob": pack_samples(segment.samples),
    }


def letter_row(letter: DeadLetter) -> Row:
    """An entry that was set aside; a reason too long is cut."""
    return {
        "origin": letter.origin,
        "stream": letter.stream,
        "recording_id": letter.recording,
        "at_ms": letter.at_ms,
        "reason": letter.reason[:MAX_REASON],
        "fields": letter.fields,
    }


def beat_row(beat: Beat) -> Row:
    """What a beat's row learns from the beat."""
    return {
        "recording_id": beat.recording,
        "index": int(beat.index),
        "rr": _whole(beat.rr),
        "beat_class": beat.beat_class.value,
        "rhythm": beat.rhythm.value,
        "probabilities": pack_probabilities(beat.class_probabilities, beat.rhythm_probabilities),
        "class_probability": float(max(beat.class_probabilities)),
    }


def settled_row(settled: SettledRhythm) -> Row:
    """What a beat's row learns from its settled rhythm."""
    return {
        "recording_id": settled.recording,
        "index": int(settled.index),
        "settled_rhythm": settled.rhythm.value,
        "settled_probabilities": pack_rhythms(settled.rhythm_probabilities),
    }


def vital_signs_row(vital: VitalSigns) -> Row:
    """Numbers true at one index."""
    numbers = {name: _real(getattr(vital, name)) for name in VITAL_NUMBERS}
    where = {"recording_id": vital.recording, "index": int(vital.index)}
    return where | numbers | {"finding": vital.finding.value}


def network_row(change: NetworkChange) -> Row:
    """From here on this network labels the beats."""
    return {"recording_id": change.recording, "index": int(change.index), "model": change.model}


def quality_row(change: QualityChange) -> Row:
    """A change of quality."""
    return {
        "recording_id": change.recording,
        "index": int(change.index),
        "quality": change.quality.value,
        "reason": change.reason.value,
    }


def gap_row(gap: SignalGap) -> Row:
    """A gap that the worker saw."""
    return {"recording_id": gap.recording, "start": int(gap.start), "end": int(gap.end)}


def episode_row(episode: RhythmEpisode) -> Row:
    """A rhythm episode, ended or not."""
    return {
        "recording_id": episode.recording,
        "finding": episode.finding.value,
        "start": int(episode.start),
        "end": _whole(episode.end),
    }


def burden_row(burden: AfBurden) -> Row:
    """Shares of time in atrial fibrillation."""
    shares = {name: _real(getattr(burden, name)) for name in ("hour", "day", "whole")}
    return {"recording_id": burden.recording, "index": int(burden.index), **shares}


def alert_row(alert: Alert, began_ms: int | None = None) -> Row:
    """An alert, ended or not; began_ms: its onset by the server's clock, where that is known."""
    evidence = {**asdict(alert.evidence), "beats": [int(index) for index in alert.evidence.beats]}
    return {
        "recording_id": alert.recording,
        "rule": alert.rule.value,
        "start": int(alert.start),
        "priority": alert.priority.value,
        "end": _whole(alert.end),
        "evidence": json.dumps(evidence),
        "model": alert.model,
        "began_ms": began_ms,
    }


def _whole(number: int | None) -> int | None:
    """A plain int: SQLite would keep a NumPy scalar as its bytes, without a word."""
    return None if number is None else int(number)


def _real(number: float | None) -> float | None:
    """A plain float, for the same reason."""
    return None if number is None else float(number)
