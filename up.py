"""`wardbeat up`: look before starting, start everything in the Procfile, say where it is once it answers."""

import asyncio
import contextlib
import errno
import fcntl
import shlex
import socket
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from honcho.environ import parse_procfile

from ecg.errors import ConfigurationError
from settings import Settings, private_folder, reachable, variable
from supervise import Screen, child_environment, supervise

PROCFILE = Path(__file__).with_name("Procfile")
PORT_OF = {"web": "web_port", "gateway": "gateway_port", "ingest": "ingest_port"}
"""Which process listens on the port of which setting."""
ANSWER_PATIENCE_S = 2.0


def commands(procfile: str, settings: Settings) -> dict[str, list[str]]:
    """The processes to start, in order: those of the Procfile, as often as the settings want each."""
    wanted = {"valkey": int(settings.own_valkey), "worker": settings.workers, "demo": min(1, settings.demo_beds)}
    return {
        name if number == 1 else f"{name}-{number}": shlex.split(command)
        for name, command in parse_procfile(procfile).processes.items()
        for number in range(1, 1 + wanted.get(name, 1))
    }


@contextlib.contextmanager
def only_one(var_dir: Path) -> Iterator[None]:
    """Hold `var_dir` for this process. Raises ConfigurationError if another one holds it."""
    with (private_folder(var_dir) / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"Wardbeat already runs on {var_dir}. Stop it first, or set WARDBEAT_VAR_DIR to another folder."
            ) from None
        yield


def check_ports(host: str, ports: Mapping[str, int]) -> None:
    """Raise ConfigurationError for the first of `ports` (setting -> port) that cannot be had on `host`."""
    with contextlib.ExitStack() as held:
        for field, port in ports.items():
            try:
                held.enter_context(_listening(host, port))
            except OSError as error:
                raise ConfigurationError(_port_problem(host, port, field, error)) from None


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1)
    except OSError:
        listener.close()
        raise
    return listener


def _port_problem(host: str, port: int, field: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Set {variable(field)} to a free one."
    return f"Port {port} on {host} cannot be used ({error.strerror}). Change {variable(field)} or {variable('host')}."


def prepare() -> str:
    """Bring the database up to date in a process of its own; returns the first administrator's link or nothing.

    A process of its own because the keeper lives as long as the ward: the database libraries stay out of its memory.
    """
    done = subprocess.run(
        ["wardbeat", "migrate", "--first-link"],
        env=child_environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout.strip()


async def answers(host: str, port: int) -> bool:
    """Whether a server on `port` answers a request within two seconds, whatever it answers."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(ANSWER_PATIENCE_S):
            reader, writer = await asyncio.open_connection(host, port)
            with contextlib.closing(writer):
                writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return (await reader.read(5)) == b"HTTP/"
    return False


async def announce(screen: Screen, ports: Sequence[int], settings: Settings, link: str) -> None:
    """Say where Wardbeat is, only when every one of `ports` answers."""
    host = reachable(settings.host).strip("[]")
    for port in ports:
        while not await answers(host, port):
            await asyncio.sleep(0.2)
    screen.line("", f"Wardbeat is ready: {settings.public_url}")
    if link:
        screen.line("", f"Nobody can log in yet. Make the first administrator, once: {link}")


def run(settings: Settings) -> None:
    """Everything, until SIGINT or SIGTERM. Raises ConfigurationError where the machine is not as needed."""
    with only_one(settings.var_dir):
        listed = commands(PROCFILE.read_text(), settings)
        check_ports(
            settings.host, {field: getattr(settings, field) for name, field in PORT_OF.items() if name in listed}
        )
        link = prepare()
        watched = [getattr(settings, PORT_OF[name]) for name in ("web", "gateway") if name in listed]

        def beside(screen: Screen) -> Iterable[asyncio.Task[None]]:
            return [asyncio.create_task(announce(screen, watched, settings, link))]

        asyncio.run(supervise(listed, settings.var_dir / "pids", beside))
