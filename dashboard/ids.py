"""Ids of the parts of the bedside page, each named once."""

URL = "url"
TICK = "tick"
THEME = "theme"
AS_OF = "as-of"
TACHOGRAM = "tachogram"
POINCARE = "poincare"
RATE_TREND = "rate-trend"
SPREAD_TREND = "spread-trend"
PNN50_TREND = "pnn50-trend"
RECEIVED = "received"
COUNTS = "beat-counts"
EPISODES = "episodes"


def limit(name: str) -> str:
    """Where the words about a limit stand; name: in `ecg.limits.KINDS`."""
    return f"{name.replace('_', '-')}-limit"


def limit_buttons(name: str) -> str:
    """Where the buttons of a limit stand."""
    return f"{limit(name)}-buttons"
