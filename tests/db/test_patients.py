"""Patients and devices in the database: found, worn by one at a time, changed by one, purged to the last row."""

from sqlalchemy import ColumnElement, Connection, Engine, MetaData, Table, func, insert, select

from db.care import care_of, carers, place_of_patient
from db.consent import consents, training_consent, write_consent
from db.device_lists import add_device, listed_devices
from db.engine import reading, writing
from db.limits import set_limit
from db.models import Patient
from db.models_marks import EventMark
from db.models_patients import Wearing
from db.patients import (
    PAGE,
    RESTORE_MS,
    Among,
    add_patient,
    change_patient,
    deleted_patients,
    mark_deleted,
    mark_restored,
    patient,
    patients,
)
from db.placing import leave_bed, lie_down, make_bed
from db.purge_patients import purge_patients
from db.queries import beds
from db.upserts import table_of
from db.wearing import give, take_away
from tests.db import hearts
from tests.people import new_person


def new_patient(engine: Engine, name: str, initials: str = "XX", number: str | None = None) -> int:
    facts = {"name": name, "initials": initials, "number": number, "born": None, "sex": None}
    with writing(engine) as connection:
        return add_patient(connection, facts)


def lies(engine: Engine, patient_id: int, ward: str, bed: str) -> None:
    with writing(engine) as connection:
        make_bed(connection, ward, bed)
        assert lie_down(connection, patient_id, ward, bed) is None


def found(engine: Engine, search: str, among: Among | None = None) -> list[str]:
    return [each.called for each in patients(engine, search, among).rows]


def test_each_word_is_in_name_number_ward_bed_or_device(engine: Engine) -> None:
    asa = new_patient(engine, "Åsa Öberg", "ÅÖ", "H-100%")
    lin = new_patient(engine, "林 小明", "LX", "H-2")
    new_patient(engine, "", "QQ")
    lies(engine, asa, "4B", "07")
    lies(engine, lin, "5C", "07")
    with writing(engine) as connection:
        give(connection, add_device(connection, "Strap Ωmega", 1), lin, 1, None, 1)
    assert sorted(found(engine, "")) == ["QQ", "Åsa Öberg", "林 小明"]
    for search in ("ÅSA", "öberg åsa", "h-100%", "4b 07", "ÅÖ 4B", "ｈ－１００"):
        assert found(engine, search) == ["Åsa Öberg"], search
    for search in ("小明", "ωMEGA 5c", "h-2", str(lin)):
        assert found(engine, search) == ["林 小明"], search
    assert sorted(found(engine, "07")) == ["Åsa Öberg", "林 小明"]
    assert found(engine, "%") == ["Åsa Öberg"] and found(engine, "_") == []
    assert found(engine, "07", Among(["5C"], ())) == ["林 小明"]
    assert found(engine, "", Among((), [asa])) == ["Åsa Öberg"] and found(engine, "", Among((), ())) == []
    assert [each.label for each in listed_devices(engine, "小明").rows] == ["Strap Ωmega"]
    assert listed_devices(engine, "", Among(["4B"], ())).rows == []


def test_pages_are_whole_and_one_beyond_the_last_is_the_last(engine: Engine) -> None:
    with writing(engine) as connection:
        row = {"initials": "XX", "version": 1}
        connection.execute(insert(table_of(Patient)), [{**row, "name": f"P{n:04d}"} for n in range(2 * PAGE + 3)])
    pages = [patients(engine, "p0", None, number) for number in (1, 2, 3, 99)]
    assert [len(each.rows) for each in pages] == [PAGE, PAGE, 3, 3]
    assert {(each.total, each.pages) for each in pages} == {(2 * PAGE + 3, 3)}
    assert len({row.id for each in pages[:3] for row in each.rows}) == 2 * PAGE + 3


def test_the_second_of_two_who_change_at_once_changes_nothing(engine: Engine) -> None:
    asa = new_patient(engine, "Åsa")
    with writing(engine) as connection:
        assert change_patient(connection, asa, 1, {"name": "First"})
        assert not change_patient(connection, asa, 1, {"name": "Second"})
    known = patient(engine, asa)
    assert known is not None and (known.name, known.version) == ("First", 2)


