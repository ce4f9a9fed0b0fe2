"""Which network a worker labels beats with: the one in service, and another as soon as another one is put there.

Loading takes seconds, in which the old network goes on in the worker's thread; then the worker changes between two
batches. Nothing is read twice and nothing is left out (`streaming.worker`).
"""

import gc
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor

from classifier.networks import Networks, Serving, load_serving
from ecg.pipeline import Pipeline

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


class NetworkWatch:
    """Looks each second whether another network is in service."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._mark = networks.mark()
        self._model = ""
        self._look_due = 0.0
        self._loader = ThreadPoolExecutor(1, "network")
        self._loading: Future[Serving] | None = None

    def first(self) -> Pipeline:
        """With the network in service now."""
        return self._pipeline(load_serving(self._networks))

    def successor(self) -> Pipeline | None:
        """With another network, once it is in service and loaded; None else."""
        if self._loading is not None:
            return self._loaded(self._loading) if self._loading.done() else None
        if time.monotonic() >= self._look_due:
            self._look()
        return None

    def _look(self) -> None:
        self._look_due = time.monotonic() + LOOK_SECONDS
        mark = self._networks.mark()
        if mark != self._mark:
            self._mark = mark
            self._loading = self._loader.submit(load_serving, self._networks)

    def _loaded(self, loading: "Future[Serving]") -> Pipeline | None:
        self._loading = None
        serving = loading.result()
        return None if serving.model == self._model else self._pipeline(serving)

    def _pipeline(self, serving: Serving) -> Pipeline:
        self._model = serving.model
        log.info("The network %s labels the beats from now on.", serving.model[:12])
        gc.freeze()  # it stays: see the worker's start
        return Pipeline(serving.labeller, serving.model)
