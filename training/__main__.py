"""`python -m training`: fetch if asked, prepare, train, evaluate, export. With a ward's data set or without."""

import argparse
import logging
from dataclasses import dataclass, replace
from pathlib import Path

from classifier.bank import write_bank
from classifier.engine import SHIPPED
from classifier.model import Network
from db.engine import open_engine
from ecg.errors import RecordError, WardbeatError
from settings import Settings, load_settings
from training import coverage
from training.bank import make_bank
from training.config import TrainingConfig, read_config
from training.evaluate import Report, answers, evaluate, first_leads, of_ward
from training.export import describe, export_graphs
from training.finish import finish
from training.layout import Layout, fetch, find
from training.noise import read_noise
from training.prepare import prepare, prepare_ward
from training.prepared import PreparedRecord, data_hash, read
from training.quantise import quantise
from training.sources import PUBLIC, Source
from training.split import Split, split
from training.train import train
from training.ward.command import key_of
from training.ward.consent import refuse_withdrawn
from training.ward.manifest import read_manifest, version_of
from training.ward.pseudonyms import Pseudonyms

EXPERIMENT = Path(__file__).parent / "shipped.toml"


def main() -> None:
    """Run the whole way for one experiment file."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("experiment", type=Path, nargs="?", default=EXPERIMENT, help="TOML file")
    parser.add_argument("--out", type=Path, help="folder of the artifact (default: the shipped one, or a new one)")
    parser.add_argument("--dataset", type=Path, help="learn from this too: a folder of `wardbeat dataset build`")
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
        config, ward = read_config(arguments.experiment), _ward(arguments.dataset, settings)
        out = arguments.out or (var / _name(config, ward) / "network" if ward else SHIPPED)
        run(config, find(settings.data_dir, var / "unpacked"), var, out, ward)
    except WardbeatError as error:
        parser.exit(1, f"{error}\n")


def _ward(dataset: Path | None, settings: Settings) -> "Ward | None":
    """What a data set holds, if one was named. Raises RecordError where somebody in it has withdrawn."""
    if dataset is None:
        return None
    engine, names = open_engine(settings.database_url), Pseudonyms(key_of(settings))
    refuse_withdrawn(engine, names, version_of(dataset))
    engine.dispose()
    return Ward.read(dataset)


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward's data set: its version, and its records as networks are shown them."""

    version: str
    records: list[PreparedRecord]

    @classmethod
    def read(cls, dataset: Path) -> "Ward":
        """Raises RecordError when a file is not as it was built, or there is nothing to learn from."""
        version, manifest = version_of(dataset), read_manifest(dataset)
        logging.info("data set %s: %d patients, %d recordings", version[:12], manifest.patients, manifest.recordings)
        if not manifest.records:
            raise RecordError(f"{dataset}: nobody judged a beat in it: nothing to learn from")
        return cls(version, prepare_ward(dataset))


def run(config: TrainingConfig, data: Layout, var: Path, out: Path, ward: Ward | None = None) -> None:
    """Prepare `data` in `var`, train there, and put the artifact in `out`."""
    prepare(data, var)
    records, version, name = {source: read(var, source) for source in PUBLIC}, "", _name(config, ward)
    if ward is not None:
        records[Source.WARD], version = ward.records, ward.version
    sides = split(records, config)
    _describe_sides(sides)
    noise = read_noise(data.noise)
    network = train(config, sides, noise, var / name)
    network = finish(network, config, sides.training, noise)
    challenge = answers(network, sides.validation[Source.CHALLENGE])
    beats = answers(network, first_leads(sides.validation))
    report = _with_ward(evaluate(challenge, beats), network, sides)
    coverage.write(coverage.curves(challenge, beats, report.temperatures), var / name)
    export_graphs(network, out)
    describe(network, out, name, data_hash(var, version), report, version)
    quantise(out, sides.training)
    write_bank(out, make_bank(sides.training[Source.ARRHYTHMIA], out))
    print_report(report)
    print(f"The network is in {out}.")


def _name(config: TrainingConfig, ward: Ward | None) -> str:
    """Of the network, and of the folder of its checkpoints: another data set begins anew."""
    return config.name if ward is None else f"{config.name}-{ward.version[:8]}"


def _with_ward(report: Report, network: Network, sides: Split) -> Report:
    kept_back = sides.validation.get(Source.WARD)
    if not kept_back:
        return report
    return replace(report, figures=report.figures | of_ward(answers(network, kept_back)))


def _describe_sides(sides: Split) -> None:
    for source in sides.training:
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
