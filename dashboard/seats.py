"""Which recording belongs on which bed: the newest of the device that the bed's patient wears. Pure."""

from collections.abc import Iterable, Mapping

from dashboard.rooms import Room
from dashboard.screen import BedSeat, RateLimits
from db.views import BedView
from ecg.limits import USUAL, sensible_limits
from streaming.codec import RecordingFacts


def newest_recordings(facts: Iterable[RecordingFacts]) -> dict[int, RecordingFacts]:
    """Device -> its recording that started last."""
    newest: dict[int, RecordingFacts] = {}
    for fact in sorted(facts, key=lambda fact: (fact.started_ms, fact.recording)):
        newest[fact.device] = fact
    return newest


def seats(
    beds: Iterable[BedView],
    facts: Iterable[RecordingFacts],
    rooms: Mapping[str, Room],
    held: Mapping[int, Mapping[str, float]],
) -> list[BedSeat]:
    """The directory for the screens, in the order of `beds`. held: patient -> limit -> value, as people set them."""
    newest = newest_recordings(facts)
    return [_seat(bed, newest.get(bed.device_id) if bed.device_id is not None else None, rooms, held) for bed in beds]


def _limits(patient_id: int | None, held: Mapping[int, Mapping[str, float]]) -> RateLimits | None:
    """By which ingest has this patient judged: the usual ones, too, where what was set makes no sense."""
    if patient_id is None:
        return None
    limits = sensible_limits(held.get(patient_id, {})) or USUAL
    return RateLimits(limits.hr_low, limits.hr_high)


def _seat(
    bed: BedView, fact: RecordingFacts | None, rooms: Mapping[str, Room], held: Mapping[int, Mapping[str, float]]
) -> BedSeat:
    room = rooms.get(fact.recording) if fact else None
    return BedSeat(
        ward=bed.ward,
        bed=bed.bed,
        bed_id=bed.bed_id,
        patient_id=bed.patient_id,
        initials=bed.initials,
        limits=_limits(bed.patient_id, held),
        channel=room.channel if room else None,
        recording=fact.recording if fact and room else None,
        lead=fact.lead if fact else None,
    )
