"""What `wardbeat analyze` writes about a record: JSON, and beats as a WFDB annotation file.

    {"record", "sampling_rate", "n_samples", "lead",
     "beats": [{"sample", "rr_ms", "beat_class", "beat_probability", "beat_sure",
                "rhythm", "rhythm_probability", "rhythm_sure", "rhythm_live", "rhythm_live_probability"}],
     "rhythm": {"label", "probability", "sure"},
     "episodes": [{"finding", "start", "end"}],
     "alerts": [{"rule", "priority", "start", "end", "value", "limit", "unit"}], "model",
     "af_burden",
     "vitals": {"heart_rate", "rr_mean", "sdnn", "rmssd", "pnn50", "sd1", "sd2", "triangular_index",
                "lf", "hf", "lf_hf", "total_power", "nn_used",
                "sdnn_24h", "sdann_24h", "sdnn_index_24h", "triangular_index_24h", "nn_used_24h", "hours_24h",
                "series": [{"sample", ...}]},
     "quality": [{"sample", "quality", "reason"}],
     "gaps": [{"start", "end"}]}

Samples count at the record's own sampling rate. The rhythm of a beat is the settled one; `rhythm_live` is what was
said when the beat came. The rhythm of the record is the highest mean probability of the settled ones. Sure is false
where the probability is too low to be told as an answer (`ecg.labels.CLASS_SURE`, `RHYTHM_SURE`). `end` is null for an
episode or an alert that lasts to the end of the record. Alerts are those that the record would have raised live, with
the number that made them and its limit (`ecg.alert_rules`); `model` is the SHA-256 of the network. `af_burden` is the
percentage of the analysed time in atrial fibrillation, up to the last whole minute; null where less than a minute was
analysed by then. The numbers of `vitals` are the medians of what the monitor showed, in the units of
`ecg.types.VitalSigns`, those of 24 h what it showed last; null where it showed none. `ecg.methods` says how each is
made. `series` is what it showed, every two seconds and at steps of the heart rate, without those of 24 h.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import numpy as np

from ecg.alert_rules import RULES
from ecg.labels import BEAT_CLASSES, RHYTHM_SURE, RHYTHMS
from ecg.rates import device_index, to_milliseconds
from ecg.settled import rhythm_of_record, with_settled_rhythms
from ecg.types import (
    VITAL_NUMBERS,
    AfBurden,
    Alert,
    Beat,
    Event,
    QualityChange,
    RhythmEpisode,
    SettledRhythm,
    SignalGap,
    VitalSigns,
)

_NUMBERS = (
    *("heart_rate", "rr_mean", "sdnn", "rmssd", "pnn50", "sd1", "sd2", "triangular_index"),
    *("lf", "hf", "lf_hf", "total_power", "nn_used"),
)
_DAY_NUMBERS = tuple(name for name in VITAL_NUMBERS if name.endswith("_24h"))
_NO_ANNOTATIONS = b"\0\0"  # the end mark of the MIT annotation format, with nothing before it


@dataclass(frozen=True, slots=True)
class Analysis:
    """A record and everything that was found in it, in house samples. rate in Hz; n_samples at that rate.

    model: SHA-256 of the network that labelled its beats.
    """

    record: str
    rate: float
    n_samples: int
    lead: str
    events: Sequence[Event]
    model: str = ""

    @property
    def settled(self) -> list[SettledRhythm]:
        """The rhythm of the beats once more, in the same order."""
        return [event for event in self.events if isinstance(event, SettledRhythm)]

    @property
    def beats(self) -> list[Beat]:
        """The labelled beats, each with the rhythm it was given when it came."""
        return [event for event in self.events if isinstance(event, Beat)]

    @property
    def settled_beats(self) -> list[Beat]:
        """The same beats with their settled rhythm."""
        return with_settled_rhythms(self.beats, self.settled)

    @property
    def episodes(self) -> list[RhythmEpisode]:
        """Each episode once, by its start: what was told at its end replaces what was told at its onset."""
        told = [event for event in self.events if isinstance(event, RhythmEpisode)]
        latest = {(episode.start, episode.finding): episode for episode in told}
        return [episode for _, episode in sorted(latest.items())]

    @property
    def alerts(self) -> list[Alert]:
        """Each alert once, by its start; what was told at its end replaces what was told at its onset."""
        told = {(each.start, each.rule): each for each in self.events if isinstance(each, Alert)}
        return [alert for _, alert in sorted(told.items())]

    @property
    def burden(self) -> float | None:
        """Percent of the analysed time in atrial fibrillation, as told last; None for a record too short."""
        told = [event.whole for event in self.events if isinstance(event, AfBurden) and event.whole is not None]
        return round(told[-1], 2) if told else None

    def sample(self, index: int) -> int:
        """The record's own sample at the house index."""
        return min(max(device_index(index, self.rate), 0), self.n_samples - 1)


