"""A network for tests that forgets nothing: every bit it is shown changes what it answers."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from ecg.context import BeatContext, Token
from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.pipeline import Judgement
from ecg.types import DetectedBeat

TOKEN = 8
BYTES = len(BEAT_CLASSES) + len(RHYTHMS)


class BitLabeller:
    """Tokens are a hash of window and timing; judgements one of all tokens, seconds and the place of a context."""

    def read(self, beats: Sequence[DetectedBeat]) -> Token:
        return np.stack([self._token(beat) for beat in beats])

    def judge(self, contexts: Sequence[BeatContext]) -> list[Judgement]:
        return [self._judgement(context) for context in contexts]

    @staticmethod
    def _token(beat: DetectedBeat) -> Token:
        digest = blake2b(beat.window.tobytes() + beat.timing.tobytes(), digest_size=TOKEN).digest()
        return np.frombuffer(digest, np.uint8).astype(np.float16)

    @staticmethod
    def _judgement(context: BeatContext) -> Judgement:
        shown = context.tokens.tobytes() + context.seconds.tobytes() + bytes([context.place])
        digest = [byte / 256 for byte in blake2b(shown, digest_size=BYTES).digest()]
        return Judgement(tuple(digest[: len(BEAT_CLASSES)]), tuple(digest[len(BEAT_CLASSES) :]))


class WatchedLabeller(BitLabeller):
    """Keeps the contexts of each call."""

    def __init__(self) -> None:
        self.calls: list[list[BeatContext]] = []

    def judge(self, contexts: Sequence[BeatContext]) -> list[Judgement]:
        self.calls.append(list(contexts))
        return super().judge(contexts)
