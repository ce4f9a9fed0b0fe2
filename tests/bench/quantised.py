"""The reader's graph in the forms that engines take: as it is exported, and in int8."""

import shutil
from pathlib import Path

from classifier.artifact import QUANTISED_WEIGHTS, READER
from tests.bench.reader_graphs import Form
from training.quantise import Inputs, write_quantised


def write_forms(network: Path, folder: Path, inputs: Inputs) -> None:
    """Every `Form` of the reader in `network` into `folder`; in the one that does not serve, the range of each map is
    taken from `inputs`.
    """
    shutil.copyfile(network / READER, folder / Form.FLOAT)
    for name in (Form.INT8_INPUTS, QUANTISED_WEIGHTS):
        shutil.copyfile(network / name, folder / name)
    write_quantised(network / READER, folder / Form.INT8, inputs, {})
