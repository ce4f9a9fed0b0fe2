"""Marks of the ward, and room for those of a patient's phone."""

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError

from db.engine import writing
from db.marks import delete_mark, marks_of_patient, restore_mark, set_mark
from db.models_marks import EventMark
from db.store import table_of
from tests.db import hearts
from tests.db.test_limits import people


def test_marks_are_listed_the_last_moment_first_and_come_back(engine: Engine) -> None:
    ada, eve = people(engine)
    device = hearts.store(engine)
    with writing(engine) as connection:
        first = set_mark(connection, hearts.RECORDING, 100, "coughs", ada, 10)
        set_mark(connection, hearts.RECORDING, 400, "turned", eve, 20)
        own = {"recording_id": hearts.RECORDING, "index": 300, "words": "", "symptom": "dizzy", "at_ms": 30}
        connection.execute(insert(table_of(EventMark)).values(**own, device_id=device, origin="phone-1"))
    told = [(mark.index, mark.words, mark.person, mark.symptom) for mark in marks_of_patient(engine, 1)]
    assert told == [(400, "turned", "Eve", None), (300, "", None, "dizzy"), (100, "coughs", "Ada", None)]
    assert marks_of_patient(engine, 2) == []
    with writing(engine) as connection:
        assert delete_mark(connection, 2, first, ada, 40) is None
        assert delete_mark(connection, 1, first, ada, 40) == "coughs"
        assert delete_mark(connection, 1, first, ada, 41) is None
    assert [mark.index for mark in marks_of_patient(engine, 1)] == [400, 300]
    with writing(engine) as connection:
        assert restore_mark(connection, 1, first) == "coughs"
    assert [mark.index for mark in marks_of_patient(engine, 1)] == [400, 300, 100]
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(insert(table_of(EventMark)).values(**own, device_id=device, origin="phone-1"))
