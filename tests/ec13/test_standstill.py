"""A heart that stands still is told within ten seconds whatever the trace shows; a lost electrode is no standstill."""

from collections.abc import Sequence

import numpy as np
import pytest

from ecg.findings import Finding, Quality, QualityReason
from ecg.types import QualityChange
from tests.ec13.trial import Told, WidthLabeller, first, play, words
from tests.ec13.waves import RATE, Wave, beats, bell, drift, on_skin, paced, standstill, steady

BEGIN, END = 30, 60  # s
TIME = np.arange(END * round(RATE)) / RATE - BEGIN
AFTER = TIME >= 0


def p_waves() -> Wave:
    return beats(END, paced([0.75], [lambda time: bell(time, 0, 0.022, 0.12)])) * AFTER


def thrown_out(millivolts: float) -> Wave:
    """What an amplifier shows whose electrode was moved: away at once, and back slowly."""
    return millivolts * np.exp(-np.maximum(TIME, 0)) * AFTER


def muscle(begin: float, end: float) -> Wave:
    noise = np.random.default_rng(1).normal(0, 0.3, len(TIME))
    return noise * ((begin <= TIME) & (end > TIME))


def breathing(millivolts: float) -> Wave:
    return millivolts * np.sin(2 * np.pi * 0.25 * TIME)


def tremor() -> Wave:
    return 0.02 * drift(0.02, len(TIME), np.random.default_rng(2))


@pytest.mark.parametrize(
    ("added", "at"),
    [
        pytest.param(p_waves(), 0, id="P waves alone"),
        pytest.param(breathing(0.25), 0, id="deep breaths"),
        pytest.param(tremor(), 0, id="tremor"),
        pytest.param(thrown_out(1.0), 0, id="movement of 1 mV as it begins"),
        pytest.param(thrown_out(-3.0), 0, id="movement of 3 mV as it begins"),
        pytest.param(muscle(-3, 4), 4, id="begins in noise, counted from its end"),
    ],
)
def test_standstill_is_told_whatever_the_trace_shows(added: Wave, at: float) -> None:
    told = play(on_skin(standstill(BEGIN, END) + added), WidthLabeller())
    asystole = first(told, [Finding.ASYSTOLE], BEGIN)
    assert asystole is not None and asystole <= at + 10, words(told, BEGIN)


def test_a_recording_may_begin_with_a_standstill() -> None:
    asystole = first(play(on_skin(np.zeros(round(15 * RATE))), WidthLabeller()), [Finding.ASYSTOLE], 0)
    assert asystole is not None and asystole <= 10


@pytest.mark.parametrize("rate", [18, 25, 32])
def test_a_slow_heart_does_not_stand_still(rate: int) -> None:
    told = play(on_skin(steady(rate, END)), WidthLabeller())
    assert first(told, [Finding.ASYSTOLE], 0) is None
    assert unusable(told, 5) == []


@pytest.mark.parametrize("millivolts", [2.0, 3.0, -5.0])
def test_a_lost_electrode_is_told_as_such(millivolts: float) -> None:
    """Beats go on, but nothing of them is seen for as long as the amplifier is away."""
    heard = steady(80, END) * ((TIME < 0) | (TIME > 5))
    told = play(on_skin(heard + thrown_out(millivolts)), WidthLabeller())
    assert first(told, [Finding.ASYSTOLE], BEGIN) is None, words(told, BEGIN)
    changes = unusable(told, BEGIN)
    assert changes and changes[0].at - BEGIN <= 3
    assert words(told, END - 5) == []


def unusable(told: Sequence[Told], begin: float) -> list[Told]:
    """When after `begin` the electrode was said to be off."""
    lost = [one for one in told if isinstance(one.output, QualityChange) and one.at > begin]
    return [
        one
        for one in lost
        if isinstance(one.output, QualityChange)
        and one.output.quality is Quality.UNUSABLE
        and one.output.reason is QualityReason.LEAD_OFF
    ]
