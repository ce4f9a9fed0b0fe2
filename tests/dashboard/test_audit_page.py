"""The page of the audit trail: found by its filters, page by page, taken out, checked, and believed only when whole."""

import csv
import io
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from auth.audit import AuditAction, write_audit
from db.engine import writing
from tests.authorised_house import House, furnished_house

EVIL = "=cmd|'/c calc'!A1<script>alert(1)</script>"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnished_house(tmp_path_factory.mktemp("trail")) as house:
        with writing(house.engine) as connection:
            for number in range(250):
                write_audit(connection, 60_000 * number, AuditAction.VIEWED, 1, f"recording {number}", "10.0.0.9", 7)
            write_audit(connection, 0, AuditAction.LOGIN_REFUSED, None, EVIL, "10.0.0.8")
        yield house


@pytest.fixture
def desk(house: House) -> FlaskClient:
    return house.browser("administrator")


def shown(house: House, desk: FlaskClient, query: str) -> str:
    answer = house.open(desk, "GET", f"/audit{query}")
    assert answer.status_code == 200
    return answer.text


def test_pages_follow_each_other_without_a_gap(house: House, desk: FlaskClient) -> None:
    first = shown(house, desk, "?patient=7")
    assert first.count("<tr>") == 101 and "recording 249<" in first and "recording 150<" in first
    (older,) = [part.split('"')[0] for part in first.split('href="/audit?')[1:] if 'rel="next"' in part[:60]]
    second = shown(house, desk, f"?{older.replace('&amp;', '&')}")
    assert second.count("<tr>") == 101 and "recording 149<" in second and "recording 150<" not in second
    assert "Newest" in second


def test_filters_find_and_nothing_typed_becomes_markup(house: House, desk: FlaskClient) -> None:
    found = shown(house, desk, "?action=login+refused&address=10.0.0.8&person=")
    assert found.count("<tr>") == 2
    assert "&lt;script&gt;" in found and "<script>alert" not in found
    assert "No entry is like that" in shown(house, desk, "?person=nobody%25")
    day = shown(house, desk, "?since=1970-01-01T01:00&until=1970-01-01T01:05&patient=7")
    assert day.count("<tr>") in (1, 6)  # by the machine's own time zone


@pytest.mark.parametrize(
    ("query", "words"),
    [("patient=x", "Type the patient&#39;s number"), ("since=yesterday", "Type a day and a time")],
)
def test_what_cannot_be_looked_for_is_said_at_the_field(
    house: House, desk: FlaskClient, query: str, words: str
) -> None:
    for path in ("/audit", "/audit/export"):
        answer = house.open(desk, "GET", f"{path}?{query}&subject=kept")
        assert answer.status_code == 400
        assert words in answer.text and 'value="kept"' in answer.text and 'aria-invalid="true"' in answer.text


def test_what_is_taken_out_is_what_was_looked_for_and_no_formula(house: House, desk: FlaskClient) -> None:
    answer = house.open(desk, "GET", "/audit/export?action=login+refused")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert [row[6] for row in rows[1:]] == [f"'{EVIL}"]
    assert "audit action=login+refused" in shown(house, desk, "?action=exported")


def test_the_trail_is_checked_and_a_changed_one_is_called_so(house: House, desk: FlaskClient) -> None:
    assert "Nobody has checked the trail yet." in shown(house, desk, "")
    check = {"headers": {"Origin": house.base}}
    assert house.open(desk, "POST", "/audit/check", **check).status_code == 303
    assert "The trail is whole: 2" in shown(house, desk, "")
    with house.engine.begin() as connection:
        connection.execute(text("UPDATE audit SET subject = 'x' WHERE id = 40"))
    assert "The trail is whole" in shown(house, desk, "")
    house.open(desk, "POST", "/audit/check", **check)
    assert "The trail was changed, first at entry 40." in shown(house, desk, "")
    assert house.open(desk, "POST", "/audit/check").status_code == 400
