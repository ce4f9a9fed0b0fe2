"""`python -m training`: fetch if asked, prepare, train, evaluate, export."""

import argparse
import logging
from pathlib import Path

from classifier.bank import write_bank
from classifier.engine import SHIPPED
from ecg.errors import WardbeatError
from settings import load_settings
from training import coverage
from training.bank import make_bank
from training.config import TrainingConfig, read_config
from training.evaluate import Report, answers, evaluate, first_leads
from training.export import describe, export_graphs
from training.finish import finish
from training.layout import Layout, fetch, find
from training.noise import read_noise
from training.prepare import prepare
from training.prepared import data_hash, read
from training.quantise import quantise
from training.sources import Source
from training.split import Split, split
from training.train import train

EXPERIMENT = Path(__file__).parent / "shipped.toml"


def main() -> None:
    """Run the whole way for one experiment file."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("experiment", type=Path, nargs="?", default=EXPERIMENT, help="TOML file")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="folder of the artifact")
    parser.add_argument("--fetch", action="store_true", help="first fetch what is missing from physionet.org")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings = load_settings()
    if settings.data_dir is None:
        parser.error("set WARDBEAT_DATA_DIR to a folder with training2017, mitdb and nstdb (--fetch fills it)")
    var = settings.var_dir / "training"
    try:
        if arguments.fetch:
            fetch(settings.data_dir)
        run(read_config(arguments.experiment), find(settings.data_dir, var / "unpacked"), var, arguments.out)
    except WardbeatError as error:
        parser.exit(1, f"{error}\n")


def run(config: TrainingConfig, data: Layout, var: Path, out: Path) -> None:
    """Prepare `data` in `var`, train there, and put the artifact in `out`."""
    prepare(data, var)
    sides = split({source: read(var, source) for source in Source}, config)
    _describe_sides(sides)
    noise = read_noise(data.noise)
    network = train(config, sides, noise, var / config.name)
    network = finish(network, config, sides.training, noise)
    challenge = answers(network, sides.validation[Source.CHALLENGE])
    beats = answers(network, first_leads(sides.validation))
    report = evaluate(challenge, beats)
    coverage.write(coverage.curves(challenge, beats, report.temperatures), var / config.name)
    export_graphs(network, out)
    describe(network, out, config.name, data_hash(var), report)
    quantise(out, sides.training)
    write_bank(out, make_bank(sides.training[Source.ARRHYTHMIA], out))
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
        print(f"{name:36} {value:.4f}")
    for title, counts in (
        ("rhythm by beat, live", report.live_counts),
        ("rhythm by beat, settled", report.settled_counts),
        ("rhythm by record", report.record_counts),
        ("beat class", report.class_counts),
    ):
        print(title, counts, sep="\n")


if __name__ == "__main__":
    main()
