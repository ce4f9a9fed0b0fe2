"""What each number on a page is: over which window, by which method, and when it is shown.

Pages show these words when a number is pointed at or reached by keyboard, and docs/CLINICAL.md has them as a table:
they are written here and nowhere else.
"""

from dataclasses import dataclass

SIGNAL = "the signal is good and 3 RR intervals came since it was not"
_FIVE = "5 min"
_USED = "80 % of the RR intervals are NN intervals"
_SPREAD = f"{_USED}, and at least 30 of them"
_PAIRS = f"{_USED}, with at least 10 differences"
_FILLED = "NN intervals fill 4 of the 5 min"
_EVERY = "renewed every 30 s"
_DAY = "18 of the 24 h count: 5-minute pieces that NN intervals fill to 80 %"
_LOMB = f"Lomb-Scargle periodogram of the NN intervals, mean fitted, one-sided density in ms²/Hz, {_EVERY}"


@dataclass(frozen=True, slots=True)
class Method:
    """The words for one number. label: beside it; shown: when there is one; of_nn: it stands on NN intervals, so that
    the share of the beats that were used belongs beside it; decimals: with how many it is shown.
    """

    label: str
    unit: str
    window: str
    method: str
    shown: str
    of_nn: bool = False
    decimals: int = 0

    @property
    def words(self) -> str:
        """All of it in one breath; the share of the beats that were used comes from the page."""
        return f"{self.window}: {self.method}. Shown when {self.shown}."


