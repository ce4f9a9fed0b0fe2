"""What every test may ask for. What this machine lacks is named at the start; the tests that need it are skipped."""

import importlib.util
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from redis import Redis
from xdist.remote import Producer

from streaming import own_place
from tests import servers
from tests.browser import running_chromium
from tests.migrated import migrated_cluster, migrated_postgres, migrated_sqlite
from tests.two_at_once import WHOLE, WholeHouseFirst, scope_of
from words import language, speak

DATA_HINT = "set WARDBEAT_DATA_DIR to a folder with training2017/, mitdb/ and nstdb.npz"
POSTGRES_HINT = "install PostgreSQL's server programs (initdb, postgres) to run these"
_database_names = (f"test_{number}" for number in itertools.count())


def pytest_configure(config: pytest.Config) -> None:
    """No example has a deadline: a machine that stands still for a second is no fault of what is tested. Nor is a disk
    that takes milliseconds for a commit. The suite tries the same examples each time, `make test-long` others.
    """
    searching = settings(settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("searching", searching)
    settings.register_profile("repeating", settings(searching, derandomize=True, database=None))
    settings.load_profile("repeating")
    if servers.in_memory():
        os.environ["TMPDIR"] = tempfile.tempdir = str(servers.quick_folder())
    os.environ["WARDBEAT_AUDIT_DIR"] = folder = tempfile.mkdtemp(prefix="wardbeat-audit-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeHouseFirst:
    """`pytest -n 2` shares the tests as `tests/two_at_once.py` says."""
    return WholeHouseFirst(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first."""
    items.sort(key=lambda item: scope_of(item.nodeid) != WHOLE)


def pytest_report_header() -> list[str]:
    """Say what will be skipped, and how to get what is missing."""
    torch_hint = "get it with: make install-training"
    missing = {
        f"Chromium not found, browser tests are skipped; {servers.CHROMIUM_HINT}": not servers.chromium_executable(),
        f"torch not installed, training tests are skipped; {torch_hint}": not importlib.util.find_spec("torch"),
        f"no real records, their tests are skipped; {DATA_HINT}": "WARDBEAT_DATA_DIR" not in os.environ,
        f"PostgreSQL not found, its tests are skipped; {POSTGRES_HINT}": not servers.postgres_binary("initdb"),
    }
    return [f"wardbeat: {line}" for line, lacking in missing.items() if lacking]


@pytest.fixture(scope="session")
def _shared_valkey() -> Iterator[servers.ValkeyServer]:
    with servers.running_valkey() as server:
        yield server


@pytest.fixture
def valkey_url(_shared_valkey: servers.ValkeyServer) -> str:
    """REDIS_URL of a real, empty Valkey (one server for all tests; do not stop it)."""
    with Redis.from_url(_shared_valkey.url) as client:
        client.flushall()
    return _shared_valkey.url


@pytest.fixture
def own_valkey() -> Iterator[servers.ValkeyServer]:
    """A Valkey of this test alone, to be killed and started again."""
    with servers.running_valkey() as server:
        yield server


@pytest.fixture(scope="session")
def _postgres() -> Iterator[str]:
    initdb = servers.postgres_binary("initdb")
    if initdb is None:
        pytest.skip(f"PostgreSQL not found: {POSTGRES_HINT}")
    with servers.running_postgres(initdb) as folder, migrated_cluster(folder):
        yield folder


@pytest.fixture
def postgres_url(_postgres: str) -> Iterator[str]:
    """DATABASE_URL of a fresh PostgreSQL database with all tables."""
    with migrated_postgres(_postgres, next(_database_names)) as url:
        yield url


@pytest.fixture
def empty_postgres_url(_postgres: str) -> Iterator[str]:
    """DATABASE_URL of a PostgreSQL database without tables."""
    with servers.postgres_database(_postgres, next(_database_names)) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """DATABASE_URL of a fresh SQLite database with all tables."""
    return migrated_sqlite(tmp_path / "wardbeat.db")


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """DATABASE_URL of an SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """DATABASE_URL of a fresh database with all tables, once of each kind that Wardbeat runs on."""
    return str(request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """DATABASE_URL of a database without tables, once of each kind that Wardbeat runs on."""
    kinds = {"sqlite": "empty_sqlite_url", "postgresql": "empty_postgres_url"}
    return str(request.getfixturevalue(kinds[request.param]))


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Each call gives a TCP port on loopback that nobody listens on."""
    return own_place.free_port


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder with real records."""
    if "WARDBEAT_DATA_DIR" not in os.environ:
        pytest.skip(f"no real records: {DATA_HINT}")
    return Path(os.environ["WARDBEAT_DATA_DIR"])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser, for a module without asyncio of its own: Playwright's loop occupies the thread."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A page that a test asks for in its own process speaks its reader's language; the next test speaks as before."""
    before = language()
    yield
    speak(before)
