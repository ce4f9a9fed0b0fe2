"""The heart under the simulated strap: a bigeminy, the notifications that tell of it, and the labels it must get."""

from functools import cache

import numpy as np
from sqlalchemy import Engine

from db.findings import beats
from ecg.labels import BeatClass
from ecg.rates import SAMPLE_RATE
from ecg.scripts import VENTRICULAR_BIGEMINY
from ecg.synthetic import SyntheticEcg, synthesise
from tests.phone_page import polar_ecg
from tests.servers import wait_until

RATE = 130
FRAME = 73
"""Samples in one notification of a Polar H10."""


@cache
def bigeminy() -> SyntheticEcg:
    """The heart, and which beats it made."""
    return synthesise(VENTRICULAR_BIGEMINY, RATE, seed=2, seconds=90)


@cache
def heart() -> list[int]:
    """What the strap measures of it, in µV."""
    microvolts: list[int] = np.round(1000 * bigeminy().samples).astype(int).tolist()
    return microvolts


def notification(number: int) -> list[int]:
    """The number-th one, as Polar's technical documentation has it."""
    last_us = 820_000_000_000_000 + round((FRAME * number + FRAME - 1) * 1e6 / RATE)
    return polar_ecg(last_us, heart()[FRAME * number : FRAME * (number + 1)])


def labelled_as_they_are(engine: Engine, recording: str, until: int) -> None:
    """Each beat that the heart made before device sample `until`, the first ones apart, has its own class in SQL."""
    made = [beat for beat in bigeminy().beats if 2 * RATE < beat.sample < until - RATE]
    reach, last = SAMPLE_RATE // 10, (until + RATE) * SAMPLE_RATE // RATE
    wait_until(lambda: len(beats(engine, recording, 0, last)) > len(made), "the beats are stored")
    found = {beat.index: beat.beat_class for beat in beats(engine, recording, 0, last)}
    for beat in made:
        near = [found[index] for index in found if abs(index - beat.sample * SAMPLE_RATE / RATE) < reach]
        assert near == [beat.beat_class], beat
    assert {beat.beat_class for beat in made} == {BeatClass.NORMAL, BeatClass.VENTRICULAR}
