"""What beat classes, rhythms and findings are called on pages. Pure."""

from ecg.findings import Finding
from ecg.labels import BeatClass, Rhythm
from ecg.rates import to_seconds
from words import t
from written import clock

SIGN_NAMES = {
    "N": "class.normal",
    "O": "rhythm.other",
    "A": "rhythm.atrial_fibrillation",
    "~": "rhythm.noise",
    "Q": "class.unknown",
    "F": "class.fusion",
    "S": "class.supraventricular",
    "V": "class.ventricular",
}
"""Sign of a beat -> what it is called in the catalogue; in the order of drawing: the last lie on top."""


def class_name(beat_class: BeatClass) -> str:
    """As "ventricular", inside a sentence."""
    return t(f"class.{beat_class.name.lower()}")


def rhythm_name(rhythm: Rhythm) -> str:
    """As "atrial fibrillation", inside a sentence."""
    return t(f"rhythm.{rhythm.name.lower()}")


def finding_name(finding: Finding) -> str:
    """As "Atrial fibrillation"."""
    return t(f"finding.{finding.value.replace(' ', '_')}")


def capital(name: str) -> str:
    """A name at the beginning of a line."""
    return name[:1].upper() + name[1:]


def moment_words(started_ms: int | None, index: int) -> str:
    """The time of day of a house sample; since the beginning where no time of day is known."""
    if started_ms is not None:
        return clock(started_ms + 1000 * to_seconds(index))
    seconds = int(to_seconds(index))
    return f"+{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
