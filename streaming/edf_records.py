"""How a recording is cut into the data records of an EDF file. Pure."""

WHOLE_S, ODD_S = 1.0, 8.0
"""How long a data record lasts; about, where the rate is no whole number."""


def record_of(rate: float, until: int) -> tuple[int, float]:
    """Samples of a data record and its seconds, each in the eight characters of a header; until: samples of all.

    A rate in Hz that is no whole number is told by these two to 1 in 10 million. edfio wants to find a whole number of
    records again by a division of floats: of the lengths one is taken for which it does.
    """
    if float(rate).is_integer():
        return int(rate), WHOLE_S
    lengths = ((samples, round(samples / rate, 6)) for samples in range(round(ODD_S * rate), 0, -1))
    return next(each for each in lengths if _divides(*each, records_of(until, each[0])))


def records_of(until: int, per_record: int) -> int:
    """How many data records hold so many samples, one at least."""
    return max(1, -(-until // per_record))


def _divides(per_record: int, record_s: float, count: int) -> bool:
    return (round(count * per_record / (per_record / record_s), 12) / record_s).is_integer()
