"""Ids of the parts of the bedside page, each named once."""

URL = "url"
TICK = "tick"
"""Counts up when the page asks for news (assets/charts.js)."""
SLOW_TICK = "slow-tick"
"""The same for what is made of many stored samples."""
THEME = "theme"
SPAN = "span"
"""Which of `trend_figures.RANGES` is chosen, by its name; null: the page chooses."""
SHAPE_KIND = "shape-kind"
EPISODE_VIEW = "episode-view"
SHOWN = "shown"
"""What the page shows now, so that only what is new is sent."""
AS_OF = "as-of"
TRENDS = "trends"
TACHOGRAM = "tachogram"
SHAPE = "shape"
TEMPLATES = "templates"
TEMPLATES_SHOWN = "templates-shown"
RECEIVED = "received"
COUNTS = "beat-counts"
EPISODES = "episodes"


def made(graph: str) -> str:
    """Where a figure waits that the server made, before a reader's zoom is put into it (assets/callbacks.js)."""
    return f"{graph}-made"


def limit(name: str) -> str:
    """Where the words about a limit stand; name: in `ecg.limits.KINDS`."""
    return f"{name.replace('_', '-')}-limit"


def limit_buttons(name: str) -> str:
    """Where the buttons of a limit stand."""
    return f"{limit(name)}-buttons"
