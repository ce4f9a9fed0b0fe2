"""What queries answer with where the words of `ecg.types` do not reach: small frozen records."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.alert_rules import AlertName
from ecg.alert_states import Happening
from ecg.types import Alert


@dataclass(frozen=True, slots=True)
class BedView:
    """A bed and who lies in it; the last three are None in an empty bed, `device_id` also without a device."""

    ward: str
    bed: str
    bed_id: int
    patient_id: int | None
    initials: str | None
    device_id: int | None


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device that may send, unless it is revoked. exchanging: its old token may still be good."""

    id: int
    patient_id: int | None
    label: str
    revoked: bool
    exchanging: bool


@dataclass(frozen=True, slots=True)
class RecordingView:
    """A recording's facts: rate in Hz, gain in units per millivolt, `started_ms` wall ms of sample 0.

    rate_error_ppm: how much faster than `rate` its device samples, right within rate_error_within_ppm; None: not known.
    """

    id: str
    device_id: int
    patient_id: int | None
    rate: float
    gain: float
    lead: str
    started_ms: int
    rate_error_ppm: float | None = None
    rate_error_within_ppm: float | None = None


@dataclass(frozen=True, slots=True)
class NewRecording:
    """A recording as its device announced it: rate in Hz, gain in units per millivolt, wall ms of sample 0."""

    id: str
    device_id: int
    rate: float
    gain: float
    lead: str
    started_ms: int


@dataclass(frozen=True, slots=True)
class NewSegment:
    """Raw samples as sent: int16, shape (n,); `start` counts device samples."""

    recording: str
    start: int
    samples: NDArray[np.int16]

    @property
    def end(self) -> int:
        """One past the last sample."""
        return self.start + len(self.samples)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An entry of a stream that could not be used.

    origin: where it was, its natural key. recording: empty where nobody can tell. at_ms: wall ms when it was set aside.
    fields: all of the entry, packed.
    """

    origin: str
    stream: str
    recording: str
    at_ms: int
    reason: str
    fields: bytes


@dataclass(frozen=True, slots=True)
class LedgerView:
    """What was received of a recording, in device samples; `rate` of them make a second. See `db.models_recorder`.

    gaps: what is missing, [start, end) each, in order.
    """

    recording: str
    rate: float
    until: int
    missing: int
    late: int
    repeated: int
    purged: int
    gaps: tuple[tuple[int, int], ...] = ()

    @property
    def received(self) -> int:
        """Samples that came, each counted once."""
        return self.until - self.missing


@dataclass(frozen=True, slots=True)
class Overview:
    """A stretch of recording in at most some thousand points.

    start, step: seconds; point i covers [start + i × step, start + (i + 1) × step). cells: int16, shape (2, n), lowest
    and highest raw sample, the lowest above the highest where there is none. share: float64, shape (n,), 0 to 1, how
    much of the point's time was received.
    """

    start: float
    step: float
    cells: NDArray[np.int16]
    share: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SegmentView:
    """Raw samples as sent: int16, shape (n,); `start` counts device samples."""

    start: int
    samples: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class LimitSetting:
    """What somebody set for a patient: `value` in the unit of `ecg.limits.KINDS`, None back to the usual one.

    person: the full name. at_ms: wall ms. reason: as typed, "" for none.
    """

    value: float | None
    person: str
    at_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class UserView:
    """A person who may log in, without the password's hash."""

    id: int
    name: str
    full_name: str
    role: str
    active: bool


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
    """Who is called `after_s` seconds after an alert was told that nobody has seen."""

    person: str
    after_s: int


@dataclass(frozen=True, slots=True)
class WatchedBed:
    """A bed and the newest recording of the device that its patient wears. until: device samples stored, None: none.

    rate in Hz; rate_error_ppm as in `RecordingView`.
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
