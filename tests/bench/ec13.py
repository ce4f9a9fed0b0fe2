"""The monitor under the tests of ANSI/AAMI EC13 and IEC 60601-2-27, on waves made after their description.

python -m tests.bench ec13

With the shipped network; the waves and what they leave out are in tests/ec13/waves.py. Times are from the event in the
signal to the word that leaves the pipeline, fed a quarter of a second at a time: network and screen add theirs.
"""

from collections.abc import Iterator

import numpy as np

from classifier.engine import shipped_labeller
from ecg.findings import Finding
from ecg.pipeline import Labeller
from tests.ec13.test_ec13 import settled_after
from tests.ec13.trial import first, play, rate_after
from tests.ec13.waves import (
    fibrillation,
    irregular,
    on_skin,
    standstill,
    steady,
    step,
    tall_t,
    triangle,
    ventricular_tachycardia,
)

TRIES = 5
RATES = 30, 60, 80, 120, 180, 200, 250, 300
VENTRICULAR = [Finding.VENTRICULAR_TACHYCARDIA, Finding.VENTRICULAR_FIBRILLATION]


def rows(labeller: Labeller) -> Iterator[tuple[str, str]]:
    """Test and result."""
    yield "heart rate shown at " + ", ".join(map(str, RATES)), ", ".join(_shown(labeller, rate) for rate in RATES)
    for rate in (120, 40):
        # Each try meets the two-second grid of the numbers at another moment.
        waves = [on_skin(step(80, rate, 30 + 0.37 * number), number) for number in range(TRIES)]
        yield f"80 to {rate}/min stands", _seconds([settled_after(play(one, labeller), rate) for one in waves])
    for height in (0.8, 1.0, 1.2):
        yield f"T wave {height} mV, 80/min", _numbers(rate_after(play(on_skin(tall_t(height, 45)), labeller), 20))
    for name in ("3a", "3b", "3c", "3d"):
        yield f"irregular {name}", _numbers(rate_after(play(on_skin(irregular(name, 60)), labeller), 20))
    for name, rate, millivolts in (("4a", 206, 1.0), ("4b", 195, 2.0)):
        for size in (0.5, 1.0, 2.0):
            height = size * millivolts
            waves = [on_skin(ventricular_tachycardia(rate, height, 60 + number), number) for number in range(TRIES)]
            delays = [first(play(one, labeller), VENTRICULAR, 30 + number / 2) for number, one in enumerate(waves)]
            yield f"VT {name} × {size:g}, told", _seconds(delays)
    told = [play(on_skin(standstill(30 + number, 60), number), labeller) for number in range(TRIES)]
    delays = [first(one, [Finding.ASYSTOLE], 30 + number) for number, one in enumerate(told)]
    yield "standstill, told as asystole", _seconds(delays)
    waves = [on_skin(np.concatenate([steady(80, 30), fibrillation(0.5, 20, n)]), n) for n in range(TRIES)]
    told = [play(one, labeller) for one in waves]
    yield "fibrillation, told", _seconds([first(one, [Finding.VENTRICULAR_FIBRILLATION], 30) for one in told])


def _shown(labeller: Labeller, rate: int) -> str:
    wave = steady(rate, 45, lambda time: triangle(time, 0.07 if rate <= 240 else 0.04, 1.0))
    return _numbers(rate_after(play(on_skin(wave), labeller), 20))


def _numbers(shown: set[float | None]) -> str:
    known = sorted(one for one in shown if one is not None)
    text = f"{known[0]:.0f}" + (f" to {known[-1]:.0f}" if len(known) > 1 else "") if known else ""
    return (text + (", at times none" if None in shown and known else "")) or "none"


def _seconds(delays: list[float | None]) -> str:
    known = [one for one in delays if one is not None]
    missed = f", {len(delays) - len(known)} not told" if len(known) < len(delays) else ""
    return f"{np.mean(known):.1f} s ({min(known):.1f} to {max(known):.1f}){missed}" if known else "not told"


def main() -> None:
    """Print the table."""
    labeller = shipped_labeller()
    print(f"EC13, {TRIES} tries each\n\n| test | Wardbeat |\n| --- | --- |")
    for test, result in rows(labeller):
        print(f"| {test} | {result} |", flush=True)
