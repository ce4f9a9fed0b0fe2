"""What the database has of a recording: each sample once, the ledger to the sample, the overview as the samples are."""

import random

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from db.engine import reading, writing
from db.ledger import ledger, ledgers
from db.overview import overview
from db.provision import provision_demo
from db.pyramid import NONE_HIGH, NONE_LOW
from db.queries import recording, segments, stored_until
from db.settle import WINDOW_SECONDS, settle, unsettled, window_at
from db.store import NewSegment, store_batch
from db.views import RecordingView
from tests.db import hearts

RATE = 250.0
SECONDS = 700
STEP = 1250


def trace(seconds: int = SECONDS) -> NDArray[np.int16]:
    rng = np.random.default_rng(4)
    samples = rng.integers(-32767, 32768, round(seconds * RATE)).astype(np.int16)
    samples[5000:5600] = -32768  # the device's mark for what it could not measure
    return samples


def begin(engine: Engine) -> RecordingView:
    device = provision_demo(engine, 1)[0].device_id
    store_batch(engine, {}, [hearts.announced(device)], [], [])
    view = recording(engine, hearts.RECORDING)
    assert view is not None
    return view


def arrive(engine: Engine, samples: NDArray[np.int16], *stretches: tuple[int, int]) -> None:
    """These stretches in this order, in one batch."""
    store_batch(engine, {}, [], [NewSegment(hearts.RECORDING, a, samples[a:b]) for a, b in stretches], [])


def stored(engine: Engine) -> dict[int, int]:
    """Sample index -> sample; nothing is there twice."""
    views = segments(engine, hearts.RECORDING, 0, 1 << 40)
    pairs = [(view.start + i, int(sample)) for view in views for i, sample in enumerate(view.samples)]
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def counts(engine: Engine) -> tuple[int, int, int, int]:
    """received, missing, late, repeated."""
    view = ledger(engine, hearts.RECORDING)
    assert view is not None
    assert sum(end - start for start, end in view.gaps) == view.missing
    assert view.until == stored_until(engine, hearts.RECORDING)
    return view.received, view.missing, view.late, view.repeated


def test_samples_in_any_order_and_number_are_stored_once_and_counted(engine: Engine) -> None:
    samples = trace(60)
    begin(engine)
    assert ledger(engine, hearts.RECORDING) is None
    arrive(engine, samples, (0, 1000), (2000, 3000))
    assert counts(engine) == (2000, 1000, 0, 0)
    arrive(engine, samples, (1200, 1300), (2900, 3100))
    assert counts(engine) == (2200, 900, 100, 100)
    arrive(engine, samples, (500, 2500))
    assert counts(engine) == (3100, 0, 1000, 1200)
    assert stored(engine) == {i: int(sample) for i, sample in enumerate(samples[:3100])}
    assert [view.received for view in ledgers(engine)] == [3100]


def test_what_nobody_sent_at_the_beginning_is_missing(engine: Engine) -> None:
    begin(engine)
    arrive(engine, trace(60), (500, 700))
    view = ledger(engine, hearts.RECORDING)
    assert view is not None and view.gaps == ((0, 500),) and view.received == 200


def test_settling_joins_what_belongs_together_changes_no_sample_and_may_be_repeated(engine: Engine) -> None:
    samples = trace()
    begin(engine)
    pieces = [(a, a + STEP) for a in range(0, len(samples), STEP) if a != 20 * STEP]
    for at in range(0, len(pieces), 10):
        arrive(engine, samples, *pieces[at : at + 10])
    before = stored(engine)
    for _ in range(3):
        while whole := [window for window, until in unsettled(engine) if until >= window.end]:
            assert settle(engine, whole) == []
        assert settle(engine, [window_at(hearts.RECORDING, RATE, 0)]) == []
        assert settle(engine, [window_at(hearts.RECORDING, RATE, len(samples) - 1)]) == []
    assert stored(engine) == before
    starts = [view.start for view in segments(engine, hearts.RECORDING, 0, 1 << 40)]
    window = round(WINDOW_SECONDS * RATE)
    assert starts == [0, 21 * STEP, window, 2 * window]


