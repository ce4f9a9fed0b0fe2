"""`python -m training.kept_back training2017`: the challenge records that the shipped network never learnt from."""

import argparse
from pathlib import Path

from training.__main__ import EXPERIMENT
from training.config import read_config
from training.sources import Source, challenge_names
from training.split import is_kept_back


def main() -> None:
    """Print their names, a line each, as `wardbeat evaluate --names` reads them."""
    parser = argparse.ArgumentParser(prog="python -m training.kept_back", description=__doc__)
    parser.add_argument("folder", type=Path, help="training2017")
    config = read_config(EXPERIMENT)
    names = challenge_names(parser.parse_args().folder)
    print("\n".join(name for name in names if is_kept_back(Source.CHALLENGE, name, config)))


if __name__ == "__main__":
    main()
