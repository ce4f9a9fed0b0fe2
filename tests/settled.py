"""Whether every beat that is old enough has its settled rhythm in the database."""

from sqlalchemy import Engine

from db.queries import beats, settled_rhythms
from ecg.rates import to_samples

OLD_ENOUGH = to_samples(11.0)
"""9 s of signal after the beat, and the way of the signal through the pipeline."""
EVER = 1 << 40


def old_beats_are_settled(engine: Engine, recording: str, end: int) -> bool:
    """`end`: house index one past the last sample of the recording."""
    old = {beat.index for beat in beats(engine, recording, -EVER, end - OLD_ENOUGH)}
    return bool(old) and old <= {one.index for one in settled_rhythms(engine, recording, -EVER, EVER)}
