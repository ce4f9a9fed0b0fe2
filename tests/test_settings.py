"""Settings come typed from the environment, refuse slips of the pen, and never show a secret."""

import stat
from pathlib import Path

import pytest

import cli
from ecg.errors import ConfigurationError
from settings import (
    SOCKET_PATH_LIMIT,
    Settings,
    load_settings,
    masked,
    reachable,
    socket_path,
    valkey_socket,
    variable,
)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    monkeypatch.setenv("WARDBEAT_VAR_DIR", str(tmp_path / "var"))


def test_defaults_stay_on_loopback_and_under_var_dir(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.host == "127.0.0.1"
    assert (settings.web_port, settings.gateway_port, settings.ingest_port) == (8050, 8051, 8052)
    assert settings.redis_url == f"unix://{tmp_path}/var/valkey.sock"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/wardbeat.db"
    assert settings.public_url == "http://127.0.0.1:8050"
    assert settings.gateway_url == "ws://127.0.0.1:8051/live"
    assert settings.own_valkey


def test_values_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WARDBEAT_WEB_PORT", "9000")
    monkeypatch.setenv("WARDBEAT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WARDBEAT_SECRET_KEY", "given")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379/0")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://elsewhere/wardbeat")
    settings = load_settings()
    assert settings.web_port == 9000
    assert settings.public_url.endswith(":9000")
    assert settings.data_dir == tmp_path
    assert settings.secret_key.get_secret_value() == "given"
    assert settings.redis_url == "redis://elsewhere:6379/0"
    assert settings.database_url == "postgresql+psycopg://elsewhere/wardbeat"
    assert not settings.own_valkey
    assert not (tmp_path / "var").exists(), "a given secret needs no file"


def test_a_relative_var_dir_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WARDBEAT_VAR_DIR", "here")
    assert load_settings().var_dir == tmp_path / "here"


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("WARDBEAT_WEBPORT", "WARDBEAT_WEB_PORT"),
        ("WARDBEAT_DATADIR", "WARDBEAT_DATA_DIR"),
        ("WARDBEAT_REDIS_URL", "REDIS_URL"),
        ("WARDBEAT_DATABASE", "DATABASE_URL"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(
    monkeypatch: pytest.MonkeyPatch, key: str, nearest: str
) -> None:
    monkeypatch.setenv(key, "1")
    with pytest.raises(ConfigurationError) as refusal:
        load_settings()
    assert str(refusal.value) == f"{key} is not a setting of Wardbeat. The nearest one is {nearest}."


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("WARDBEAT_WEB_PORT", "high"),
        ("WARDBEAT_SHARDS", "0"),
        ("WARDBEAT_LOG_LEVEL", "LOUD"),
        ("REDIS_URL", "localhost:6379"),
        ("DATABASE_URL", "wardbeat.db"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, key: str, value: str
) -> None:
    monkeypatch.setenv(key, value)
    with pytest.raises(ConfigurationError, match=f"^{key} cannot be used: ") as refusal:
        load_settings()
    assert "\n" not in str(refusal.value)


def test_secrets_are_masked_in_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDBEAT_SECRET_KEY", "key-in-the-open")
    monkeypatch.setenv("REDIS_URL", "redis://user:redis-in-the-open@host/0")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://user:sql-in-the-open@host/wardbeat")
    settings = load_settings()
    for shown in (repr(settings), str(settings)):
        assert "in-the-open" not in shown
        assert "user:***@host" in shown


def test_a_url_without_password_is_shown_whole() -> None:
    assert masked("unix:///var/valkey.sock") == "unix:///var/valkey.sock"


def test_the_secret_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    first, second = load_settings().secret_key, load_settings().secret_key
    assert first == second
    assert len(first.get_secret_value()) >= 43, "at least 256 bits"
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    assert [place.name for place in (tmp_path / "var").iterdir()] == ["secret"]


def test_a_deep_var_dir_gets_a_short_socket_of_its_own(tmp_path: Path) -> None:
    deep, deeper = tmp_path / ("x" * 100), tmp_path / ("y" * 100)
    assert len(str(valkey_socket(deep))) <= SOCKET_PATH_LIMIT
    assert valkey_socket(deep) == valkey_socket(deep)
    assert valkey_socket(deep) != valkey_socket(deeper)
    assert socket_path(deep, "demo.sock") == valkey_socket(deep).with_name("demo.sock")


@pytest.mark.parametrize(
    ("host", "typed"),
    [("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("::1", "[::1]"), ("ward.example", "ward.example")],
)
def test_the_address_to_type(host: str, typed: str) -> None:
    assert reachable(host) == typed


def test_a_database_that_does_not_answer_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:not-told@127.0.0.1:1/none")
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL: the database cannot be used") as refusal:
        cli.perform(["migrate"])
    assert "\n" not in str(refusal.value)
    assert "not-told" not in str(refusal.value)
