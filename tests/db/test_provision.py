"""The demo ward: the same at each start, with fresh tokens."""

import pytest
from sqlalchemy import Engine, text

from db import queries
from db.engine import reading
from db.provision import admit, demo_initials, provision_demo
from db.tokens import sha256
from ecg.errors import ConfigurationError


def test_the_ward_stays_and_the_tokens_change(engine: Engine) -> None:
    first = provision_demo(engine, 3)
    second = provision_demo(engine, 8)
    assert [(d.bed, d.initials, d.device_id) for d in first] == [(d.bed, d.initials, d.device_id) for d in second[:3]]
    assert len({device.token for device in [*first, *second]}) == 11
    assert len(queries.beds(engine)) == 8


def test_only_the_newest_token_opens(engine: Engine) -> None:
    old, new = (provision_demo(engine, 1)[0] for _ in range(2))
    assert queries.device_by_token(engine, sha256(old.token), 0) is None
    device = queries.device_by_token(engine, sha256(new.token), 0)
    assert device is not None
    assert device.id == new.device_id
    assert device == queries.device(engine, new.device_id)
    assert not device.revoked


def test_no_token_is_in_the_database(engine: Engine) -> None:
    token = provision_demo(engine, 1)[0].token
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT * FROM device")).all()
    assert sha256(token) in str(rows)
    assert token not in str(rows)


def test_no_two_patients_look_alike_on_the_wall() -> None:
    assert len({demo_initials(number) for number in range(1, 301)}) == 300


def test_an_admitted_patient_has_a_bed_and_a_device_that_may_send(engine: Engine) -> None:
    token = admit(engine, "4B", "07", "LM")
    (bed,) = queries.beds(engine)
    assert (bed.ward, bed.bed, bed.initials) == ("4B", "07", "LM")
    device = queries.device_by_token(engine, sha256(token), 0)
    assert device is not None
    assert (device.patient_id, device.revoked) == (bed.patient_id, False)


def test_nobody_is_put_into_a_bed_that_is_taken(engine: Engine) -> None:
    token = admit(engine, "4B", "07", "LM")
    with pytest.raises(ConfigurationError, match="Somebody lies in bed 07 of 4B"):
        admit(engine, "4B", "07", "LM")
    assert queries.device_by_token(engine, sha256(token), 0) is not None
    assert len(queries.beds(engine)) == 1
    admit(engine, "4C", "07", "LM")
    assert len({bed.patient_id for bed in queries.beds(engine)}) == 2
