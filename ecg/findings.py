"""The words for what is concluded: how far a signal can be trusted and why not, and what a rhythm is called."""

from enum import StrEnum


class Quality(StrEnum):
    """How far the signal can be trusted."""

    GOOD = "good"
    POOR = "poor"
    """Beats are found, but numbers are not shown."""
    UNUSABLE = "unusable"
    """No beat is searched for."""


class QualityReason(StrEnum):
    """Why a signal is not good."""

    NONE = ""
    FLAT = "flat"
    """A line without anything on it."""
    LEAD_OFF = "lead off"
    """A line far from where the signal lay, or nothing but mains hum."""
    SATURATED = "saturated"
    INVALID = "invalid"
    """The device says that its samples are none."""
    NOISE = "noise"
    """High-frequency noise: muscle or electronics."""
    BASELINE = "baseline"
    MOTION = "motion"
    """Humps like beats, between beats or instead of them: electrode movement."""
    IMPOSSIBLE_RR = "impossible rr"
    """Beats closer together than a heart's, among beats that can be doubted."""


class Finding(StrEnum):
    """What the rhythm is called in words, from the beats and the signal of the last seconds."""

    UNKNOWN = "unknown"
    SINUS_RHYTHM = "sinus rhythm"
    BRADYCARDIA = "bradycardia"
    TACHYCARDIA = "tachycardia"
    ATRIAL_FIBRILLATION = "atrial fibrillation"
    OTHER_RHYTHM = "other rhythm"
    BIGEMINY = "bigeminy"
    VENTRICULAR_RUN = "ventricular run"
    PAUSE = "pause"
    NOISE = "noise"
    NOT_SURE = "not sure"
    ASYSTOLE = "asystole"
    VENTRICULAR_FIBRILLATION = "ventricular fibrillation"
    """Or ventricular flutter: the signal does not tell them apart, and they are treated alike."""
    VENTRICULAR_TACHYCARDIA = "ventricular tachycardia"
    COUPLET = "couplet"
    TRIGEMINY = "trigeminy"
    SUPRAVENTRICULAR_RUN = "supraventricular run"
