"""What a file does not say and a person has to, and whether what was said is enough. Pure."""

import math
from dataclasses import dataclass
from datetime import datetime

from ecg.rates import MAX_DEVICE_RATE, MIN_DEVICE_RATE
from streaming.files.facts import PER_MILLIVOLT, Choice, Look

EARLIEST = datetime(1950, 1, 1)
DIGITAL = "digital"
"""The unit of numbers as a converter gives them: a person says how many make a millivolt."""
MOST_PER_MILLIVOLT = 1e7


@dataclass(frozen=True, slots=True)
class Questions:
    """What has to be asked. table: whether the table was understood well is to be confirmed."""

    lead: bool
    rate: bool
    unit: bool
    start: bool
    table: bool

    @property
    def any(self) -> bool:
        """Whether a person is needed; the start alone may stay unknown."""
        return self.lead or self.rate or self.unit or self.table


@dataclass(frozen=True, slots=True)
class Typed:
    """A person's answers as typed; "" for none. start: as a browser's datetime-local field gives it."""

    lead: str = ""
    rate: str = ""
    unit: str = ""
    per_millivolt: str = ""
    start: str = ""


def questions(look: Look) -> Questions:
    """What a person has to say of these files."""
    return Questions(
        len(look.leads) > 1,
        any(lead.rate is None for lead in look.leads),
        any(lead.unit not in PER_MILLIVOLT for lead in look.leads),
        look.started is None,
        look.table is not None,
    )


def understood(look: Look, typed: Typed) -> tuple[Choice | None, dict[str, str]]:
    """(the choice, {}), or (None, field -> key of the catalogue that says what is expected there)."""
    wrong: dict[str, str] = {}
    lead = int(typed.lead) if typed.lead.isascii() and typed.lead.isdigit() else 0 if not typed.lead else -1
    if not 0 <= lead < len(look.leads):
        return None, {"lead": "upload.choose_lead"}
    facts = look.leads[lead]
    rate = facts.rate if facts.rate is not None else _number(typed.rate)
    if rate is None or not MIN_DEVICE_RATE <= rate <= MAX_DEVICE_RATE:
        wrong["rate"] = "upload.say_rate" if facts.rate is None else "upload.rate_of_file"
    per_millivolt = PER_MILLIVOLT.get(facts.unit or "") or _per_millivolt(typed, wrong)
    if typed.start and _start(typed.start) is None:
        wrong["start"] = "upload.say_start"
    return (None, wrong) if wrong else (Choice(lead, rate, per_millivolt), {})


def start_of(look: Look, typed: Typed) -> datetime | None:
    """The moment of the first sample by a clock without a zone: the typed one, else the file's own."""
    return _start(typed.start) or _start(look.started or "")


def _per_millivolt(typed: Typed, wrong: dict[str, str]) -> float | None:
    if typed.unit in PER_MILLIVOLT:
        return PER_MILLIVOLT[typed.unit]
    if typed.unit != DIGITAL:
        wrong["unit"] = "upload.choose_unit"
        return None
    value = _number(typed.per_millivolt)
    if value is None or not 0 < value <= MOST_PER_MILLIVOLT:
        wrong["per_millivolt"] = "upload.say_per_millivolt"
        return None
    return value


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _start(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=None) if moment.replace(tzinfo=None) >= EARLIEST else None
