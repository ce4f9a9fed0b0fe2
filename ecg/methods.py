"""What each number on a page is: its unit, over which window it is made, and when it is shown.

How it is made is said in the catalogue of words (assets/words), under "method.<name>" and "method.<name>_how": pages
show that when a number is pointed at or reached by keyboard, and docs/CLINICAL.md has it as a table
(dashboard/method_words.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """One number. window, shown: by their names in the catalogue; of_nn: it stands on NN intervals, so that the share
    of the beats that were used belongs beside it; decimals: with how many it is shown.
    """

    unit: str
    window: str
    shown: str
    of_nn: bool = False
    decimals: int = 0


METHODS = {
    "heart_rate": Method("/min", "rr_8", "rate"),
    "rr_last": Method("ms", "rr_last", "as_rate"),
    "rr_mean": Method("ms", "five_min", "spread", of_nn=True),
    "sdnn": Method("ms", "five_min", "spread", of_nn=True),
    "rmssd": Method("ms", "five_min", "pairs", of_nn=True),
    "pnn50": Method("%", "five_min", "pairs", of_nn=True),
    "sd1": Method("ms", "five_min", "pairs", of_nn=True),
    "sd2": Method("ms", "five_min", "pairs", of_nn=True),
    "triangular_index": Method("", "five_min", "filled", of_nn=True, decimals=1),
    "lf": Method("ms²", "five_min", "filled", of_nn=True),
    "hf": Method("ms²", "five_min", "filled", of_nn=True),
    "lf_hf": Method("", "five_min", "filled", of_nn=True, decimals=1),
    "total_power": Method("ms²", "five_min", "filled", of_nn=True),
    "nn_used": Method("%", "five_min", "signal"),
    "sdnn_24h": Method("ms", "day", "day", of_nn=True),
    "sdann_24h": Method("ms", "day", "day", of_nn=True),
    "sdnn_index_24h": Method("ms", "day", "day", of_nn=True),
    "triangular_index_24h": Method("", "day", "day", of_nn=True, decimals=1),
    "nn_used_24h": Method("%", "day", "whole"),
    "hours_24h": Method("h", "day", "good", decimals=1),
    "af_burden": Method("%", "burden", "analysed"),
    "tachogram": Method("ms", "five_min", "stored"),
    "poincare": Method("ms", "five_min", "both_stored"),
    "rr_histogram": Method("", "five_min", "stored"),
    "spectrum": Method("ms²/Hz", "five_min", "filled"),
    "templates": Method("mV", "hour", "three_beats", decimals=2),
    "counts": Method("", "recording", "stored"),
    "episodes": Method("", "trends", "stored"),
    "pause_limit": Method("s", "since_beat", "charts", decimals=1),
    "hr_low_limit": Method("/min", "heart_rate", "as_rate"),
    "hr_high_limit": Method("/min", "heart_rate", "as_rate"),
    "completeness": Method("%", "recording", "stored", decimals=1),
    "age": Method("s", "newest", "samples", decimals=1),
    "link_delay": Method("s", "five_min", "minute_of_frames", decimals=1),
    "battery": Method("%", "word_of_device", "told_lately"),
    "troubled": Method("", "now", "any"),
}
"""By the name in `ecg.types.VitalSigns`, and the other numbers of the pages. In the order of the docs."""
