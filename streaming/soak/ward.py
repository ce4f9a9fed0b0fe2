"""The ward of a soak: a `wardbeat up` in a folder of its own, on ports of its own, whose processes may be killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from auth.forms import FirstAdministratorForm
from auth.logins import active_login
from auth.setup import first_admin_link, make_first_administrator
from auth.tickets import issue_ticket
from auth.tokens import new_token
from db.engine import open_engine
from ecg.errors import ConfigurationError
from settings import kept_secret
from streaming.own_place import OwnPlace

READY_S = 120.0
STOP_S = 60.0
PAUSE = "pause"
PROCESS_OF = {"redis": "valkey", PAUSE: "worker"}
"""Words of the command line for processes that the Procfile calls otherwise."""


@dataclass(slots=True)
class SoakWard(OwnPlace):
    """A ward in `folder` with `workers` workers."""

    workers: int
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start, and return when it says where it is. Raises ConfigurationError when it does not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            command = [str(Path(sys.executable).with_name("wardbeat")), "up"]
            self.process = subprocess.Popen(command, env=self.environment(), stdout=log, stderr=log)
        deadline = time.monotonic() + READY_S
        while "Wardbeat is ready" not in self.log.read_text(errors="replace"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ConfigurationError(f"The ward of the soak does not start; {self.log} says why.")
            await asyncio.sleep(0.1)

    def environment(self) -> dict[str, str]:
        """That of its place, with its number of workers."""
        return {**OwnPlace.environment(self), "WARDBEAT_WORKERS": str(self.workers)}

    def members(self, word: str) -> list[str]:
        """The processes that a word of the command line means: "worker" means all workers."""
        name = PROCESS_OF.get(word, word)
        names = [name, *(f"{name}-{number}" for number in range(2, 1 + self.workers))]
        return [each for each in names if (self.var_dir / "pids" / each).exists()]

    def signal(self, name: str, number: signal.Signals) -> int:
        """Send a signal to the process `name`; its id, 0 when it was dead already."""
        try:
            pid = int((self.var_dir / "pids" / name).read_text())
            os.kill(pid, number)
        except (OSError, ValueError):
            return 0
        return pid

    def stop(self) -> None:
        """Ctrl-C; a keeper that does not end is killed, and its processes with it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is logged in, for the wall's tickets."""

    secret: str
    user_id: int
    login_id: int

    @classmethod
    def of(cls, ward: SoakWard) -> "Visitor":
        """The first administrator of the ward, with a password that nobody knows."""
        engine, password, now_ms = open_engine(ward.database_url), new_token(), round(time.time() * 1000)
        link = first_admin_link(engine, ward.address) or ""
        form = FirstAdministratorForm(full_name="Soak", name="soak", password=password, password_again=password)
        cookie = make_first_administrator(engine, link.rpartition("/")[2], form, now_ms, "soak")
        return cls(kept_secret(ward.var_dir).get_secret_value(), *_login(engine, cookie or "", now_ms))

    def ticket(self) -> str:
        """A ticket for the gateway's socket."""
        return issue_ticket(self.secret, self.user_id, self.login_id)


def _login(engine: Engine, cookie: str, now_ms: int) -> tuple[int, int]:
    login = active_login(engine, cookie, now_ms)
    engine.dispose()
    if login is None:
        raise ConfigurationError("The ward of the soak has an administrator already; give it an empty folder.")
    return login.user_id, login.id
