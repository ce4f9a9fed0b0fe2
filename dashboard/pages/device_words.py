"""How a device stands, in words."""

from dataclasses import dataclass

from db.device_lists import ListedDevice
from words import t
from written import moment, percent

LIVE_MS = 150_000
"""A device that was connected within this is so now: it is written down each minute, and when it leaves."""


@dataclass(frozen=True, slots=True)
class DeviceWords:
    """state: whether it may send; battery, contact with the skin: as it said, "–" where nothing is known; heard: when
    it was connected last.
    """

    state: str
    battery: str
    contact: str
    heard: str


def state_words(known: ListedDevice, now_ms: int) -> DeviceWords:
    """The words at wall ms `now_ms`."""
    return DeviceWords(_state(known), _battery(known, now_ms), _contact(known, now_ms), _heard(known, now_ms))


def _state(known: ListedDevice) -> str:
    if known.revoked:
        return t("device.is_revoked")
    if known.patient_id is None:
        return t("device.is_free")
    if known.paired_ms is None and known.created_ms is not None:
        return t("device.waits")
    return t("device.may_send")


def _battery(known: ListedDevice, now_ms: int) -> str:
    """What it said long ago stands with the time when it did."""
    if known.battery is None or known.status_ms is None:
        return "–"
    charging = f" {t('device.charging')}" if known.charging else ""
    when = f", {moment(known.status_ms)}" if now_ms - known.status_ms > LIVE_MS else ""
    return f"{percent(known.battery / 100)}{charging}{when}"


def _contact(known: ListedDevice, now_ms: int) -> str:
    """Long ago is not now: then nothing is said."""
    fresh = known.status_ms is not None and now_ms - known.status_ms <= LIVE_MS
    return t(f"device.contact_{known.contact}") if fresh and known.contact in ("yes", "no") else "–"


def _heard(known: ListedDevice, now_ms: int) -> str:
    newest = max(known.heard_ms or 0, known.status_ms or 0)
    if not newest:
        return t("device.never")
    return t("device.now") if now_ms - newest < LIVE_MS else moment(newest)
