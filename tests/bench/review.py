"""The review of alerts with many of them in the database, and a storm of them on open pages.

    python -m tests.bench review [--alerts 100000] [--times 5] [--storm 1000]

Opening: from the address until the list and the first case stand, 1366 × 768, in a new window each time; nobody has
judged any of the alerts, which is the worst there can be. Storm: so many alerts told within a minute, while a wall and
a review are open; how many came to the database and how long a page stood still. On SQLite and, where it is here, on
PostgreSQL.
"""

import argparse
import contextlib
import itertools
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, Page
from redis import Redis
from sqlalchemy import Engine, insert

from db.alert_queue import Wanted, count, queue
from db.alert_reviews import act_row
from db.alerts import store_alerts
from db.engine import writing
from db.models_alerts import AlertAct
from db.models_recorder import LedgerRow
from db.review_views import Sight
from db.rows import alert_row
from db.schema import migrate
from db.store import NewRecording, store_batch
from db.upserts import insert_new, table_of
from ecg.alert_rules import RULES, AlertName
from ecg.alert_states import Happening
from ecg.findings import Finding
from ecg.types import Alert, Event, Evidence, VitalSigns
from streaming import keys
from streaming.codec import encode_events
from tests.browser import be_patient, running_chromium
from tests.dashboard.house import House, running_house
from tests.servers import postgres_binary, postgres_database, running_postgres, running_valkey, wait_until

BEDS = 64
SPREAD_MS = 7 * 86_400_000
SIZE = {"width": 1366, "height": 768}
AT_ONCE = 5000
OPEN = "() => document.querySelector('.item.on') && document.querySelector('.mid .fact') && performance.now()"
GONE = "(key) => !document.querySelector(`.item[data-waits][data-key='${key}']`) && Date.now()"
FRAMES = """() => { window.gaps = []; let last = performance.now();
  const step = (now) => { window.gaps.push(now - last); last = now; requestAnimationFrame(step); };
  requestAnimationFrame(step); }"""


def fill(engine: Engine, beds: int, number: int) -> None:
    """So many alerts of all rules, spread over a week, on recordings of all beds; those that latch have been seen."""
    now_ms = time.time_ns() // 1_000_000
    facts = [NewRecording(f"bench-{bed}", bed, 250.0, 200.0, "I", now_ms - SPREAD_MS) for bed in range(1, beds + 1)]
    store_batch(engine, {}, facts, [], [])
    nothing = {"missing": 0, "late": 0, "repeated": 0, "purged": 0, "settled": 0}
    with writing(engine) as connection:
        until = SPREAD_MS // 4
        insert_new(connection, LedgerRow, [{"recording_id": one.id, "until": until, **nothing} for one in facts])
    rules = itertools.cycle(AlertName)
    rows = []
    for place in range(number):
        rule, start = next(rules), place * SPREAD_MS // number // 4
        alert = Alert(
            f"bench-{1 + place % beds}", rule, RULES[rule].priority, start, start + 900, Evidence(6.0), "c0ffee"
        )
        rows.append(alert_row(alert, now_ms - SPREAD_MS + 4 * start))
    for at in range(0, number, AT_ONCE):
        with writing(engine) as connection:
            store_alerts(connection, rows[at : at + AT_ONCE])
    seen = [
        act_row((row["recording_id"], AlertName(row["rule"]), row["start"]), Happening.ACKNOWLEDGE, None, now_ms)
        for row in rows
        if RULES[AlertName(row["rule"])].latches
    ]
    for at in range(0, len(seen), AT_ONCE):
        with writing(engine) as connection:
            connection.execute(insert(table_of(AlertAct)), seen[at : at + AT_ONCE])
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alert SET seen_ms = began_ms + 48000 WHERE priority = 'high'")
        connection.exec_driver_sql("ANALYZE")  # as autovacuum does within the minute; all at once is this bench's doing


def opened(house: House, chromium: Browser, times: int) -> list[float]:
    """Seconds until the page can be used."""
    seconds = []
    for _ in range(times):
        window = house.admit(be_patient(chromium.new_context(viewport=SIZE)))  # type: ignore[arg-type]
        page = window.new_page()
        page.goto(f"{house.url}/alerts", wait_until="commit")
        seconds.append(float(page.wait_for_function(OPEN).json_value()) / 1000)
        window.close()
    return seconds


def two_windows(house: House, chromium: Browser) -> list[BrowserContext]:
    """Both in sight: a page behind another one is drawn once a second."""
    return [house.admit(be_patient(chromium.new_context(viewport=SIZE))) for _ in range(2)]  # type: ignore[arg-type]


