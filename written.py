"""How times and numbers are written on screens; assets/written.js is the same for the browser.

Times of day are those of the reader's time zone, which the browser tells (assets/theme.js).
"""

from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from words import t

THIN_SPACE = "\u2009"
_zone: ContextVar[ZoneInfo | None] = ContextVar("zone", default=None)


def stand_in(name: str) -> None:
    """Write times for this time zone ("Asia/Shanghai") from now on; for the machine's own where there is none such."""
    _zone.set(_known_zone(name))


def clock(wall_ms: float) -> str:
    """Time of day, as 02:14:37."""
    return f"{_at(wall_ms):%H:%M:%S}"


def moment(wall_ms: float) -> str:
    """Day and time, as 27 Nov 14:02."""
    at = _at(wall_ms)
    return t("time.moment", day=at.day, month=t(f"time.month_{at.month}"), clock=f"{at:%H:%M}")


def instant(wall_ms: float) -> str:
    """Day and time to the second, as 2026-11-27 14:02:31."""
    return f"{_at(wall_ms):%Y-%m-%d %H:%M:%S}"


def date(wall_ms: float) -> str:
    """The reader's day, as 2026-11-27."""
    return f"{_at(wall_ms):%Y-%m-%d}"


def time_field(wall_ms: float) -> str:
    """For <input type=datetime-local>, as 2026-11-27T14:02."""
    return f"{_at(wall_ms):%Y-%m-%dT%H:%M}"


def wall_ms_of(typed: str) -> int:
    """Wall ms of what a field for day and time holds, "2026-11-27T14:02", by the reader's clock. Raises ValueError."""
    at, zone = datetime.fromisoformat(typed), _zone.get()
    try:
        return round(1000 * (at.replace(tzinfo=zone) if zone else at).timestamp())
    except (OverflowError, OSError) as error:
        raise ValueError(typed) from error


def utc_offset_ms(wall_ms: float) -> int:
    """How far the clock of the reader is ahead of UTC at this time."""
    offset = _at(wall_ms).astimezone(_zone.get()).utcoffset()
    return 0 if offset is None else round(1000 * offset.total_seconds())


def wall_ms_at(clock_time: datetime) -> int:
    """Wall ms at which the reader's clock shows this time; `clock_time` has no zone."""
    return round(1000 * clock_time.replace(tzinfo=_zone.get()).timestamp())


def duration(seconds: float) -> str:
    """In words, as 48 s, 6 min 12 s or 2 h 5 min. What is shorter than a second is never said to last none."""
    whole = round(seconds)
    if 0 < seconds < 1:
        return t("time.seconds", seconds=f"{max(0.1, seconds):.1f}")
    if whole < 60:
        return t("time.seconds", seconds=whole)
    if whole < 3600:
        return t("time.minutes", minutes=whole // 60, seconds=whole % 60)
    return t("time.hours", hours=whole // 3600, minutes=whole % 3600 // 60)


def number(value: float, decimals: int = 0) -> str:
    """With a thin space between thousands, as 97 843."""
    return f"{value:,.{decimals}f}".replace(",", THIN_SPACE)


def percent(share: float, decimals: int = 0) -> str:
    """A share of 1, as 98 %."""
    return t("number.percent", number=number(100 * share, decimals))


def unit(symbol: str) -> str:
    """A unit as it stands beside a number: /min has a name in some languages."""
    return t("number.per_minute") if symbol == "/min" else symbol


def _at(wall_ms: float) -> datetime:
    return datetime.fromtimestamp(wall_ms / 1000, _zone.get())


def _known_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # no such zone, no path inside its folder, a folder of zones
        return None
