"""What raises an alert: ONE table. `alerts.AlertBoard` follows it; docs/CLINICAL.md tells it to people.

IEC 60601-1-8 leaves the priority of a condition to the maker. The conditions and their order are those of ward monitors
(Philips HeartStart XL+ 861290, Edan elite V6); atrial fibrillation is told at its onset and its end only, and a single
ventricular beat never (Drew et al., PLoS ONE 9(10):e110274, on where alarm fatigue comes from).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ecg.findings import Finding
from ecg.limits import Limits
from ecg.rates import to_samples


class Priority(StrEnum):
    """How soon somebody has to look, as IEC 60601-1-8 names it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


URGENCY: Mapping[Priority, int] = {Priority.HIGH: 2, Priority.MEDIUM: 1, Priority.LOW: 0}
"""The more urgent the greater."""


class AlertName(StrEnum):
    """The conditions. Their long and short names on screens: alert.<name> and alert.<name>_short in assets/words."""

    ASYSTOLE = "asystole"
    FIBRILLATION = "vf"
    TACHYCARDIA = "vt"
    EXTREME_HIGH = "extreme_high"
    EXTREME_LOW = "extreme_low"
    PAUSE = "pause"
    RUN = "v_run"
    AF_ONSET = "af_onset"
    AF_END = "af_end"
    RATE_HIGH = "hr_high"
    RATE_LOW = "hr_low"
    ECTOPY = "ectopy"
    BIGEMINY = "bigeminy"
    AF_BURDEN = "af_burden"
    LEAD_OFF = "lead_off"
    POOR_SIGNAL = "poor_signal"
    NO_DATA = "no_data"
    BATTERY = "battery"
    CLOCK = "clock"
    STORAGE = "storage"
    WORKER_LAG = "worker_lag"


