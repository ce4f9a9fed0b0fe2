"""What is known of the clocks of recordings' devices."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, bindparam, or_, update

from db.engine import writing
from db.models import Recording
from db.store import table_of


def learn_rate_errors(engine: Engine, errors: Mapping[str, tuple[float, float]]) -> None:
    """Recording -> (ppm, within ppm), as in `db.models.Recording`. A recording keeps the closest that was ever known.

    Recordings that are not in the database yet are left out: say it again later.
    """
    if not errors:
        return
    table = table_of(Recording)
    known = table.c.rate_error_within_ppm
    closer = or_(known.is_(None), known > bindparam("within"))
    learnt: dict[str, Any] = {"rate_error_ppm": bindparam("ppm"), "rate_error_within_ppm": bindparam("within")}
    statement = update(table).where(table.c.id == bindparam("recording"), closer).values(**learnt)
    rows = [{"recording": name, "ppm": ppm, "within": within} for name, (ppm, within) in errors.items()]
    with writing(engine) as connection:
        connection.execute(statement, rows)
