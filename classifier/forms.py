"""The reader's forms in an artifact, the fastest first, and the beats by which they are tried at load."""

from pathlib import Path

import numpy as np

from classifier.artifact import READER, Quantised
from classifier.cpu import computes_int8
from classifier.runtime import BATCH, Array, Form, Inputs, Trial, plain_forms, precisions
from ecg.errors import ArtifactError
from ecg.timing import TIMING_FEATURES
from ecg.tracker import WINDOW_SAMPLES


def reader_forms(folder: Path, quantised: Quantised | None) -> list[Form]:
    """What this CPU computes natively: in int8 (with sums in the fastest floating point), bfloat16, float32."""
    plain = plain_forms((folder / READER).read_bytes())
    if quantised is None or not computes_int8():
        return plain
    graph, weights = ((folder / name).read_bytes() for name in (quantised.graph, quantised.weights))
    precision = precisions()[0]
    return [Form(f"int8 with {precision} sums", graph, precision, weights), *plain]


def reader_trial(folder: Path, quantised: Quantised | None) -> Trial:
    """The artifact's example beats with float32's tokens; made-up windows where it has none. Raises ArtifactError."""
    if quantised is None:
        return Trial(_made_up())
    try:
        with np.load(folder / quantised.examples, allow_pickle=False) as stored:
            window, timing, token = (stored[name].astype(np.float32) for name in ("window", "timing", "token"))
    except (OSError, ValueError, KeyError) as error:
        raise ArtifactError(f"the example beats in {folder} cannot be read: {error}") from error
    return Trial({"window": window, "timing": timing}, [token])


def write_examples(path: Path, inputs: Inputs, token: Array) -> None:
    """Keep BATCH example windows (already rounded to half precision), their timing and their tokens."""
    window = inputs["window"].astype(np.float16)
    np.savez_compressed(path, window=window, timing=inputs["timing"], token=token)


def _made_up() -> Inputs:
    rng = np.random.default_rng(0)
    windows = rng.normal(size=(BATCH, WINDOW_SAMPLES)).cumsum(axis=1) * 0.05
    timings = rng.random((BATCH, TIMING_FEATURES))
    return {"window": windows.astype(np.float32), "timing": timings.astype(np.float32)}