class Needs(StrEnum):
    """What the signal must be for a condition to be believed."""

    GOOD = "good signal"
    VENTRICULAR = "good signal, or beats that are plainly ventricular"
    NONE = "nothing"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One condition.

    delay_s: how long it has to last before it is told, counted from its onset. hold_s: how long it must be gone before
    the alert is over; what returns within that is the same alert. stands: the hold counts in good signal only, because
    a lost signal says nothing of the heart. unit: of the number in the evidence and of its limit. begins: that limit
    where it is the same for everybody. rises_s: after so long a low alert becomes a medium one. under: while one of
    these is told, this one is not.
    """

    name: AlertName
    priority: Priority
    delay_s: float
    hold_s: float
    needs: Needs
    unit: str
    finding: Finding | None = None
    begins: float | None = None
    ends: float | None = None
    stands: bool = False
    rises_s: float | None = None
    under: tuple[AlertName, ...] = ()

    @property
    def delay(self) -> int:
        """`delay_s` in samples."""
        return to_samples(self.delay_s)

    @property
    def hold(self) -> int:
        """`hold_s` in samples."""
        return to_samples(self.hold_s)

    @property
    def latches(self) -> bool:
        """Whether it waits for a person after its end."""
        return self.priority is Priority.HIGH

    def priority_after(self, seconds: float) -> Priority:
        """The priority of an alert that has lasted so long."""
        rises = self.rises_s is not None and seconds >= self.rises_s and self.priority is Priority.LOW
        return Priority.MEDIUM if rises else self.priority


_HIGH, _MEDIUM, _LOW = Priority.HIGH, Priority.MEDIUM, Priority.LOW
_GOOD, _VENTRICULAR, _NONE = Needs.GOOD, Needs.VENTRICULAR, Needs.NONE
_GRAVE = (AlertName.ASYSTOLE, AlertName.FIBRILLATION, AlertName.TACHYCARDIA)

_ROWS = (
    AlertRule(AlertName.ASYSTOLE, _HIGH, 0, 2, _GOOD, "s", Finding.ASYSTOLE, 4),
    AlertRule(AlertName.FIBRILLATION, _HIGH, 0, 10, _GOOD, "s", Finding.VENTRICULAR_FIBRILLATION, 3),
    AlertRule(
        *(AlertName.TACHYCARDIA, _HIGH, 0, 10, _VENTRICULAR, "/min", Finding.VENTRICULAR_TACHYCARDIA, 100),
        under=(AlertName.FIBRILLATION,),
    ),
    AlertRule(AlertName.EXTREME_HIGH, _MEDIUM, 4, 6, _GOOD, "/min", under=_GRAVE),
    AlertRule(AlertName.EXTREME_LOW, _MEDIUM, 4, 6, _GOOD, "/min", under=_GRAVE),
    AlertRule(AlertName.PAUSE, _MEDIUM, 0, 30, _GOOD, "s", Finding.PAUSE, under=_GRAVE),
    AlertRule(AlertName.RUN, _MEDIUM, 0, 120, _VENTRICULAR, "beats", Finding.VENTRICULAR_RUN, 3, under=_GRAVE),
    AlertRule(AlertName.AF_ONSET, _MEDIUM, 30, 120, _GOOD, "s", Finding.ATRIAL_FIBRILLATION, 30, stands=True),
    AlertRule(AlertName.AF_END, _MEDIUM, 0, 60, _GOOD, "s"),
    AlertRule(AlertName.RATE_HIGH, _LOW, 4, 30, _GOOD, "/min", under=(*_GRAVE, AlertName.EXTREME_HIGH)),
    AlertRule(AlertName.RATE_LOW, _LOW, 4, 30, _GOOD, "/min", under=(*_GRAVE, AlertName.EXTREME_LOW)),
    AlertRule(
        *(AlertName.ECTOPY, _LOW, 0, 300, _GOOD, "/min", None, 10, 6),
        under=(*_GRAVE, AlertName.RUN, AlertName.BIGEMINY),
    ),
    AlertRule(AlertName.BIGEMINY, _LOW, 10, 60, _GOOD, "beats", Finding.BIGEMINY, 3, under=_GRAVE),
    AlertRule(AlertName.AF_BURDEN, _LOW, 0, 0, _NONE, "%", None, 23, 20),
    AlertRule(AlertName.LEAD_OFF, _LOW, 3, 2, _NONE, "", rises_s=60),
    AlertRule(AlertName.POOR_SIGNAL, _LOW, 15, 5, _NONE, "", rises_s=300),
    AlertRule(AlertName.NO_DATA, _LOW, 10, 0, _NONE, "", rises_s=60),
    AlertRule(AlertName.BATTERY, _LOW, 0, 0, _NONE, "%", None, 15, 20),
    AlertRule(AlertName.CLOCK, _LOW, 0, 0, _NONE, "%", None, 1),
    AlertRule(AlertName.STORAGE, _MEDIUM, 0, 0, _NONE, ""),
    AlertRule(AlertName.WORKER_LAG, _MEDIUM, 5, 0, _NONE, "s", None, 5),
)
RULES: Mapping[AlertName, AlertRule] = {rule.name: rule for rule in _ROWS}
"""All of them, the gravest first."""

BURDEN_AFTER = to_samples(5.5 * 3600)
"""AF burden of 24 h is told once this much was recorded. 5.5 h a day (23 %) is where TRENDS saw the risk of
thromboembolism rise (Glotzer et al., Circ. Arrhythm. Electrophysiol. 2:474, 2009)."""
EXTREME_ABOVE, EXTREME_MOST = 20.0, 200.0
EXTREME_BELOW, EXTREME_LEAST = 10.0, 30.0
RATE_MARGIN = 2.0
"""/min that the heart rate must be back within a limit before it counts as back."""


def rate_limits(limits: Limits) -> Mapping[AlertName, float]:
    """Where the heart rate is too high or too low, /min. The extreme limits follow the others as in the manual of
    Philips HeartStart XL+ 861290: 20 above the high one, at most 200; 10 below the low one, at least 30.
    """
    return {
        AlertName.RATE_HIGH: limits.hr_high,
        AlertName.RATE_LOW: limits.hr_low,
        AlertName.EXTREME_HIGH: max(limits.hr_high, min(limits.hr_high + EXTREME_ABOVE, EXTREME_MOST)),
        AlertName.EXTREME_LOW: min(limits.hr_low, max(limits.hr_low - EXTREME_BELOW, EXTREME_LEAST)),
    }
