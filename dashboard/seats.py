"""Which recording belongs on which bed: the newest of the device that the bed's patient wears. Pure."""

from collections.abc import Iterable, Mapping

from dashboard.rooms import Room
from dashboard.screen import BedSeat
from db.views import BedView
from streaming.codec import RecordingFacts


def newest_recordings(facts: Iterable[RecordingFacts]) -> dict[int, RecordingFacts]:
    """Device -> its recording that started last."""
    newest: dict[int, RecordingFacts] = {}
    for fact in sorted(facts, key=lambda fact: (fact.started_ms, fact.recording)):
        newest[fact.device] = fact
    return newest


def seats(beds: Iterable[BedView], facts: Iterable[RecordingFacts], rooms: Mapping[str, Room]) -> list[BedSeat]:
    """The directory for the screens, in the order of `beds`."""
    newest = newest_recordings(facts)
    return [_seat(bed, newest.get(bed.device_id) if bed.device_id is not None else None, rooms) for bed in beds]


def _seat(bed: BedView, fact: RecordingFacts | None, rooms: Mapping[str, Room]) -> BedSeat:
    room = rooms.get(fact.recording) if fact else None
    return BedSeat(
        ward=bed.ward,
        bed=bed.bed,
        bed_id=bed.bed_id,
        patient_id=bed.patient_id,
        initials=bed.initials,
        channel=room.channel if room else None,
        recording=fact.recording if fact and room else None,
        lead=fact.lead if fact else None,
    )
