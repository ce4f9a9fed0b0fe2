"""In a real browser: from registration to a patient, refused on another's; a reset; a patient's phone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import Engine

from auth.setup import first_admin_link
from dashboard.app import create_app
from db.engine import open_engine
from db.limits import limits_of_patients
from db.provision import admit, provision_demo
from db.store import NewRecording, store_batch
from settings import Settings
from streaming.own_place import free_port
from tests.auth.conftest import PASSWORD
from tests.browser import be_patient
from tests.migrated import migrated_sqlite
from tests.people import new_person
from tests.served import served

pytestmark = pytest.mark.timeout(300)
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1366, "height": 768}
OWN, RESET = "what only bo knows", "set by the administrator"


@dataclass(slots=True)
class Web:
    """The web application, listening."""

    url: str
    engine: Engine


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    port = free_port()
    settings = Settings(
        var_dir=tmp_path, database_url=migrated_sqlite(tmp_path / "w.db"), web_port=port, self_registration=True
    )
    engine = open_engine(settings.database_url)
    provision_demo(engine, 1)
    admit(engine, "Elsewhere", "01", "EL")
    facts = [NewRecording(f"recording-{device}", device, 250, 200.0, "I", 0) for device in (1, 2)]
    store_batch(engine, {}, facts, [], [])
    with served(create_app(settings, engine), port):
        yield Web(f"http://127.0.0.1:{port}", engine)
    engine.dispose()


@pytest.fixture
def pages(chromium: Browser) -> Iterator[list[Page]]:
    """An administrator's desk, a doctor's desk, a patient's phone; none of them ever breaks the content policy."""
    contexts = [be_patient(chromium.new_context(viewport=size, locale="en")) for size in (DESK, DESK, PHONE)]
    broken: list[str] = []
    made = [context.new_page() for context in contexts]
    for page in made:
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda line: broken.append(line.text) if "Content Security" in line.text else None)
    yield made
    for context in contexts:
        context.close()
    assert broken == []


def fill(page: Page, **fields: str) -> None:
    """Type into the fields of the page's first form and send it by the keyboard alone."""
    for name, typed in fields.items():
        page.fill(f"main form [name={name}]", typed)
    with page.expect_navigation():
        page.press(f"main form [name={list(fields)[-1]}]", "Enter")


def status(page: Page, url: str) -> int:
    answer = page.goto(url)
    assert answer is not None
    return answer.status


def test_from_registration_to_ones_own_patients(web: Web, pages: list[Page], caplog: pytest.LogCaptureFixture) -> None:
    desk, doctor, phone = pages
    desk.goto(first_admin_link(web.engine, web.url) or "")
    fill(desk, full_name="Ada Vogel", name="ada", password=PASSWORD, password_again=PASSWORD)
    register(web, doctor, caplog)
    assert status(doctor, f"{web.url}/patient/1") == 404

    desk.goto(f"{web.url}/people")
    desk.locator("#q").press_sequentially("lin")
    expect(desk.locator("#rows tbody tr")).to_have_count(1)
    desk.get_by_role("link", name="Bo Lind").click()
    desk.get_by_label("Demo ward").check()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("status")).to_have_text("Saved.")

    assert status(doctor, f"{web.url}/patient/1") == 200
    doctor.click("[data-limit=pause]")
    doctor.fill("#limit-value", "2.5")
    doctor.click(".limit-form [type=submit]")
    expect(doctor.locator(".limit-form [role=status]")).to_contain_text("From now on 2.5 s")
    assert limits_of_patients(web.engine)[1] == {"pause": 2.5}
    assert status(doctor, f"{web.url}/patient/2") == 404
    expect(doctor.get_by_role("heading")).to_have_text("No such patient")
    assert status(doctor, f"{web.url}/people") == 403
    reset(web, desk, doctor)
    on_the_phone(web, phone)


def register(web: Web, page: Page, caplog: pytest.LogCaptureFixture) -> None:
    page.goto(f"{web.url}/login")
    page.get_by_role("link", name="Make an account").click()
    fill(page, contact="bo@ward")
    expect(page.locator("#contact-note")).to_contain_text("Type an e-mail address")
    fill(page, contact="bo@ward.org")
    (code,) = re.findall(r"\d{4} \d{4}", caplog.text)
    fill(page, code=code, full_name="Bo Lind", name="bo", password=OWN, password_again=OWN)
    assert page.url == f"{web.url}/wall"


def reset(web: Web, desk: Page, doctor: Page) -> None:
    """The administrator sets a password: the doctor is out, and chooses an own one at the next login."""
    desk.get_by_role("link", name="Bo Lind").click()
    desk.fill("form[action$='/password'] [name=password]", RESET)
    desk.get_by_role("button", name="Set a new password").click()
    expect(desk.get_by_role("status")).to_contain_text("all logins of this person have ended")
    assert status(doctor, f"{web.url}/account") == 200
    assert doctor.url.startswith(f"{web.url}/login")
    fill(doctor, name="bo", password=RESET)
    assert doctor.url == f"{web.url}/account/password"
    fill(doctor, current=RESET, password=OWN, password_again=OWN + "!")
    expect(doctor.locator("#password_again-note")).to_contain_text("The two passwords differ")
    fill(doctor, current=RESET, password=OWN, password_again=OWN)
    expect(doctor.get_by_role("status")).to_contain_text("The password is changed.")


def on_the_phone(web: Web, phone: Page) -> None:
    """A patient sees the own recordings and nobody else's, and nothing is wider than the screen."""
    new_person(web.engine, "lm", "patient", patients=[1])
    with_password(web)
    phone.goto(f"{web.url}/login")
    fill(phone, name="lm", password=PASSWORD)
    assert phone.url == f"{web.url}/me"
    expect(phone.locator("tbody tr")).to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert status(phone, f"{web.url}/patient/1") == 200
    expect(phone.locator("[data-limit]")).to_have_count(0)
    refused = {f"{web.url}{path}": code for path, code in (("/patient/2", 404), ("/wall", 403), ("/people", 403))}
    assert {path: status(phone, path) for path in refused} == refused
    phone.goto(f"{web.url}/account")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def with_password(web: Web) -> None:
    """The patient gets the administrator's password, too: no second hash has to be made."""
    with web.engine.begin() as connection:
        same = "(SELECT password_hash FROM user_account WHERE name = 'ada')"
        connection.exec_driver_sql(f"UPDATE user_account SET password_hash = {same} WHERE name = 'lm'")
