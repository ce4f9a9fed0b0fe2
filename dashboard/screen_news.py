"""What the gateway tells a browser of single events (docs/GATEWAY.md). Pure."""

import msgspec

from dashboard.parts import CorrectedPart, EventPart, SettledPart, ShownEvent
from ecg.types import AfBurden, Beat, QualityChange, RhythmEpisode, SignalGap, VitalSigns


class BeatNews(msgspec.Struct, frozen=True, tag="beat", tag_field="kind"):
    """A labelled beat. rr in samples; sign: the one letter it is drawn with."""

    channel: int
    index: int
    rr: int | None
    sign: str


class SettledNews(msgspec.Struct, frozen=True, tag="settled", tag_field="kind"):
    """What comes after the beat at `index` is known: from now on it is drawn with this sign."""

    channel: int
    index: int
    sign: str


class CorrectedNews(msgspec.Struct, frozen=True, tag="corrected", tag_field="kind"):
    """A person has said what the beat at `index` is, or (by_person false) taken it back: it is drawn with this sign."""

    channel: int
    index: int
    sign: str
    by_person: bool


class VitalsNews(msgspec.Struct, frozen=True, tag="vitals", tag_field="kind"):
    """`ecg.types.VitalSigns` for the screen: its numbers by their names, and lf_hf."""

    channel: int
    index: int
    finding: str
    heart_rate: float | None
    rr_last: float | None
    rr_mean: float | None
    sdnn: float | None
    rmssd: float | None
    pnn50: float | None
    nn_used: float | None
    sd1: float | None
    sd2: float | None
    triangular_index: float | None
    lf: float | None
    hf: float | None
    lf_hf: float | None
    total_power: float | None
    sdnn_24h: float | None
    sdann_24h: float | None
    sdnn_index_24h: float | None
    triangular_index_24h: float | None
    nn_used_24h: float | None
    hours_24h: float | None


_SHOWN_NUMBERS = VitalsNews.__struct_fields__[3:]


class QualityNews(msgspec.Struct, frozen=True, tag="quality", tag_field="kind"):
    """From `index` on the signal has this quality."""

    channel: int
    index: int
    quality: str
    reason: str


class GapNews(msgspec.Struct, frozen=True, tag="gap", tag_field="kind"):
    """Nothing was received in [start, end)."""

    channel: int
    start: int
    end: int


class EpisodeNews(msgspec.Struct, frozen=True, tag="episode", tag_field="kind"):
    """A rhythm that lasts from `start` on; end is null while it goes on."""

    channel: int
    finding: str
    start: int
    end: int | None


class BurdenNews(msgspec.Struct, frozen=True, tag="burden", tag_field="kind"):
    """`ecg.types.AfBurden` for the screen."""

    channel: int
    index: int
    hour: float | None
    day: float | None
    whole: float | None


News = BeatNews | SettledNews | CorrectedNews | VitalsNews | QualityNews | GapNews | EpisodeNews | BurdenNews


def news_of(part: EventPart | SettledPart | CorrectedPart) -> News:
    """What a screen is told of a part that is no trace."""
    if isinstance(part, CorrectedPart):
        return CorrectedNews(part.channel, part.index, part.sign, part.by_person)
    if isinstance(part, SettledPart):
        return SettledNews(part.channel, part.beat.index, part.beat.sign)
    return _event_news(part.channel, part.event)


def _event_news(channel: int, event: ShownEvent) -> News:
    match event:
        case Beat():
            return BeatNews(channel, event.index, event.rr, event.sign)
        case VitalSigns(index=index, finding=finding):
            return VitalsNews(channel, index, finding.value, *(getattr(event, name) for name in _SHOWN_NUMBERS))
        case QualityChange():
            return QualityNews(channel, event.index, event.quality.value, event.reason.value)
        case SignalGap():
            return GapNews(channel, event.start, event.end)
        case RhythmEpisode():
            return EpisodeNews(channel, event.finding.value, event.start, event.end)
        case AfBurden():
            return BurdenNews(channel, event.index, event.hour, event.day, event.whole)
