"""The jobs of uploads, analyses and exports, by their ids, as `streaming.jobs` runs them. Each may be done twice."""

import time
from functools import cache, lru_cache, partial

from classifier.engine import GraphLabeller
from classifier.networks import Networks
from db.analyses import ask_analysis
from db.engine import open_engine, writing
from ecg.errors import ArtifactError
from ecg.pipeline import Labeller
from settings import load_settings
from streaming.analysing import Analyst
from streaming.depot import Depot
from streaming.exporting import Exporter
from streaming.files.sandbox import Sandbox
from streaming.importing import Importer


def import_upload(upload_id: str) -> None:
    """Job: read an upload in, and analyse it where the house does so by itself."""
    place = workplace()
    made = place.importer.take_in(upload_id, _now_ms())
    if made is not None and place.analyses_by_itself:
        with writing(place.engine) as connection:
            asked = ask_analysis(connection, made, place.networks.in_service(), None, _now_ms())
        place.analyst.run(asked)


def run_analysis(analysis_id: str) -> None:
    """Job: run an analysis."""
    workplace().analyst.run(analysis_id)


def write_archive(export_id: str) -> None:
    """Job: write an archive of recordings."""
    workplace().exporter.run(export_id, _now_ms())


class Workplace:
    """What the jobs of this process share."""

    def __init__(self) -> None:
        settings = load_settings()
        self.engine = open_engine(settings.database_url)
        depot = Depot(settings.uploads_dir, settings.upload_mb << 20, settings.uploads_keep_free_mb << 20)
        self.importer = Importer(self.engine, depot, Sandbox())
        self.networks = Networks(settings.networks_dir)
        self.analyst = Analyst(self.engine, partial(labeller, self.networks))
        self.exporter = Exporter(self.engine, settings.exports_dir)
        self.analyses_by_itself = settings.analyse_uploads


@cache
def workplace() -> Workplace:
    """Made by the first job."""
    return Workplace()


@lru_cache(maxsize=2)
def labeller(networks: Networks, model: str) -> Labeller:
    """The network whose graphs have this SHA-256. Raises KeyError where it is not here, or cannot be loaded."""
    try:
        return GraphLabeller.load(networks.place(model))
    except ArtifactError as error:
        raise KeyError(model) from error


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
