"""What queries answer with where the words of `ecg.types` do not reach: small frozen records."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class WardView:
    """A ward."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class PatientPlace:
    """A patient to be chosen: where he or she lies, None in no bed."""

    id: int
    initials: str
    name: str
    ward: str | None
    bed: str | None


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What a device said of itself at wall ms `at_ms`: battery in percent, None where it did not say; contact with the
    skin: "yes", "no" or "unknown".
    """

    battery: int | None
    charging: bool | None
    contact: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class BedView:
    """A bed and who lies in it; what is of the patient is None in an empty bed, of the device also without one.

    state: what the device said of itself last, however long ago.
    """

    ward: str
    bed: str
    bed_id: int
    patient_id: int | None
    initials: str | None
    device_id: int | None
    name: str | None = None
    state: DeviceState | None = None


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device that may send, unless it is revoked. exchanging: its old token may still be good.

    state: what it said of itself last; heard_ms: wall ms when it was connected last; None: never.
    """

    id: int
    patient_id: int | None
    label: str
    revoked: bool
    exchanging: bool
    state: DeviceState | None = None
    heard_ms: int | None = None


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
class MarkView:
    """A mark at house sample `index`, set at wall `at_ms`.

    symptom: what a patient chose, None where the ward set it. person: who of the ward set it, None for a patient.
    """

    id: int
    recording: str
    index: int
    words: str
    symptom: str | None
    person: str | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class UserView:
    """A person who may log in, without the password's hash."""

    id: int
    name: str
    full_name: str
    role: str
    active: bool


NO_BEAT = "x"
"""In the place of a class: there is no beat."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of a beat. letter: of its class, `NO_BEAT` where there is none, None where it was
    given back to the network. at_ms: wall ms.
    """

    letter: str | None
    person: str
    at_ms: int