METHODS = {
    "heart_rate": Method(
        "Heart rate",
        "/min",
        "Last 8 RR intervals",
        "60 000 divided by their mean, ectopic beats counted; after a sudden change of 20 % or more, over the "
        "intervals since it (three that agree within 5 %)",
        f"{SIGNAL}, and a beat came within 3 s (or 2.5 mean RR)",
    ),
    "rr_last": Method("RR last", "ms", "Last RR interval", "R peak to R peak, in steps of 4 ms", "the heart rate is"),
    "rr_mean": Method("NN mean", "ms", _FIVE, "mean of the NN intervals", _SPREAD, True),
    "sdnn": Method("SDNN", "ms", _FIVE, "standard deviation of the NN intervals", _SPREAD, True),
    "rmssd": Method(
        "RMSSD", "ms", _FIVE, "root mean square of the differences of neighbouring NN intervals", _PAIRS, True
    ),
    "pnn50": Method("pNN50", "%", _FIVE, "share of these differences that exceed 50 ms", _PAIRS, True),
    "sd1": Method(
        "SD1", "ms", _FIVE, "Poincaré plot of neighbouring NN intervals: spread across the diagonal", _PAIRS, True
    ),
    "sd2": Method(
        "SD2", "ms", _FIVE, "Poincaré plot of neighbouring NN intervals: spread along the diagonal", _PAIRS, True
    ),
    "triangular_index": Method(
        "Triangular index",
        "",
        _FIVE,
        f"number of NN intervals divided by that of the fullest bin of 1/128 s, {_EVERY}. Grows with the length of the "
        "recording: compare it with others of 5 min only",
        _FILLED,
        True,
        1,
    ),
    "lf": Method("LF", "ms²", _FIVE, f"power from 0.04 to 0.15 Hz. {_LOMB}", _FILLED, True),
    "hf": Method("HF", "ms²", _FIVE, f"power from 0.15 to 0.40 Hz. {_LOMB}", _FILLED, True),
    "lf_hf": Method("LF/HF", "", _FIVE, f"LF divided by HF. {_LOMB}", _FILLED, True, 1),
    "total_power": Method("Power", "ms²", _FIVE, f"VLF, LF and HF: 0.0033 to 0.40 Hz. {_LOMB}", _FILLED, True),
    "nn_used": Method(
        "NN used",
        "%",
        _FIVE,
        "share of the RR intervals that are NN intervals: between two normal beats of the sinus node that the network "
        "is sure of, 300 to 2 000 ms, within 20 % of the one before. Under 80 % no number of variability is shown",
        SIGNAL,
    ),
    "sdnn_24h": Method("SDNN", "ms", "24 h", "standard deviation of all NN intervals that count", _DAY, True),
    "sdann_24h": Method("SDANN", "ms", "24 h", "standard deviation of the mean NN of the 5-minute pieces", _DAY, True),
    "sdnn_index_24h": Method("SDNN index", "ms", "24 h", "mean of the SDNN of the 5-minute pieces", _DAY, True),
    "triangular_index_24h": Method(
        "Triangular index",
        "",
        "24 h",
        "number of NN intervals that count, divided by that of the fullest bin of 1/128 s",
        _DAY,
        True,
        1,
    ),
    "nn_used_24h": Method(
        "NN used", "%", "24 h", "share of the RR intervals that are NN intervals", "5 minutes are whole"
    ),
    "hours_24h": Method(
        "Hours that count",
        "h",
        "24 h",
        "5-minute pieces that NN intervals fill to 80 %. The day is the last 23 to 24 h: the oldest hour leaves whole",
        "the signal is good",
        decimals=1,
    ),
    "af_burden": Method(
        "AF burden",
        "%",
        "1 h, 24 h, this recording",
        "share of the analysed time in episodes of atrial fibrillation, told each minute. Analysed are the RR "
        "intervals between clear beats of a good signal",
        "a minute or more was analysed",
    ),
    "tachogram": Method("RR", "ms", "5 min", "RR interval of every stored beat by its class", "stored"),
    "poincare": Method(
        "Poincaré",
        "ms",
        "5 min",
        "every stored RR interval against the one before, ectopic ones too",
        "both are stored",
    ),
    "counts": Method(
        "Beats by class", "", "This recording", "beats as the network named them, unsure ones under Q", "stored"
    ),
    "episodes": Method(
        "Rhythm episodes", "", "This recording", "time of the first beat, and how long it lasted so far", "stored"
    ),
    "pause_limit": Method(
        "Pause limit",
        "s",
        "Since the last beat",
        "a pause is told when no beat came for this long while the signal is good: 2.0 s, or what somebody set for "
        "this patient, which judges the samples that arrive after it. After 4 s it is asystole",
        "the charts are",
        decimals=1,
    ),
    "hr_low_limit": Method(
        "Heart rate, low limit",
        "/min",
        "Heart rate",
        "how low the heart rate may go: 50 /min, or what somebody set for this patient, which judges the samples that "
        "arrive after it. It stands beside the heart rate, always below the high limit",
        "the heart rate is",
    ),
    "hr_high_limit": Method(
        "Heart rate, high limit",
        "/min",
        "Heart rate",
        "how high the heart rate may go: 120 /min, or what somebody set for this patient, which judges the samples "
        "that arrive after it. It stands beside the heart rate, always above the low limit",
        "the heart rate is",
    ),
    "completeness": Method(
        "Received",
        "%",
        "This recording",
        "samples that were stored, of all from the first one to the newest: counted one by one, those that came late "
        "too, those that came twice once. What the device could not measure and said so was received",
        "stored",
        decimals=1,
    ),
    "age": Method(
        "Age of the signal", "s", "Newest sample", "its age by the gateway's clock", "samples come", decimals=1
    ),
    "troubled": Method("Beds in trouble", "", "Now", "beds whose signal is poor or missing", "there are any"),
}
"""By the name in `ecg.types.VitalSigns`, and the other numbers of the pages. In the order of the docs."""


def table() -> str:
    """The table of docs/CLINICAL.md."""
    head = ["| on the screen | over | how it is made | shown when |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *(_row(method) for method in METHODS.values())])


def _row(method: Method) -> str:
    name = f"{method.label}, {method.unit}" if method.unit else method.label
    return f"| {name} | {method.window} | {method.method} | {method.shown} |"
