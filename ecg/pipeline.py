"""The whole way from device samples to events, for many recordings at once; live, replay and files take it alike.

SignalTracker, per recording → ONE reading of all beats of a batch → ONE judging of them among those before them
→ HeartMonitor, per recording → AlertBoard, per recording → ONE judging of those that can be settled
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ecg.alerts import AlertBoard
from ecg.context import BeatContext, BeatMemory, RememberedBeat, Token
from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.limits import LimitsChange
from ecg.monitor import Conclusion, HeartMonitor
from ecg.rates import house_index
from ecg.tracker import SignalTracker, TrackerOutput
from ecg.types import (
    Beat,
    DetectedBeat,
    DeviceChunk,
    Event,
    NetworkChange,
    Progress,
    SampleChunk,
    SettledRhythm,
    SettlingDue,
)


class Judgement(NamedTuple):
    """Probabilities in the order of `labels.BEAT_CLASSES` and `labels.RHYTHMS`."""

    classes: tuple[float, ...]
    rhythms: tuple[float, ...]


class Labeller(Protocol):
    """Says of every beat what it is and in what rhythm it stands. No answer depends on the others in the batch."""

    def read(self, beats: Sequence[DetectedBeat]) -> Token:
        """What is remembered of each beat: float16 (n, token)."""
        ...

    def judge(self, contexts: Sequence[BeatContext]) -> list[Judgement]:
        """One `Judgement` for each of `contexts`, in their order."""
        ...


PipelineOutput = SampleChunk | Event


class Pipeline:
    """Stages of all recordings that are followed. Recordings are told apart by the chunks' own names.

    model: SHA-256 of the network behind `labeller`; alerts carry it, and a `NetworkChange` before the first beat of a
    recording tells it of them all. Without it nothing is told.
    """

    def __init__(self, labeller: Labeller, model: str = "") -> None:
        self._labeller = labeller
        self._model = model
        self._trackers: dict[str, SignalTracker] = {}
        self._memories: dict[str, BeatMemory] = {}
        self._monitors: dict[str, HeartMonitor] = {}
        self._boards: dict[str, AlertBoard] = {}
        self._told: dict[str, str] = {}  # recording -> the network that its beats are known to be of

    @property
    def recordings(self) -> frozenset[str]:
        """The recordings that have state here."""
        return frozenset(self._trackers)

    def receive(self, chunks: Sequence[DeviceChunk]) -> list[PipelineOutput]:
        """Filtered samples and events that `chunks` bring; those of one recording are in order.

        Raises SignalError when a chunk cannot be used: hand in one chunk at a time to learn which.
        """
        tracked = [item for chunk in chunks for item in self._track(chunk)]
        labelled = iter(self._label([item for item in tracked if isinstance(item, DetectedBeat)]))
        concluded: list[PipelineOutput | SettlingDue] = []
        for item in tracked:
            if isinstance(item, DetectedBeat):
                concluded += self._change_of(item)
            concluded += self._follow(next(labelled) if isinstance(item, DetectedBeat) else item)
        return self._settle(concluded)

    def finish(self, recording: str) -> list[PipelineOutput]:
        """No chunk of `recording` will come any more: what still waited for signal is settled without it."""
        return self._settle(list(self._monitor(recording).settle()))

    def _track(self, chunk: DeviceChunk) -> Sequence[TrackerOutput | LimitsChange]:
        tracked = self._tracker(chunk.recording).receive(chunk)
        if chunk.limits is None:
            return tracked
        return [LimitsChange(chunk.recording, house_index(chunk.start, chunk.rate), chunk.limits), *tracked]

    def _label(self, beats: Sequence[DetectedBeat]) -> list[Beat]:
        if not beats:
            return []
        contexts = [self._remember(beat, token) for beat, token in zip(beats, self._labeller.read(beats), strict=True)]
        judgements = self._labeller.judge(contexts)
        return [_labelled(beat, judged) for beat, judged in zip(beats, judgements, strict=True)]

    def _remember(self, beat: DetectedBeat, token: NDArray[np.float16]) -> BeatContext:
        memory = self._memory(beat.recording)
        memory.note(RememberedBeat(beat.index, beat.rr is None, token))
        return memory.live()

    def _change_of(self, beat: DetectedBeat) -> list[NetworkChange]:
        if not self._model or self._told.get(beat.recording) == self._model:
            return []
        self._told[beat.recording] = self._model
        return [NetworkChange(beat.recording, beat.index, self._model)]

    def _follow(self, item: TrackerOutput | LimitsChange | Beat) -> list[PipelineOutput | SettlingDue]:
        assert not isinstance(item, DetectedBeat)
        concluded: list[Conclusion] = self._monitor(item.recording).receive(item)
        # What the time before an item concludes stands before it, whether the item or progress brought the time.
        told = [*concluded] if isinstance(item, Progress) else [*concluded, item]
        return self._alerted(self._board(item.recording), told)

    @staticmethod
    def _alerted(
        board: AlertBoard, told: Sequence[Conclusion | SampleChunk | Event | LimitsChange]
    ) -> list[PipelineOutput | SettlingDue]:
        """`told`, with the alerts that each event brings behind it."""
        outputs: list[PipelineOutput | SettlingDue] = []
        for each in told:
            if not isinstance(each, LimitsChange):
                outputs.append(each)
            if not isinstance(each, (SampleChunk, SettlingDue)):
                outputs += board.receive(each)
        return outputs

    def _settle(self, concluded: list[PipelineOutput | SettlingDue]) -> list[PipelineOutput]:
        """`concluded` with an answer in the place of everything that is due."""
        due = [item for item in concluded if isinstance(item, SettlingDue)]
        if not due:
            return [item for item in concluded if not isinstance(item, SettlingDue)]
        judgements = self._labeller.judge([self._memory(item.recording).settled(item.index) for item in due])
        settled = iter([_settled(item, judged) for item, judged in zip(due, judgements, strict=True)])
        for recording in {item.recording for item in due}:
            self._memory(recording).forget_before(self._monitor(recording).unsettled)
        return [next(settled) if isinstance(item, SettlingDue) else item for item in concluded]

    def _tracker(self, recording: str) -> SignalTracker:
        return self._trackers.setdefault(recording, SignalTracker(recording))

    def _memory(self, recording: str) -> BeatMemory:
        return self._memories.setdefault(recording, BeatMemory())

    def _monitor(self, recording: str) -> HeartMonitor:
        monitor = self._monitors.get(recording)
        if monitor is None:
            monitor = self._monitors[recording] = HeartMonitor(recording)
        return monitor

    def _board(self, recording: str) -> AlertBoard:
        board = self._boards.get(recording)
        if board is None:
            board = self._boards[recording] = AlertBoard(recording, self._model)
        return board

    def snapshot(self, recording: str) -> dict[str, Any]:
        """State of one recording between two calls; plain values and arrays."""
        return {
            "tracker": self._tracker(recording).snapshot(),
            "memory": self._memory(recording).snapshot(),
            "monitor": self._monitor(recording).snapshot(),
            "alerts": self._board(recording).snapshot(),
            "model": self._told.get(recording, ""),
        }

    def restore(self, recording: str, state: dict[str, Any]) -> None:
        """Go on with `recording` from `state` as if nothing had happened.

        What another network remembered of beats means nothing to this one. The recording's next beat is judged as a
        first one, and the beats of the last seconds keep the rhythm that they were told with.
        """
        self.forget(recording)
        self._told[recording] = state.get("model", "")
        self._tracker(recording).restore(state["tracker"])
        self._monitor(recording).restore(state["monitor"])
        self._board(recording).restore(state["alerts"])
        if self._told[recording] in ("", self._model):
            self._memory(recording).restore(state["memory"])
        else:
            self._monitor(recording).settle()

    def forget(self, recording: str) -> None:
        """Drop the state of `recording`; its next chunk begins anew."""
        for stages in (self._trackers, self._memories, self._monitors, self._boards, self._told):
            stages.pop(recording, None)


def _labelled(beat: DetectedBeat, judged: Judgement) -> Beat:
    beat_class = BEAT_CLASSES[judged.classes.index(max(judged.classes))]
    rhythm = RHYTHMS[judged.rhythms.index(max(judged.rhythms))]
    return Beat(beat.recording, beat.index, beat.rr, beat_class, rhythm, judged.classes, judged.rhythms)


def _settled(due: SettlingDue, judged: Judgement) -> SettledRhythm:
    rhythm = RHYTHMS[judged.rhythms.index(max(judged.rhythms))]
    return SettledRhythm(due.recording, due.index, rhythm, judged.rhythms)
