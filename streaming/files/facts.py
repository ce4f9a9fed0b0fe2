"""What a file says of itself, what a person adds, and what is read of it. Travels between processes as JSON. Pure."""

from dataclasses import dataclass

from ecg.rates import MAX_DEVICE_RATE, MIN_DEVICE_RATE

PER_MILLIVOLT = {"mV": 1.0, "uV": 1e3, "µV": 1e3, "V": 1e-3, "nV": 1e6}
"""Unit -> how many of them make a millivolt."""
MAX_LEADS = 64
MAX_SAMPLES = 1 << 28
"""Of one lead: twelve days at 250 Hz."""
LEAST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """A lead that a file offers: rate in Hz and unit where the file says them, else None.

    preview: values in the file's own unit, evenly spaced over its first `preview_seconds` (0: the rate is not known).
    """

    name: str
    samples: int
    rate: float | None
    unit: str | None
    preview: tuple[float, ...] = ()
    preview_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class TableFacts:
    """How a text table was understood: its delimiter, decimal sign, column names and first rows, the time column."""

    delimiter: str
    decimal: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    time_column: int | None


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is. started: its first sample's moment as the file's clock had it, ISO 8601 without a zone."""

    format: str
    leads: tuple[LeadFacts, ...]
    started: str | None = None
    table: TableFacts | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which lead is wanted, and what the file does not say of it. per_millivolt: how many of its units make one."""

    lead: int = 0
    rate: float | None = None
    per_millivolt: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """`count` samples without a gap from device sample `start` on."""

    start: int
    count: int


@dataclass(frozen=True, slots=True)
class ReadLead:
    """A lead as it was read: rate in Hz, gain in units per millivolt. Its samples, int16, lie in a file, run by run."""

    lead_name: str
    rate: float
    gain: float
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not read: a key of the catalogue of words (`files.…`), and what stands in its braces."""

    key: str
    facts: dict[str, str]


class FileRefusedError(Exception):
    """A file cannot be used; `refusal` says why in words that a person reads."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key, facts)
        self.refusal = Refusal(f"files.{key}", {name: str(value)[:200] for name, value in facts.items()})


def checked_rate(rate: float | None) -> float:
    """A rate that the pipeline can use, Hz. Raises FileRefusedError."""
    if rate is None:
        raise FileRefusedError("no_rate")
    if not MIN_DEVICE_RATE <= rate <= MAX_DEVICE_RATE:  # also where it is not a number
        raise FileRefusedError("rate", rate=f"{rate:g}", low=f"{MIN_DEVICE_RATE:g}", high=f"{MAX_DEVICE_RATE:g}")
    return rate


def checked_length(samples: int, rate: float) -> None:
    """Whether a recording is neither empty nor endless. Raises FileRefusedError."""
    if samples > MAX_SAMPLES:
        raise FileRefusedError("too_long", samples=samples, most=MAX_SAMPLES)
    if samples < LEAST_SECONDS * rate:
        raise FileRefusedError("too_short", seconds=f"{samples / rate:.2g}", least=f"{LEAST_SECONDS:g}")
