"""What beat classes, rhythms and findings are called on pages. Pure."""

from ecg.findings import Finding
from ecg.labels import BeatClass, Rhythm
from words import t

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
