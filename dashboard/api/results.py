"""What was found in a recording, page by page: beats and their classes, heart rate, RR, vital signs, episodes."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import seen_recording
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.paging import Page, page, place_of
from dashboard.api.recordings import LARGEST_INDEX
from dashboard.api.result_shapes import Classes, Episode, Episodes, FoundBeat, Gap, Interval, Rate, Signs
from db.corrections import beat_counts, shown_beats
from db.edited import shown_episodes
from db.findings import beats, gaps, vitals
from db.views import RecordingView
from ecg.corrections import CorrectedBeat
from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.rates import to_milliseconds, to_seconds
from ecg.types import VITAL_NUMBERS, Beat, VitalSigns

SEE = Need(Action.VIEW, ObjectKind.RECORDING)
MOST_ROWS = 5000


class SpanQuery(BaseModel):
    """What lies in [start, end), in samples at 250 Hz, page by page."""

    model_config = ConfigDict(extra="forbid")

    start: int = Field(0, ge=0, le=LARGEST_INDEX)
    end: int = Field(LARGEST_INDEX, ge=0, le=LARGEST_INDEX)
    limit: int = Field(1000, ge=1, le=MOST_ROWS, description="Items on a page.")
    cursor: str | None = Field(None, max_length=400, description="`next_cursor` of the page before.")

    def first(self) -> int:
        """Where this page begins."""
        place = place_of(self.cursor, (int,))
        return max(self.start, int(place[0]) + 1) if place else self.start


def _beats(call: Call[RecordingView, SpanQuery, Nothing]) -> Reply:
    asked, name = call.query, call.found.id
    shown, network = _shown(name, asked)
    told = page(shown, asked.limit, lambda beat: _beat(beat, network), lambda beat: (beat.index,))
    return Reply(told)


def _shown(name: str, asked: SpanQuery) -> tuple[list[Beat], dict[int, Beat]]:
    """The first beats as people have said they are, and what the network said of them."""
    start, end = asked.first(), asked.end
    until, network = start, dict[int, Beat]()
    while True:
        more = beats(door().engine, name, until, end, asked.limit + 1)
        network |= {beat.index: beat for beat in more}
        until = more[-1].index + 1 if len(more) > asked.limit else end
        shown = shown_beats(door().engine, name, start, until)
        if len(shown) > asked.limit or until == end:
            return shown[: asked.limit + 1], network


def _beat(of: Beat, network: Mapping[int, Beat]) -> FoundBeat:
    seen = network.get(of.index)
    shares = seen.class_probabilities if seen else of.class_probabilities
    classes = dict(zip(BEAT_CLASSES, (round(each, 4) for each in shares), strict=True))
    rhythms = dict(zip(RHYTHMS, (round(each, 4) for each in of.rhythm_probabilities), strict=True))
    return FoundBeat(
        index=of.index,
        at_s=to_seconds(of.index),
        rr_ms=None if of.rr is None else to_milliseconds(of.rr),
        beat_class=of.beat_class,
        network_class=seen.beat_class if seen else None,
        by_person=isinstance(of, CorrectedBeat),
        beat_sure=seen.class_sure if seen else True,
        rhythm=of.rhythm,
        rhythm_sure=of.rhythm_sure,
        class_probabilities={str(name): share for name, share in classes.items()},
        rhythm_probabilities={str(name): share for name, share in rhythms.items()},
    )


def _rr(call: Call[RecordingView, SpanQuery, Nothing]) -> Reply:
    asked = call.query
    shown, _ = _shown(call.found.id, asked)
    told = page(shown, asked.limit, _interval, lambda beat: (beat.index,))
    return Reply(Page[Interval](items=[each for each in told.items if each.rr_ms > 0], next_cursor=told.next_cursor))


def _interval(of: Beat) -> Interval:
    """0 ms where there is none."""
    rr_ms = to_milliseconds(of.rr or 0)
    return Interval(index=of.index, at_s=to_seconds(of.index), rr_ms=rr_ms, beat_class=of.beat_class)


def _heart_rates(call: Call[RecordingView, SpanQuery, Nothing]) -> Reply:
    told = page(_signs_of(call), call.query.limit, _rate, lambda each: (each.index,))
    known = [each for each in told.items if each.heart_rate > 0]
    return Reply(Page[Rate](items=known, next_cursor=told.next_cursor))


def _rate(of: VitalSigns) -> Rate:
    """0 where there is none."""
    return Rate(index=of.index, at_s=to_seconds(of.index), heart_rate=of.heart_rate or 0)


def _vital_signs(call: Call[RecordingView, SpanQuery, Nothing]) -> Reply:
    return Reply(page(_signs_of(call), call.query.limit, _signs, lambda each: (each.index,)))


def _signs_of(call: Call[RecordingView, SpanQuery, Nothing]) -> list[VitalSigns]:
    return vitals(door().engine, call.found.id, call.query.first(), call.query.end, call.query.limit + 1)


def _signs(of: VitalSigns) -> BaseModel:
    numbers = {name: getattr(of, name) for name in VITAL_NUMBERS}
    place = {"index": of.index, "at_s": to_seconds(of.index), "finding": of.finding.value}
    return Signs.model_validate({**place, "lf_hf": of.lf_hf, **numbers})


def _classes(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    counts = {str(name): count for name, count in beat_counts(door().engine, call.found.id).items()}
    return Reply(Classes(total=sum(counts.values()), counts=counts))


def _episodes(call: Call[RecordingView, SpanQuery, Nothing]) -> Reply:
    asked, name = call.query, call.found.id
    found = shown_episodes(door().engine, name, asked.start, asked.end)
    shown = [
        Episode(
            finding=each.finding.value,
            start=each.start,
            end=each.end,
            start_s=to_seconds(each.start),
            end_s=None if each.end is None else to_seconds(each.end),
        )
        for each in found
    ]
    absent = [Gap(start=each.start, end=each.end) for each in gaps(door().engine, name, asked.start, asked.end)]
    return Reply(Episodes(items=shown, gaps=absent))


_ONE, _TAG = "/recordings/{recording}", "results"
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", f"{_ONE}/beats", "list_beats", _TAG, "Beats with class and rhythm"),
        SEE,
        seen_recording,
        _beats,
        Page[FoundBeat],
        SpanQuery,
        Nothing,
    ),
    Operation(
        Route("GET", f"{_ONE}/classes", "get_classes", _TAG, "How many beats of each class"),
        SEE,
        seen_recording,
        _classes,
        Classes,
        Nothing,
        Nothing,
    ),
    Operation(
        Route("GET", f"{_ONE}/rr", "list_rr", _TAG, "RR intervals"),
        SEE,
        seen_recording,
        _rr,
        Page[Interval],
        SpanQuery,
        Nothing,
    ),
    Operation(
        Route("GET", f"{_ONE}/heart-rate", "list_heart_rates", _TAG, "Heart rate over time"),
        SEE,
        seen_recording,
        _heart_rates,
        Page[Rate],
        SpanQuery,
        Nothing,
    ),
    Operation(
        Route("GET", f"{_ONE}/vital-signs", "list_vital_signs", _TAG, "Heart rate and its variability over time"),
        SEE,
        seen_recording,
        _vital_signs,
        Page[Signs],
        SpanQuery,
        Nothing,
    ),
    Operation(
        Route("GET", f"{_ONE}/episodes", "list_episodes", _TAG, "Episodes, and what is missing"),
        SEE,
        seen_recording,
        _episodes,
        Episodes,
        SpanQuery,
        Nothing,
    ),
]
