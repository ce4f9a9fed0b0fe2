"""Which recording belongs on which bed: the newest of this patient, of the device that he or she wears. Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from dashboard.rooms import Room
from dashboard.screen import BedSeat, DeviceNow, RateLimits
from db.views import BedView, DeviceState
from ecg.limits import USUAL, sensible_limits
from streaming.codec import RecordingFacts

STATE_MS = 180_000
"""What a device said of itself longer ago than this is shown nowhere: it says it each minute."""


def newest_recordings(
    facts: Iterable[RecordingFacts], whose: Mapping[str, int | None]
) -> dict[tuple[int, int | None], RecordingFacts]:
    """Device and patient -> the recording that started last. whose: recording -> patient."""
    newest: dict[tuple[int, int | None], RecordingFacts] = {}
    for fact in sorted(facts, key=lambda fact: (fact.started_ms, fact.recording)):
        newest[fact.device, whose.get(fact.recording)] = fact
    return newest


def seats(
    beds: Iterable[BedView],
    facts: Iterable[RecordingFacts],
    rooms: Mapping[str, Room],
    held: Mapping[int, Mapping[str, float]],
    now_ms: int,
    whose: Mapping[str, int | None],
) -> list[BedSeat]:
    """The directory for the screens at wall ms `now_ms`, in the order of `beds`.

    held: patient -> limit -> value, as people set them. whose: recording -> patient. Names are in it: `unnamed` for who
    may not see them.
    """
    newest = newest_recordings(facts, whose)

    def worn(bed: BedView) -> RecordingFacts | None:
        return newest.get((bed.device_id, bed.patient_id)) if bed.device_id and bed.patient_id else None

    return [_seat(bed, worn(bed), rooms, held, now_ms) for bed in beds]


def unnamed(seat: BedSeat) -> BedSeat:
    """The same without the patient's name."""
    return seat if seat.name is None else msgspec.structs.replace(seat, name=None)


def _device(state: DeviceState | None, now_ms: int) -> DeviceNow | None:
    """What a device said long ago is not true now."""
    if state is None or now_ms - state.at_ms > STATE_MS:
        return None
    return DeviceNow(state.battery, state.charging, state.contact)


def _limits(patient_id: int | None, held: Mapping[int, Mapping[str, float]]) -> RateLimits | None:
    """By which ingest has this patient judged: the usual ones, too, where what was set makes no sense."""
    if patient_id is None:
        return None
    limits = sensible_limits(held.get(patient_id, {})) or USUAL
    return RateLimits(limits.hr_low, limits.hr_high)


def _seat(
    bed: BedView,
    fact: RecordingFacts | None,
    rooms: Mapping[str, Room],
    held: Mapping[int, Mapping[str, float]],
    now_ms: int,
) -> BedSeat:
    room = rooms.get(fact.recording) if fact else None
    return BedSeat(
        ward=bed.ward,
        bed=bed.bed,
        bed_id=bed.bed_id,
        patient_id=bed.patient_id,
        initials=bed.initials,
        name=bed.name or None,
        limits=_limits(bed.patient_id, held),
        device=_device(bed.state, now_ms),
        channel=room.channel if room else None,
        recording=fact.recording if fact and room else None,
        lead=fact.lead if fact else None,
    )
