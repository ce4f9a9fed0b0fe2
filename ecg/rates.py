"""The house rate, and the only place where durations become samples.

Every index below the front door counts samples at `SAMPLE_RATE` from the start of the recording.
"""

SAMPLE_RATE = 250
"""House sampling rate in Hz: twice the 125 Hz of AAMI EC13's monitor band, and what most patches send."""

MIN_DEVICE_RATE = 100.0
MAX_DEVICE_RATE = 1000.0

BAND_SETTLES = 10 * SAMPLE_RATE
"""House samples after which nothing of how the monitor band began is left (0.5 Hz: 2e-10)."""

GRID = 2 * SAMPLE_RATE
"""Vital signs are told at the multiples of this, so that rows of any recording can be counted as time."""


def to_samples(seconds: float) -> int:
    """Whole house samples in `seconds`, rounded to the nearest."""
    return round(seconds * SAMPLE_RATE)


def to_seconds(samples: float) -> float:
    """Seconds that `samples` house samples last."""
    return samples / SAMPLE_RATE


def to_milliseconds(samples: float) -> float:
    """Milliseconds that `samples` house samples last."""
    return samples * 1000 / SAMPLE_RATE


def house_index(device_index: float, device_rate: float) -> int:
    """First house sample at or after the device's sample `device_index` (rate in Hz)."""
    return -int(-device_index * SAMPLE_RATE // device_rate)


def device_index(index: float, device_rate: float) -> int:
    """Device sample nearest to the house sample `index` (rate in Hz)."""
    return round(index * device_rate / SAMPLE_RATE)
