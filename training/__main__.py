"""`python -m training`: prepare, train, evaluate, export."""

import argparse
import logging
from pathlib import Path

from classifier.artifact import GRAPH
from classifier.engine import SHIPPED, OnnxLabeller
from settings import load_settings
from training.config import TrainingConfig, read_config
from training.evaluate import Report, evaluate
from training.export import UNTESTED, describe, export_graph
from training.noise import read_noise
from training.prepare import prepare
from training.prepared import data_hash, read
from training.sources import Source
from training.split import Split, split
from training.train import train

EXPERIMENT = Path(__file__).parent / "first.toml"


def main() -> None:
    """Run the whole way for one experiment file."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("experiment", type=Path, nargs="?", default=EXPERIMENT, help="TOML file")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="folder of the artifact")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings = load_settings()
    if settings.data_dir is None:
        parser.error("set WARDBEAT_DATA_DIR to a folder with training2017/, mitdb/ and nstdb.npz")
    run(read_config(arguments.experiment), settings.data_dir, settings.var_dir / "training", arguments.out)


def run(config: TrainingConfig, data: Path, var: Path, out: Path) -> None:
    """Prepare `data` in `var`, train there, and put the artifact in `out`."""
    prepare(data, var)
    sides = split({source: read(var, source) for source in Source}, config)
    _describe_sides(sides)
    network = train(config, sides, read_noise(data / "nstdb.npz"), var / config.name)
    export_graph(network, out)
    report = evaluate(OnnxLabeller((out / GRAPH).read_bytes(), UNTESTED), sides.validation)
    describe(network, out, config.name, data_hash(var), report)
    print_report(report)


def _describe_sides(sides: Split) -> None:
    for source in Source:
        logging.info(
            "%s: %d records teach, %d are kept back",
            source,
            len(sides.training[source]),
            len(sides.validation[source]),
        )


def print_report(report: Report) -> None:
    """The figures and the counts behind them (rows: truth, columns: answer)."""
    for name, value in report.figures.items():
        print(f"{name:28} {value:.4f}")
    for title, counts in (
        ("rhythm by beat", report.rhythm_counts),
        ("rhythm by record", report.record_counts),
        ("beat class", report.class_counts),
    ):
        print(title, counts, sep="\n")


if __name__ == "__main__":
    main()