def passed_on(house: House, chromium: Browser, times: int) -> list[float]:
    """Seconds from the key of a verdict on one review until the list of another has it."""
    windows = two_windows(house, chromium)
    here, there = (window.new_page() for window in windows)
    for page in (there, here):
        page.goto(f"{house.url}/alerts")
        page.wait_for_function(OPEN)
    seconds = []
    for _ in range(times):
        key = here.get_attribute(".item.on", "data-key")
        there.wait_for_selector(f'.item[data-waits][data-key="{key}"]')
        here.wait_for_selector(f'.mid[data-start="{(key or "").split("/")[-1]}"]')
        began = here.evaluate("Date.now()")
        here.keyboard.press("o")
        seen = there.wait_for_function(GONE, arg=key).json_value()
        seconds.append((seen - began) / 1000)
        here.wait_for_selector(f'.item.on:not([data-key="{key}"])')
    for window in windows:
        window.close()
    return seconds


def storm(house: House, chromium: Browser, number: int) -> str:
    """The row of the table."""
    windows = two_windows(house, chromium)
    pages = [window.new_page() for window in windows]
    for page, path in zip(pages, ("/wall", "/alerts"), strict=True):
        page.goto(house.url + path)
        page.wait_for_selector(".tile" if path == "/wall" else ".item")
        page.evaluate(FRAMES)
    before, began = count(house.engine(), Wanted(Sight(True))), time.monotonic()
    for place in range(number):
        _tell(house, place)
        time.sleep(max(0.0, began + 60.0 * (place + 1) / number - time.monotonic()))
    told = time.monotonic()
    wait_until(lambda: count(house.engine(), Wanted(Sight(True))) - before >= number, "all alerts are kept", 120)
    kept = time.monotonic() - told
    still = [_longest(page) for page in pages]
    for window in windows:
        window.close()
    stood = f"longest still: wall {still[0]:.0f} ms, review {still[1]:.0f} ms"
    return f"{number} of {number} kept, the last after {kept:.1f} s; {stood}"


def _made(recording: str, rule: AlertName, start: int, samples: int) -> Alert:
    return Alert(recording, rule, RULES[rule].priority, start, start + samples, Evidence(6.0), "c0ffee")


def _tell(house: House, place: int) -> None:
    recording, rule = f"bench-{1 + place % BEDS}", list(AlertName)[place % 15]
    start = 200_000_000 + 500 * place
    made = _made(recording, rule, start, 250)
    vitals = VitalSigns(recording, start + 300, 72.0, None, None, None, None, None, None, Finding.SINUS_RHYTHM)
    events: list[Event] = [replace(made, end=None), made, vitals]
    with Redis.from_url(house.redis_url) as client:
        client.xadd(keys.events(keys.shard_of(recording, 16)), {keys.EVENTS_FIELD: encode_events(events)})


def _kept(redis_url: str) -> bool:
    with Redis.from_url(redis_url) as client:
        return bool(client.exists(keys.BOARD))


def _longest(page: Page) -> float:
    return float(page.evaluate("Math.max(...window.gaps.slice(30))"))


@contextlib.contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Name -> URL of new ones; "" for the house's own SQLite."""
    initdb = postgres_binary("initdb")
    if initdb is None:
        yield {"SQLite": ""}
        return
    with running_postgres(initdb) as folder, postgres_database(folder, "review") as url:
        migrate(url)
        yield {"SQLite": "", "PostgreSQL": url}


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table of docs/BENCHMARKS.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench review")
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--storm", type=int, default=1000)
    given = parser.parse_args(arguments)
    columns = (
        f"{given.alerts} alerts, none judged",
        "page opens, median s (slowest)",
        "list alone, s",
        "a verdict on another screen, s",
    )
    print("| " + " | ".join((*columns, f"{given.storm} alerts in a minute")) + " |")
    print("|" + " --- |" * 5)
    with databases() as known, running_chromium() as chromium:
        for name, url in known.items():
            with (
                tempfile.TemporaryDirectory(prefix="wb-") as folder,
                running_valkey() as valkey,
                running_house(Path(folder), valkey.url, BEDS, url) as house,
            ):
                fill(house.engine(), BEDS, given.alerts)
                house.admit(be_patient(chromium.new_context())).close()  # makes the administrator
                seconds = opened(house, chromium, given.times)
                began = time.perf_counter()
                queue(house.engine(), Wanted(Sight(True)))
                alone = time.perf_counter() - began
                house.start("alerts")
                wait_until(partial(_kept, house.redis_url), "the desk keeps the alerts")
                sync = passed_on(house, chromium, 4 * given.times)
                storms = storm(house, chromium, given.storm) if given.storm else "–"
            told = [f"{median(some):.2f} ({max(some):.2f})" for some in (seconds, sync)]
            print(f"| {name} | {told[0]} | {alone:.2f} | {told[1]} | {storms} |")
