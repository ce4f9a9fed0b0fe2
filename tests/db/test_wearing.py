"""Who wears which device, whose a recording is, and the codes with which a device gets its token."""

from sqlalchemy import Engine, select

from db.device_codes import CODE_MS, Code, new_code, use_code
from db.device_lists import add_device, new_device_token
from db.engine import reading, writing
from db.models import Recording
from db.patients import (
    add_patient,
)
from db.provision import admit
from db.queries import device_by_token
from db.store import NewRecording, store_batch
from db.tokens import sha256
from db.wearing import clash, give, last_sample, over, patients_of, take_away, wearings, whose
from tests.db.test_patients import new_patient

HOUR = 3_600_000


def recording_begins(engine: Engine, name: str, device: int, started_ms: int) -> None:
    store_batch(engine, {}, [NewRecording(name, device, 250.0, 200.0, "I", started_ms)], [], [])


def patient_of(engine: Engine, name: str) -> int | None:
    with reading(engine) as connection:
        stored: int | None = connection.execute(select(Recording.patient_id).where(Recording.id == name)).scalar()  # type: ignore[call-overload]
        return stored


def test_what_a_device_records_belongs_to_whoever_wore_it_when_it_began(engine: Engine) -> None:
    token = admit(engine, "4B", "07", "AA")
    device, first = 1, 1
    second = new_patient(engine, "Second")
    recording_begins(engine, "first's", device, 1 * HOUR)
    with writing(engine) as connection:
        take_away(connection, [device], 2 * HOUR)
        assert clash(connection, device, 1 * HOUR, None) is not None
        assert clash(connection, device, 2 * HOUR, None) is None
        give(connection, device, second, 3 * HOUR, None, 3 * HOUR)
    assert device_by_token(engine, sha256(token), 0) is None  # whoever has the old token records for nobody
    recording_begins(engine, "second's", device, 3 * HOUR + 1)
    recording_begins(engine, "late", device, 1 * HOUR + 5)  # nobody had heard of it, or the clock of the phone is wrong
    assert [patient_of(engine, name) for name in ("first's", "second's", "late")] == [first, second, None]
    asked = [("first's", device, 1 * HOUR), ("new", device, 4 * HOUR), ("newer", device, 1 * HOUR)]
    assert patients_of(engine, asked) == {"first's": first, "new": second, "newer": None}
    assert last_sample(engine, "first's", device, 1 * HOUR, 250.0) == 3600 * 250
    assert last_sample(engine, "second's", device, 3 * HOUR, 250.0) is None
    with writing(engine) as connection:
        other = clash(connection, device, 1 * HOUR, 4 * HOUR)
        assert other is not None and other.patient_id == second
        third = add_patient(connection, {"name": "Third", "initials": "T"})
        assert clash(connection, device, 2 * HOUR, 3 * HOUR) is None
        assert give(connection, device, third, 2 * HOUR, 3 * HOUR, 5 * HOUR) == 0
    assert whose_one(engine, device, 3 * HOUR) == second
    assert [each.patient_id for each in wearings(engine, device)] == [second, third, first]


def whose_one(engine: Engine, device: int, started_ms: int) -> int | None:
    with reading(engine) as connection:
        return whose(connection, [(device, started_ms)])[device, started_ms]


def test_a_time_in_the_past_takes_over_what_is_nobodys_and_a_time_that_is_over_ends(engine: Engine) -> None:
    asa = new_patient(engine, "Åsa")
    with writing(engine) as connection:
        device = add_device(connection, "Holter", 0)
        new_device_token(connection, device, None, 0)
    for name, at in (("before", 1), ("within", 2 * HOUR), ("after", 5 * HOUR)):
        recording_begins(engine, name, device, at)
    with writing(engine) as connection:
        assert give(connection, device, asa, HOUR, 4 * HOUR, 3 * HOUR) == 1
    assert [patient_of(engine, name) for name in ("before", "within", "after")] == [None, asa, None]
    assert over(engine, 4 * HOUR - 1) == [] and over(engine, 4 * HOUR) == [device]
    with writing(engine) as connection:
        take_away(connection, [device], 4 * HOUR)
    assert over(engine, 5 * HOUR) == []


def test_a_code_is_good_once_for_a_quarter_of_an_hour_and_the_newest_only(engine: Engine) -> None:
    with writing(engine) as connection:
        device = add_device(connection, "Phone", 0)
        old, code = new_code(connection, device, 0), new_code(connection, device, 0)
        assert use_code(connection, old, 1) == (Code.UNKNOWN, None)
        assert use_code(connection, f" {code[:5].lower()}-{code[5:]} ", 1) == (Code.GOOD, device)
        assert use_code(connection, code, 2) == (Code.USED, device)
        late = new_code(connection, device, 0)
        assert use_code(connection, late, CODE_MS) == (Code.EXPIRED, device)
