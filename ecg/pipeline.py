"""The whole way from device samples to events, for many recordings at once; live, replay and files take it alike.

SignalTracker, per recording → ONE labelling call for all beats of a batch → HeartMonitor, per recording
"""

from collections.abc import Sequence
from typing import Any, Protocol

from ecg.monitor import HeartMonitor
from ecg.tracker import SignalTracker, TrackerOutput
from ecg.types import Beat, DetectedBeat, DeviceChunk, Event, Progress, SampleChunk


class Labeller(Protocol):
    """Says of every beat what it is and in what rhythm it stands."""

    def label(self, beats: Sequence[DetectedBeat]) -> list[Beat]:
        """One `Beat` for each of `beats`, in their order; an answer must not depend on the others in the batch."""
        ...


PipelineOutput = SampleChunk | Event


class Pipeline:
    """Stages of all recordings that are followed. Recordings are told apart by the chunks' own names."""

    def __init__(self, labeller: Labeller) -> None:
        self._labeller = labeller
        self._trackers: dict[str, SignalTracker] = {}
        self._monitors: dict[str, HeartMonitor] = {}

    @property
    def recordings(self) -> frozenset[str]:
        """The recordings that have state here."""
        return frozenset(self._trackers)

    def receive(self, chunks: Sequence[DeviceChunk]) -> list[PipelineOutput]:
        """Filtered samples and events that `chunks` bring; those of one recording are in order.

        Raises SignalError when a chunk cannot be used: hand in one chunk at a time to learn which.
        """
        tracked = [item for chunk in chunks for item in self._tracker(chunk.recording).receive(chunk)]
        waiting = [item for item in tracked if isinstance(item, DetectedBeat)]
        labelled = iter(self._labeller.label(waiting) if waiting else [])
        results: list[PipelineOutput] = []
        for item in tracked:
            results += self._judge(next(labelled) if isinstance(item, DetectedBeat) else item)
        return results

    def _judge(self, item: TrackerOutput | Beat) -> list[PipelineOutput]:
        if isinstance(item, SampleChunk):
            return [item]
        assert not isinstance(item, DetectedBeat)
        concluded: list[PipelineOutput] = list(self._monitor(item.recording).receive(item))
        # What the time before an item concludes stands before it, whether the item or progress brought the time.
        return concluded if isinstance(item, Progress) else [*concluded, item]

    def _tracker(self, recording: str) -> SignalTracker:
        return self._trackers.setdefault(recording, SignalTracker(recording))

    def _monitor(self, recording: str) -> HeartMonitor:
        return self._monitors.setdefault(recording, HeartMonitor(recording))

    def snapshot(self, recording: str) -> dict[str, Any]:
        """State of one recording between two calls; plain values and arrays."""
        return {"tracker": self._tracker(recording).snapshot(), "monitor": self._monitor(recording).snapshot()}

    def restore(self, recording: str, state: dict[str, Any]) -> None:
        """Go on with `recording` from `state` as if nothing had happened."""
        self.forget(recording)
        self._tracker(recording).restore(state["tracker"])
        self._monitor(recording).restore(state["monitor"])

    def forget(self, recording: str) -> None:
        """Drop the state of `recording`; its next chunk begins anew."""
        self._trackers.pop(recording, None)
        self._monitors.pop(recording, None)
