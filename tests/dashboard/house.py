"""The gateway and the web application as real processes on a real Valkey and database, with a person logged in."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import Engine

from auth.setup import first_admin_link
from db.engine import open_engine
from db.provision import DemoDevice, provision_demo
from streaming.own_place import free_port
from tests.browser import be_patient
from tests.migrated import migrated_sqlite
from tests.servers import PATIENCE_S, wait_until
from tests.witness import write_down

DATABASE = "wardbeat.db"
PASSWORD = "correct horse battery"


@dataclass(slots=True)
class House:
    """What runs, and where."""

    folder: Path
    redis_url: str
    beds: int
    web_port: int = field(default_factory=free_port)
    gateway_port: int = field(default_factory=free_port)
    database: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    devices: list[DemoDevice] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.folder / DATABASE}"

    def engine(self) -> Engine:
        return open_engine(self.database_url)

    def start(self, name: str) -> None:
        """Start the process `wardbeat <name>`."""
        environment = {
            **os.environ,
            "WARDBEAT_VAR_DIR": str(self.folder),
            "WARDBEAT_WEB_PORT": str(self.web_port),
            "WARDBEAT_GATEWAY_PORT": str(self.gateway_port),
            "REDIS_URL": self.redis_url,
            "DATABASE_URL": self.database_url,
        }
        self.processes[name] = subprocess.Popen([sys.executable, "-m", "cli", name], env=environment)

    def kill(self, name: str) -> None:
        """Kill -9."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes.pop(name).wait()

    def log_in(self, browser: Browser, **options: object) -> BrowserContext:
        """A browser window of the first administrator, made once; its pages write down what they show."""
        context = be_patient(browser.new_context(**options))  # type: ignore[arg-type]
        write_down(context)
        return self.admit(context)

    def admit(self, context: BrowserContext) -> BrowserContext:
        """The window, in which the first administrator is logged in now; made by the first call."""
        link = first_admin_link(self.engine(), self.url)
        page = context.new_page()
        page.goto(link or f"{self.url}/login")
        page.fill("[name=name]", "ada.v")
        page.fill("[name=password]", PASSWORD)
        if link:
            page.fill("[name=full_name]", "Ada Vogel")
            page.fill("[name=password_again]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/wall")
        page.close()
        return context

    def answers(self) -> bool:
        """Whether the web application and the gateway answer."""
        return _status(f"{self.url}/health") == 200 and _status(f"http://127.0.0.1:{self.gateway_port}/") == 404


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextmanager
def running_house(folder: Path, redis_url: str, beds: int, database: str = "") -> Iterator[House]:
    """Gateway and web application over `beds` demo beds; gone afterwards. database: the URL of one with all
    tables, "" for a SQLite file.
    """
    house = House(folder, redis_url, beds, database=database)
    if not database:
        migrated_sqlite(folder / DATABASE)
    house.devices = provision_demo(house.engine(), beds)
    house.start("gateway")
    house.start("web")
    try:
        wait_until(house.answers, "gateway and web answer")
        yield house
    finally:
        for name in list(house.processes):
            house.kill(name)
