"""Scripts, SQL, formulas and paths in every field there is: nothing runs, nothing breaks, nothing becomes a formula."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Dialog, Page
from sqlalchemy import text

from auth.audit_check import check_trail
from auth.audit_csv import FORMULA
from auth.audit_keys import place_of_process
from auth.door import Door, hang_door
from auth.slowdown import SlowDown
from db.store import store_batch
from ecg.alert_rules import AlertName, Priority
from ecg.types import Alert, Evidence
from tests.authorisation import ROUTES
from tests.authorised_house import House, furnished_house
from tests.browser import be_patient
from tests.corpora import ALL, PATHS, SCRIPTS, SQL, TOGETHER
from tests.hostile import Attack, attack
from tests.identities import MINE
from tests.served import served
from tests.witness import write_down
from tests.writable import BY_SCRIPTS, OPEN_PAGES, PAGES

pytestmark = pytest.mark.timeout(300)
NAMES = {
    "patient": {"name": SCRIPTS[2], "initials": "<b>x"},
    "ward": {"name": f"{SCRIPTS[0][:40]}"},
    "bed": {"label": "<i>1</i>"},
    "device": {"label": SCRIPTS[3]},
}
"""What else stands in the database and on screens, however it came there."""


def add_alert(house: House) -> None:
    alert = Alert(MINE, AlertName.TACHYCARDIA, Priority.HIGH, 400, 900, Evidence(), "c0ffee")
    store_batch(house.engine, {}, [], [], [alert])


def without_slowing(house: House) -> None:
    """Who guesses is slowed down elsewhere; here every guess is to be looked at."""
    here: Door = house.app.extensions["wardbeat-door"]
    with house.app.app_context():
        never = SlowDown(10**9)
        hang_door(house.app, replace(here, accounts=never, browsers=never, addresses=never, codes=never))


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """Passwords of tests cost next to nothing."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with patch("auth.passwords._hasher", lambda: cheap):
        yield


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, quick: None) -> Iterator[Attack]:
    with furnished_house(tmp_path_factory.mktemp("corpora"), self_registration=True) as house:
        with house.engine.begin() as connection:
            for table, values in NAMES.items():
                pairs = ", ".join(f"{name} = :{name}" for name in values)
                connection.execute(text(f"UPDATE {table} SET {pairs} WHERE id = 1"), values)
        without_slowing(house)
        add_alert(house)
        yield attack(house, ALL)


def test_every_page_and_every_field_has_a_row(attacked: Attack) -> None:
    live = {row.path.format(patient=1, recording=MINE) for (method, _), row in ROUTES.items() if method == "GET"}
    pages = {path for path in live if is_page(attacked.house, path.replace("/people/1", "/people/3"))}
    assert {path.replace("/people/1", "/people/3") for path in pages} <= set(PAGES)
    assert attacked.writable == PAGES | OPEN_PAGES
    assert {page for page, _ in BY_SCRIPTS} <= set(PAGES)


def is_page(house: House, path: str) -> bool:
    answer = house.open(house.browser("administrator"), "GET", path)
    html = answer.status_code == 200 and answer.mimetype == "text/html" and "<" in answer.text
    answer.close()
    return html


def test_nothing_breaks_and_nothing_becomes_markup(attacked: Attack) -> None:
    assert attacked.wrong == []
    assert attacked.sent > 35 * len(ALL)
    with attacked.house.engine.connect() as connection:
        roles = connection.execute(text("SELECT name FROM user_account WHERE role = 'administrator'")).scalars().all()
        counted = connection.execute(text("SELECT count(*) FROM recording")).scalar_one()
    assert (roles, counted) == (["administrator"], 2)
    assert check_trail(attacked.house.engine, place_of_process(), 0).flaw is None


def test_no_cell_that_is_taken_out_is_a_formula(attacked: Attack) -> None:
    answer = attacked.house.open(attacked.house.browser("administrator"), "GET", "/audit/export")
    cells = [cell for row in csv.reader(io.StringIO(answer.text, newline="")) for cell in row]
    assert len(cells) > 1000 and [cell for cell in cells if cell.startswith(FORMULA)] == []
    assert any(cell.startswith("'=1+1") for cell in cells)


@pytest.mark.parametrize("path", [*(PATHS[:-1]), *SQL, SCRIPTS[0]])
def test_an_address_is_no_way_out_of_the_house(attacked: Attack, path: str) -> None:
    desk = attacked.house.browser("administrator")
    for begin in (
        "/assets/",
        "/auth/",
        "/recordings/",
        "/recording/",
        "/patient/",
        "/overview/1/",
        "/patients/",
        "/walls/",
    ):
        answer = attacked.house.open(desk, "GET", begin + path.replace("%", "%25").replace("?", "%3F"))
        assert answer.status_code in (303, 308, 400, 403, 404, 405), (begin, path)
        assert "root:" not in answer.text
        answer.close()


def test_postgresql_takes_it_too(tmp_path_factory: pytest.TempPathFactory, postgres_url: str, quick: None) -> None:
    with furnished_house(tmp_path_factory.mktemp("pg"), postgres_url, self_registration=True) as house:
        without_slowing(house)
        add_alert(house)
        assert attack(house, (*SQL[1:3], *PATHS[5:], SCRIPTS[0])).wrong == []


@pytest.fixture
def page(attacked: Attack, chromium: Browser) -> Iterator[Page]:
    """A page of the administrator, of the attacked house, on which nothing may run that the house did not write."""
    house = attacked.house
    with served(house.app, house.settings.web_port):
        context = be_patient(chromium.new_context(locale="en"))
        context.add_cookies([{"name": "wardbeat-login", "value": house.tokens["administrator"], "url": house.base}])
        write_down(context)
        yield context.new_page()
        context.close()


LOOK = "() => [window.harm ?? null, (window.violations || []).filter((each) => each.startsWith('script'))]"
FILL = """([place, typed]) => {
  const form = document.forms[place];
  for (const field of form.querySelectorAll('input:not([type=hidden], [type=checkbox]), textarea')) {
    if (field.type === 'datetime-local') field.type = 'text';
    field.removeAttribute('maxlength');
    field.value = typed;
  }
  form.noValidate = true;
  form.requestSubmit();
}"""


def test_nothing_runs_in_a_browser(attacked: Attack, page: Page) -> None:
    told: list[str] = []

    def hear(dialog: Dialog) -> None:
        told.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear)
    page.on("pageerror", lambda error: told.append(str(error)))
    ready = {"/recordings/": ".ag-row a", "/patient/1": "#beat-counts tr"}
    found = {}
    for path in PAGES:
        page.goto(attacked.house.base + path)
        if path in ready:
            page.wait_for_selector(ready[path])
        found[path] = page.evaluate(LOOK)
    for path, forms in (PAGES | OPEN_PAGES).items():
        for place, form in enumerate(forms):
            if form[0] == "script" or "{token}" in path:
                continue
            page.goto(attacked.house.base + path)
            with page.expect_navigation():
                page.evaluate(FILL, [place_of(page, form), TOGETHER])
            found[f"{path} {place}"] = page.evaluate(LOOK)
    assert {path: seen for path, seen in found.items() if seen != [None, []]} == {}
    assert told == []


def place_of(page: Page, form: tuple[str, str]) -> int:
    """Which of the page's forms it is."""
    wanted = "([method, action]) => [...document.forms].findIndex((form) => form.method === method"
    here = "new URL(form.getAttribute('action') || location.pathname, location.href).pathname === action"
    return int(page.evaluate(f"{wanted} && {here})", list(form)))
