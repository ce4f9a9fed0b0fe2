"""Whether everybody in a data set still consents, where the house that built it can be asked."""

import logging

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.consent import training_consent
from db.datasets import builds
from ecg.errors import RecordError
from training.ward.pseudonyms import Pseudonyms

log = logging.getLogger(__name__)


def refuse_withdrawn(engine: Engine, names: Pseudonyms, version: str) -> None:
    """Raise RecordError when somebody in the data set `version` has withdrawn. One that was built elsewhere, or a
    database that is away, cannot be asked: that is said in the log.
    """
    try:
        mine = [each for each in builds(engine) if each.version == version]
        present = {names.patient(each) for each in training_consent(engine)}
    except SQLAlchemyError:
        mine, present = [], set()
    if not mine:
        log.warning("Data set %s was built elsewhere: ask there whether all in it still consent.", version[:12])
        return
    if gone := sorted(mine[0].content.keys() - present):
        raise RecordError(
            f"Data set {version[:12]} holds patients who have withdrawn: {', '.join(gone)}. Build another."
        )
