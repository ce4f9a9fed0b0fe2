"""What questions about alerts are answered with. Pure."""

from dataclasses import dataclass

from ecg.alert_rules import AlertName
from ecg.alert_states import Happening
from ecg.types import Alert

AlertKey = tuple[str, AlertName, int]
"""Recording, rule, start."""


def key_of(alert: Alert) -> AlertKey:
    """By which it is known everywhere."""
    return alert.recording, alert.rule, alert.start


@dataclass(frozen=True, slots=True)
class AlertView:
    """A stored alert; began_ms: wall ms of its onset, by the device's clock while the alert desk has not had it.

    patient_id: whose recording it is, None where nobody knows.
    """

    alert: Alert
    began_ms: int
    patient_id: int | None


@dataclass(frozen=True, slots=True)
class ActView:
    """What somebody did about an alert. person: full name, None where the house did it by itself. at_ms: wall ms."""

    id: int
    key: AlertKey
    what: Happening
    person: str | None
    at_ms: int
    note: str


@dataclass(frozen=True, slots=True)
class PlanStep:
    """Who is called `after_s` seconds after an alert was told that nobody has seen. user_id: whose account that is."""

    person: str
    after_s: int
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class WatchedBed:
    """A bed and the newest recording of the device that its patient wears. until: device samples stored, None: none.

    rate in Hz; rate_error_ppm as in `RecordingView`. battery: percent, charging: what the device said at status_ms.
    """

    bed_id: int
    ward: str
    patient_id: int
    recording: str
    started_ms: int
    rate: float
    until: int | None
    rate_error_ppm: float | None
    rate_error_within_ppm: float | None
    battery: int | None = None
    charging: bool | None = None
    status_ms: int | None = None
