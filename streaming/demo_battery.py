"""The batteries of the demo ward: each its own charge, used up and charged again. Pure."""

from streaming.wire import Status

FULL, LOW = 100, 10
"""Percent at which charging ends and begins."""
PERCENT_SECONDS = 300.0
"""A demo battery loses a percent in this time and gains five; a real patch lasts longer."""
CHARGE = 5


def demo_status(number: int, seconds: float) -> Status:
    """What the phone of demo bed `number` (from 1) says of itself `seconds` after it was switched on."""
    spent = number * 29 % (FULL - LOW - 7) + 2 + int(seconds / PERCENT_SECONDS)
    down = FULL - LOW
    cycle = down + down // CHARGE
    at = spent % cycle
    if at < down:
        return Status(FULL - at, False, "yes")
    return Status(LOW + CHARGE * (at - down), True, "yes")
