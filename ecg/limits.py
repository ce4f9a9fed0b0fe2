"""What a person may set for a patient, and within which bounds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ecg.rates import to_samples

ASYSTOLE = to_samples(4.0)
"""EC13 and IEC 60601-2-27 ask that cardiac standstill is told within 10 s; 4 s is what ward monitors take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """By what a recording is judged. pause: samples without a beat, shorter than `ASYSTOLE`. Raises ValueError."""

    pause: int = to_samples(2.0)

    def __post_init__(self) -> None:
        if not 0 < self.pause < ASYSTOLE:
            raise ValueError(f"a pause of {self.pause} samples; it must be above 0 and below {ASYSTOLE}")


USUAL = Limits()
"""Where nobody has set another one."""


@dataclass(frozen=True, slots=True)
class LimitKind:
    """How people see one of the `Limits`: `usual`, its bounds and its steps in `unit`, and how the number is taken in.

    Bounds lie inside what `Limits` takes; between them every step is shown with one decimal.
    """

    unit: str
    usual: float
    least: float
    most: float
    step: float
    taken: Callable[[float], int]

    def shown(self, value: float | None = None) -> str:
        """`value` with its unit, the usual one for None."""
        return f"{self.usual if value is None else value:.1f} {self.unit}"


KINDS: Mapping[str, LimitKind] = {"pause": LimitKind("s", 2.0, 0.1, 3.9, 0.1, to_samples)}
"""By the name of the field in `Limits`."""


def limits_of(values: Mapping[str, float]) -> Limits:
    """Limits from what people set, by name and in the units of `KINDS`; the usual ones where nothing is set.

    Raises ValueError for a number that makes no sense.
    """
    return Limits(**{name: KINDS[name].taken(value) for name, value in values.items()})