def expected(samples: NDArray[np.int16], there: NDArray[np.bool_], a: int, b: int) -> tuple[int, int]:
    inside = samples[a:b][there[a:b] & (samples[a:b] != -32768)]
    return (int(inside.min()), int(inside.max())) if len(inside) else (NONE_LOW, NONE_HIGH)


@pytest.mark.parametrize("settled", [False, True])
def test_the_overview_is_what_the_samples_are_and_honest_at_gaps(engine: Engine, settled: bool) -> None:
    samples = trace()
    there = np.ones(len(samples), bool)
    there[20 * STEP : 21 * STEP] = there[30_000:30_017] = there[100_000:103_000] = False
    view = begin(engine)
    borders = np.flatnonzero(np.diff(there.astype(np.int8), prepend=0, append=0))
    runs = list(zip(borders[::2].tolist(), borders[1::2].tolist(), strict=True))
    arrive(engine, samples, *runs)
    if settled:
        while whole := [window for window, until in unsettled(engine) if until >= window.end]:
            settle(engine, whole)
        late = (100_500, 100_600)
        arrive(engine, samples, late)
        there[slice(*late)] = True
    for start, end, points in (
        (0, 700, 40),
        (0, 700, 11),
        (90, 130, 2000),
        (0, 4, 2000),
        (650.5, 720, 20),
        (13, 14, 7),
        (395, 415, 20),
    ):
        seen = overview(engine, view, start, end, points)
        assert seen.cells.shape[1] <= points + 2
        assert seen.start <= start and seen.start + seen.step * seen.cells.shape[1] >= end
        for i in range(seen.cells.shape[1]):
            a = round((seen.start + i * seen.step) * RATE)
            b = a + round(seen.step * RATE)
            assert tuple(seen.cells[:, i].tolist()) == expected(samples, there, a, b), (start, end, points, i)
            assert seen.share[i] == pytest.approx(np.count_nonzero(there[a:b]) / (b - a), abs=1e-9)


def test_a_damaged_segment_is_told_kept_and_harms_no_other(engine: Engine) -> None:
    samples = trace()
    begin(engine)
    arrive(engine, samples, *[(a, a + STEP) for a in range(0, 80_000, STEP)])
    with writing(engine) as connection:
        connection.execute(
            text('UPDATE segment SET blob = :b WHERE "start" = :s'), {"b": b"\x02rubbish", "s": 5 * STEP}
        )
    ((window, _),) = unsettled(engine)
    (told,) = settle(engine, [window])
    assert hearts.RECORDING in told and "sample 6250" in told
    with reading(engine) as connection:
        starts = connection.execute(text('SELECT "start" FROM segment ORDER BY "start"')).scalars().all()
    assert starts == [0, 5 * STEP, 6 * STEP, *range(60 * STEP, 80_000, STEP)]


def test_random_arrivals_with_settling_between_lose_and_double_nothing(engine: Engine) -> None:
    rng = random.Random(1)
    samples = trace()
    begin(engine)
    there: dict[int, int] = {}
    newest = 0
    for _ in range(60):
        start = max(0, newest + rng.randrange(-30_000, 12_000)) if rng.random() < 0.5 else newest
        end = min(len(samples), start + rng.randrange(1, 8000))
        if start >= end:
            continue
        arrive(engine, samples, (start, end))
        there |= {i: int(samples[i]) for i in range(start, end)}
        newest = max(newest, end)
        if rng.random() < 0.4:
            settle(engine, [window for window, until in unsettled(engine) if until >= window.end])
    assert stored(engine) == there
    received, missing, *_ = counts(engine)
    assert (received, received + missing) == (len(there), newest)
