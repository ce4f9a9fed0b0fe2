"""The link delay: what the network adds, whatever the device's clock does, and nothing where too little is known."""

import numpy as np
import pytest

from dashboard.delays import LinkDelay

STEP = 63
"""Samples of a frame: a quarter of a second."""


def played(
    seconds: float, extra_ms: list[int], ppm: float = 0.0, clock_ms: int = 1_700_000_000_000
) -> tuple[LinkDelay, int]:
    """Frames that come with a fixed way of 80 ms and the delays `extra_ms` in turn; when the last one came."""
    link, at_ms = LinkDelay(), 0
    for number in range(1, int(seconds * 250 / STEP)):
        taken_ms = number * STEP * 4 * (1 + ppm * 1e-6)
        at_ms = round(clock_ms + taken_ms + 80 + extra_ms[number % len(extra_ms)])
        link.receive(number * STEP, at_ms)
    return link, at_ms


def test_it_is_what_frames_took_longer_than_the_quickest() -> None:
    link, now = played(200, [0] * 9 + [400])
    assert link.p95_ms(now) == 400
    link, now = played(200, [0] * 39 + [900])
    assert link.p95_ms(now) == 0  # one frame in forty: 95 % are quick


@pytest.mark.parametrize("ppm", [-5000.0, 300.0, 5000.0])
def test_a_device_that_samples_too_fast_or_too_slow_has_no_other_delay(ppm: float) -> None:
    link, now = played(280, np.random.default_rng(5).integers(0, 300, 997).tolist(), ppm)
    assert link.p95_ms(now) == pytest.approx(285, abs=12)


def test_nothing_is_said_of_too_little_and_old_frames_are_forgotten() -> None:
    link, now = played(50, [0, 200])
    assert link.p95_ms(now) is None
    link, now = played(400, [0, 200])
    assert link.p95_ms(now) == 200
    assert link.p95_ms(now + 200_000) is not None
    assert link.p95_ms(now + 300_000) is None
    assert LinkDelay().p95_ms(now) is None
