"""What people set for patients: rows that stay, and the newest that holds."""

from alembic import command
from sqlalchemy import Engine, func, insert, select

from db.engine import open_engine, reading, writing
from db.limits import limit_history, limits_of_patients, set_limit
from db.models import User
from db.models_limits import PatientLimit
from db.provision import provision_demo
from db.schema import migrate, migration_config
from db.store import table_of


def people(engine: Engine) -> tuple[int, int]:
    """Two who may log in."""
    provision_demo(engine, 2)
    users = table_of(User)
    with writing(engine) as connection:
        found = [
            connection.execute(
                insert(users)
                .values(name=name, full_name=name.title(), role="doctor", password_hash="", active=True, created_ms=0)
                .returning(users.c.id)
            ).scalar_one()
            for name in ("ada", "eve")
        ]
    return found[0], found[1]


def wish(engine: Engine, patient: int, value: float | None, user: int, at_ms: int, reason: str = "") -> bool:
    with writing(engine) as connection:
        return set_limit(connection, patient, "pause", value, user, at_ms, reason)


def test_the_newest_setting_holds_and_all_of_them_stay(engine: Engine) -> None:
    ada, eve = people(engine)
    assert limits_of_patients(engine) == {}
    assert wish(engine, 1, 2.5, ada, 10, "pacemaker")
    assert wish(engine, 2, 1.5, eve, 11)
    assert wish(engine, 1, 3.1, eve, 12)
    assert limits_of_patients(engine) == {1: {"pause": 3.1}, 2: {"pause": 1.5}}
    assert wish(engine, 1, None, ada, 13)
    assert limits_of_patients(engine) == {1: {}, 2: {"pause": 1.5}}
    told = [(each.value, each.person, each.at_ms, each.reason) for each in limit_history(engine, 1, "pause", 9)]
    assert told == [(None, "Ada", 13, ""), (3.1, "Eve", 12, ""), (2.5, "Ada", 10, "pacemaker")]
    assert [each.value for each in limit_history(engine, 1, "pause", 1)] == [None]


def test_a_form_that_is_sent_twice_is_one_setting(engine: Engine) -> None:
    ada, eve = people(engine)
    sent = [(2.5, ada), (2.5, ada), (2.5, eve), (None, eve), (None, eve), (2.5, eve)]
    assert [wish(engine, 1, value, user, at) for at, (value, user) in enumerate(sent)] == [1, 0, 1, 1, 0, 1]
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(table_of(PatientLimit))).scalar_one() == 4


def test_the_table_goes_and_the_others_stay(database_url: str) -> None:
    engine = open_engine(database_url)
    people(engine)
    with writing(engine) as connection:
        command.downgrade(migration_config(connection), "0004")
    migrate(database_url)
    assert limits_of_patients(engine) == {}
    engine.dispose()
