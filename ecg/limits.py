"""What a person may set for a patient, and within which bounds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

from ecg.rates import to_samples

ASYSTOLE = to_samples(4.0)
"""EC13 and IEC 60601-2-27 ask that cardiac standstill is told within 10 s; 4 s is what ward monitors take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """By what a recording is judged. pause: samples without a beat, shorter than `ASYSTOLE`. hr_low, hr_high: beats per
    minute that the heart rate should not leave; the low one is below the high one. Raises ValueError.
    """

    pause: int = to_samples(2.0)
    hr_low: float = 50.0
    hr_high: float = 120.0

    def __post_init__(self) -> None:
        if not 0 < self.pause < ASYSTOLE:
            raise ValueError(f"a pause of {self.pause} samples; it must be above 0 and below {ASYSTOLE}")
        if not 0 < self.hr_low < self.hr_high < inf:
            raise ValueError(
                f"a heart rate of {self.hr_low} to {self.hr_high} /min; the low limit must be below the high"
            )


@dataclass(frozen=True, slots=True)
class LimitsChange:
    """From `index` on the recording is judged by `limits`."""

    recording: str
    index: int
    limits: Limits


USUAL = Limits()
"""Where nobody has set another one."""


@dataclass(frozen=True, slots=True)
class LimitKind:
    """How people see one of the `Limits`: `usual`, its bounds and its steps in `unit`, and how the number is taken in.

    Bounds lie inside what `Limits` takes; between them every step is shown with `decimals`.
    """

    unit: str
    usual: float
    least: float
    most: float
    step: float
    decimals: int
    taken: Callable[[float], float]

    def number(self, value: float | None = None) -> str:
        """`value` as it is shown and typed, the usual one for None."""
        return f"{self.usual if value is None else value:.{self.decimals}f}"

    def shown(self, value: float | None = None) -> str:
        """`value` with its unit, the usual one for None."""
        return f"{self.number(value)} {self.unit}"


KINDS: Mapping[str, LimitKind] = {
    "pause": LimitKind("s", 2.0, 0.1, 3.9, 0.1, 1, to_samples),
    "hr_low": LimitKind("/min", 50.0, 20.0, 150.0, 1.0, 0, float),
    "hr_high": LimitKind("/min", 120.0, 60.0, 250.0, 1.0, 0, float),
}
"""By the name of the field in `Limits`. The heart rate's bounds lie inside those of ward monitors (Mindray BeneView T1,
A.8.1: 15 to 300 /min in steps of 1, the low one below the high one): what lies outside is a slip of the finger.
"""


def limits_of(values: Mapping[str, float]) -> Limits:
    """Limits from what people set, by name and in the units of `KINDS`; the usual ones where nothing is set.

    Raises ValueError for a number that makes no sense.
    """
    return Limits(**{name: KINDS[name].taken(value) for name, value in values.items()})  # type: ignore[arg-type]


def sensible_limits(values: Mapping[str, float]) -> Limits | None:
    """`limits_of` what was stored, however it came there; names of a later version are passed over. None: nonsense."""
    try:
        return limits_of({name: value for name, value in values.items() if name in KINDS})
    except (ValueError, OverflowError):
        return None


def in_force(of_ward: Mapping[str, float], of_patient: Mapping[str, float]) -> Mapping[str, float]:
    """The patient's own before the ward's. Where the two contradict each other (after a move to another ward) the
    patient's own hold, with the usual ones beside them.
    """
    both = {**of_ward, **of_patient}
    return both if sensible_limits(both) is not None else dict(of_patient)