def write_json(analysis: Analysis, path: Path) -> None:
    """Write the analysis as JSON. The file is whole or not there."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(msgspec.json.format(msgspec.json.encode(_content(analysis)), indent=1))
    part.replace(path)


def write_annotations(analysis: Analysis, folder: Path, extension: str) -> None:
    """Write the beats as the WFDB annotation file `folder`/record.extension, with the symbols N, S, V, F and Q."""
    beats = analysis.beats
    if not beats:
        (folder / f"{analysis.record}.{extension}").write_bytes(_NO_ANNOTATIONS)
        return
    import wfdb  # noqa: PLC0415  with pandas 70 MB, of which the slow lane needs nothing while it analyses

    samples = np.array([analysis.sample(beat.index) for beat in beats])
    symbols = [beat.beat_class.value for beat in beats]
    wfdb.wrann(analysis.record, extension, samples, symbols, fs=analysis.rate, write_dir=str(folder))


def _content(analysis: Analysis) -> dict[str, Any]:
    settled = analysis.settled_beats
    rhythm, probability = rhythm_of_record(settled)
    return {
        "record": analysis.record,
        "sampling_rate": analysis.rate,
        "n_samples": analysis.n_samples,
        "lead": analysis.lead,
        "beats": [_beat(beat, live, analysis) for beat, live in zip(settled, analysis.beats, strict=True)],
        "rhythm": {
            "label": rhythm.value,
            "probability": round(probability, 4),
            "sure": probability >= RHYTHM_SURE,
        },
        "episodes": _episodes(analysis),
        "alerts": [_alert(alert, analysis) for alert in analysis.alerts],
        "model": analysis.model,
        "af_burden": analysis.burden,
        "vitals": _vitals(analysis),
        "quality": [
            {"sample": analysis.sample(event.index), "quality": event.quality.value, "reason": event.reason.value}
            for event in analysis.events
            if isinstance(event, QualityChange)
        ],
        "gaps": [
            {"start": analysis.sample(event.start), "end": analysis.sample(event.end)}
            for event in analysis.events
            if isinstance(event, SignalGap)
        ],
    }


def _beat(beat: Beat, live: Beat, analysis: Analysis) -> dict[str, Any]:
    """One beat: `beat` has its settled rhythm, `live` the one that it came with."""
    return {
        "sample": analysis.sample(beat.index),
        "rr_ms": None if beat.rr is None else to_milliseconds(beat.rr),
        "beat_class": beat.beat_class.value,
        "beat_probability": beat.class_probabilities[BEAT_CLASSES.index(beat.beat_class)],
        "beat_sure": beat.class_sure,
        "rhythm": beat.rhythm.value,
        "rhythm_probability": beat.rhythm_probabilities[RHYTHMS.index(beat.rhythm)],
        "rhythm_sure": beat.rhythm_sure,
        "rhythm_live": live.rhythm.value,
        "rhythm_live_probability": live.rhythm_probabilities[RHYTHMS.index(live.rhythm)],
    }


def _episodes(analysis: Analysis) -> list[dict[str, Any]]:
    return [
        {
            "finding": episode.finding.value,
            "start": analysis.sample(episode.start),
            "end": None if episode.end is None else analysis.sample(episode.end),
        }
        for episode in analysis.episodes
    ]


def _alert(alert: Alert, analysis: Analysis) -> dict[str, Any]:
    return {
        "rule": alert.rule.value,
        "priority": alert.priority.value,
        "start": analysis.sample(alert.start),
        "end": None if alert.end is None else analysis.sample(alert.end),
        "value": alert.evidence.value,
        "limit": alert.evidence.limit,
        "unit": RULES[alert.rule].unit,
    }


def _vitals(analysis: Analysis) -> dict[str, Any]:
    told = [event for event in analysis.events if isinstance(event, VitalSigns)]
    series: list[dict[str, Any]] = [{"sample": analysis.sample(one.index)} | _numbers(one, _NUMBERS) for one in told]
    usual = {name: _median([point[name] for point in series]) for name in _NUMBERS}
    days = (_numbers(one, _DAY_NUMBERS) for one in reversed(told) if one.hours_24h is not None)
    return usual | next(days, dict.fromkeys(_DAY_NUMBERS)) | {"series": series}


def _numbers(vitals: VitalSigns, names: Sequence[str]) -> dict[str, float | None]:
    numbers = {name: getattr(vitals, name) for name in names}
    return {name: None if number is None else round(number, 2) for name, number in numbers.items()}


def _median(numbers: Sequence[float | None]) -> float | None:
    shown = [number for number in numbers if number is not None]
    return round(median(shown), 2) if shown else None