def test_one_lies_in_one_bed_and_nobody_is_put_on_top(engine: Engine) -> None:
    asa, lin = new_patient(engine, "Åsa"), new_patient(engine, "Lin")
    lies(engine, asa, "4B", "07")
    with writing(engine) as connection:
        assert lie_down(connection, lin, "4B", "07") == "room"
        assert lie_down(connection, lin, "4B", "08") == "bed"
        assert lie_down(connection, lin, "9Z", "07") == "ward"
    lies(engine, asa, "4B", "08")
    assert [(bed.bed, bed.patient_id) for bed in beds(engine)] == [("07", None), ("08", asa)]
    with writing(engine) as connection:
        assert leave_bed(connection, asa) and not leave_bed(connection, asa)


def test_consent_is_what_was_said_last_and_twice_the_same_is_once(engine: Engine) -> None:
    ada, asa = new_person(engine, "ada", "administrator"), new_patient(engine, "Åsa")
    with writing(engine) as connection:
        said = [write_consent(connection, asa, given, ada, at) for at, given in enumerate((False, True, True, False))]
    assert said == [False, True, False, True]
    assert [(each.given, each.person, each.at_ms) for each in consents(engine, asa)] == [
        (False, "Ada", 3),
        (True, "Ada", 1),
    ]
    assert training_consent(engine) == frozenset()
    with writing(engine) as connection:
        write_consent(connection, asa, True, ada, 4)
    assert training_consent(engine) == {asa}


def test_a_deleted_patient_is_nowhere_comes_back_and_is_purged_to_the_last_row(engine: Engine) -> None:
    device = hearts.store(engine)
    asa, ada = 1, new_person(engine, "ada", "doctor", patients=[1, 2])
    with writing(engine) as connection:
        set_limit(connection, asa, "pause", 2.5, ada, 1, "")
        write_consent(connection, asa, True, ada, 1)
        mark = {"recording_id": hearts.RECORDING, "index": 1, "words": "", "user_id": ada, "at_ms": 1}
        connection.execute(insert(table_of(EventMark)).values(**mark))
        row = {"device_id": device, "patient_id": asa, "from_ms": 0}
        connection.execute(insert(table_of(Wearing)).values(**row))
        delete(connection, asa, 10)
    assert place_of_patient(engine, asa) is None and patient(engine, asa) is None and carers(engine, asa)
    assert care_of(engine, ada).patients == {2} and training_consent(engine) == frozenset()
    assert [each.id for each in deleted_patients(engine)] == [asa]
    with writing(engine) as connection:
        assert not mark_restored(connection, asa, 10 + RESTORE_MS)
        assert mark_restored(connection, asa, 9 + RESTORE_MS)
        assert not mark_restored(connection, asa, 11)
    assert care_of(engine, ada).patients == {1, 2}
    with writing(engine) as connection:
        delete(connection, asa, 10)
    others = rows_of(engine) - rows_about(engine, asa)
    told: list[tuple[str, int | None]] = []
    steps = 0
    while purge_patients(engine, 10 + RESTORE_MS, lambda _connection, text, who: told.append((text, who))):
        steps += 1
    assert steps > 3 and told == [("patient 1, deleted 30 days ago", asa)]
    assert rows_of(engine) == others and rows_about(engine, asa) == 0
    assert purge_patients(engine, 10 + RESTORE_MS, lambda *_: None) == 0


def delete(connection: Connection, patient_id: int, now_ms: int) -> None:
    leave_bed(connection, patient_id)
    take_away(connection, [1], now_ms)
    assert mark_deleted(connection, patient_id, now_ms, None)


def counted(engine: Engine, table: Table, *about: ColumnElement[bool]) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*about)).scalar_one())


def rows_of(engine: Engine) -> int:
    """In all tables."""
    return sum(counted(engine, each) for each in all_tables(engine).values())


def rows_about(engine: Engine, patient_id: int) -> int:
    """That name the patient, or a recording of the patient."""
    there = all_tables(engine)
    mine = there["recording"].c.patient_id == patient_id
    total = counted(engine, there["patient"], there["patient"].c.id == patient_id)
    for each in there.values():
        if "patient_id" in each.c:
            total += counted(engine, each, each.c.patient_id == patient_id)
        elif "recording_id" in each.c:
            total += counted(engine, each, each.c.recording_id.in_(select(there["recording"].c.id).where(mine)))
    return total


def all_tables(engine: Engine) -> dict[str, Table]:
    there = MetaData()
    there.reflect(engine)
    return dict(there.tables)
