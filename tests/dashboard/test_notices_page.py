"""One's own notices: what is kept, what is refused at its field, a test on its way."""

from pathlib import Path

from auth.audit import AuditAction, audit_actions
from dashboard.app import create_app
from db.engine import open_engine
from db.notices import TEST, due_notices, wish_of
from ecg.alert_rules import Priority
from ecg.notice_times import Wish
from settings import Settings
from tests.migrated import migrated_sqlite
from tests.people import browser_with, login_token, new_person

BASE = "http://127.0.0.1:8050"
FORM = {"least": "medium", "after_s": "60", "quiet_from": "22:00", "quiet_to": "7:00", "high_in_quiet": "yes"}


def test_wishes_are_checked_kept_and_tried(tmp_path: Path) -> None:
    url = migrated_sqlite(tmp_path / "w.db")
    engine = open_engine(url)
    settings = Settings(var_dir=tmp_path, database_url=url, webhook_url="https://h.org/hook", webhook_secret="k")  # type: ignore[arg-type]
    ada = new_person(engine, "ada", "doctor")
    browser = browser_with(create_app(settings, engine), login_token(engine, ada))

    def page() -> str:
        return browser.get("/alerts/notices", base_url=BASE).text

    def post(path: str = "", **form: str) -> tuple[int, str]:
        token = page().split('name="form_token" value="')[1].split('"')[0]
        sent = {"form_token": token, **form}
        answer = browser.post(f"/alerts/notices{path}", data=sent, base_url=BASE, headers={"Origin": BASE})
        return answer.status_code, answer.text + answer.headers.get("Location", "")

    assert "E-mail is not set up here." in page() and "Names of patients are never sent from here" in page()
    assert "no_way" in post("/test")[1]
    for wrong, words in (
        *(({"after_s": "-1"}, "Type 0 to 3600 s."), ({"quiet_to": "25:00"}, "Type a time, as 22:00.")),
        *(({"quiet_to": ""}, "Type both times, or neither."), ({"least": "all"}, "Choose one of these.")),
    ):
        status, text = post(**FORM | wrong)
        assert status == 400 and words in text and 'value="22:00"' in text
    assert wish_of(engine, ada) is None
    assert post(**FORM, by_webhook="yes", by_mail="yes", names="yes")[0] == 303
    kept = wish_of(engine, ada)
    assert kept is not None
    assert kept.wish == Wish(Priority.MEDIUM, 60, (1320, 420), True)
    assert (kept.by_mail, kept.by_webhook, kept.names) == (False, True, False)
    assert 'value="07:00"' in page()
    assert "tested" in post("/test")[1]
    assert [one.cause for one in due_notices(engine, 2**60)] == [TEST]
    told = [each for each in audit_actions(engine) if each[0] not in (AuditAction.LOGIN, AuditAction.VIEWED)]
    assert told == [
        (AuditAction.NOTICES_SET, "medium after 60 s by webhook"),
        (AuditAction.NOTICE_TESTED, "by webhook"),
    ]
    engine.dispose()
