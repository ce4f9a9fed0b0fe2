"""Every setting of Wardbeat, typed, read from the environment once per process.

A setting `web_port` is the variable WARDBEAT_WEB_PORT; `redis_url` and `database_url` are REDIS_URL and DATABASE_URL,
as everywhere. A WARDBEAT_ variable that is no setting is refused, so that a slip of the pen never goes unseen.
Only processes read settings; everything below is given values.
"""

import difflib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, IPvAnyAddress, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ecg.errors import ConfigurationError

PREFIX = "WARDBEAT_"
SOCKET_PATH_LIMIT = 100
"""Bytes of a unix socket's path that every system takes (Linux 107, macOS 103)."""


def private_folder(path: Path) -> Path:
    """The folder `path`, made for this user alone (0700) where it is missing."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def kept_secret(folder: Path, name: str = "secret") -> SecretStr:
    """The installation's key from the file `name` in `folder`; made (0600) by the first process that asks for it."""
    place = private_folder(folder) / name
    if not place.exists():
        _write_once(place, secrets.token_urlsafe(48))
    return SecretStr(place.read_text().strip())


def _write_once(place: Path, text: str) -> None:
    """Write `text` to `place` whole or not at all; whoever comes second leaves the first one's text."""
    descriptor, draft = tempfile.mkstemp(dir=place.parent, prefix=".secret-")
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
    try:
        os.link(draft, place)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()


def own_folder(path: Path) -> Path:
    """`path`, made where missing. Raises ConfigurationError if it belongs to someone else (they could read the ECG)."""
    private_folder(path)
    if path.stat().st_uid != os.getuid():
        raise ConfigurationError(
            f"{path} belongs to another user. Remove it, or set WARDBEAT_VAR_DIR to a shorter path."
        )
    return path


def socket_path(var_dir: Path, name: str) -> Path:
    """Where the unix socket `name` is: in `var_dir`, or in a short folder of its own where that path is too long."""
    path = var_dir / name
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    mark = hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"wardbeat-{mark}" / name


def valkey_socket(var_dir: Path) -> Path:
    """Where the Valkey listens that `wardbeat valkey` starts for `var_dir`."""
    return socket_path(var_dir, "valkey.sock")


def own_redis_url(var_dir: Path) -> str:
    """The address of that Valkey."""
    return f"unix://{quote(str(valkey_socket(var_dir)))}"


SCHEMES = {
    "redis_url": ("redis", "rediss", "unix"),
    "database_url": ("sqlite", "postgresql", "postgres", "postgresql+psycopg"),
}
"""How the addresses of the servers begin."""


class Settings(BaseSettings):
    """What can be set. Paths are absolute; ports are TCP ports on `host`; times end in their unit."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
    )

    var_dir: Path = Field(default=Path("var"), validate_default=True)
    """All that is kept: database, streams, secret."""
    redis_url: str = Field(
        default_factory=lambda data: own_redis_url(data["var_dir"]), validation_alias="REDIS_URL", repr=False
    )
    database_url: str = Field(
        default_factory=lambda data: f"sqlite:///{data['var_dir'] / 'wardbeat.db'}",
        validation_alias="DATABASE_URL",
        repr=False,
    )
    host: str = "127.0.0.1"
    web_port: int = Field(default=8050, ge=1, le=65535)
    gateway_port: int = Field(default=8051, ge=1, le=65535)
    ingest_port: int = Field(default=8052, ge=1, le=65535)
    public_url: str = Field(
        default_factory=lambda data: f"http://{reachable(data.get('host', ''))}:{data.get('web_port', 8050)}"
    )
    """The address people type into the browser; links and the gateway's Origin check are made from it."""
    gateway_url: str = Field(
        default_factory=lambda data: f"ws://{reachable(data.get('host', ''))}:{data.get('gateway_port', 8051)}/live"
    )
    """The address of the gateway's socket as browsers reach it."""
    ingest_url: str = Field(
        default_factory=lambda data: f"ws://{reachable(data.get('host', ''))}:{data.get('ingest_port', 8052)}/v1/stream"
    )
    """The address of ingest's socket as phones reach it; they are told when they are paired."""
    proxy: IPvAnyAddress | None = None
    """The address from which a reverse proxy connects; what it says of the client's address and scheme is believed."""
    shards: int = Field(default=16, ge=1, le=1024)
    lease_ms: int = Field(default=3000, ge=200)
    workers: int = Field(default=1, ge=1, le=64)
    """Workers that `wardbeat up` starts; they share the shards."""
    store_mb: int | None = Field(default=None, ge=16)
    """Memory of the stream server (MB) from which on ingest takes nothing more; none: half of the machine's."""
    secret_key: SecretStr = Field(default_factory=lambda data: kept_secret(data["var_dir"]))
    audit_dir: Path = Field(default_factory=lambda data: data["var_dir"])
    """Where the audit trail's key and its end are kept: never in the database."""
    audit_key: SecretStr | None = Field(default=None, min_length=32)
    """Key of the audit trail; unset: the file audit.key in `audit_dir`, made at the first entry."""
    keep_samples_days: int | None = Field(default=None, ge=1)
    """Raw samples older than this are deleted; unset keeps them for ever."""
    keep_events_days: int | None = Field(default=None, ge=1)
    """Beats, numbers, episodes and overviews older than this are deleted; unset keeps them for ever."""
    self_registration: bool = False
    """Whether strangers may make an account (a doctor's, who sees nobody at first); off: by invitation only."""
    smtp_url: SecretStr | None = None
    """Where codes and notices go out by e-mail: smtp://user:password@host:port, smtps:// for TLS from the start."""
    mail_from: str = "wardbeat@localhost"
    webhook_url: str | None = None
    """Where notices of alerts go out by POST, as JSON (docs/ALERTS.md)."""
    webhook_secret: SecretStr = SecretStr("")
    """The key of their HMAC signature; needed with `webhook_url`."""
    notice_names: bool = False
    """Whether patients' names may stand in notices of alerts, for people who ask for them."""
    sms_url: str | None = None
    """Where codes go out to phones: takes {"to", "text"} as JSON by POST."""
    sms_token: SecretStr = SecretStr("")
    """Sent to `sms_url` as bearer."""
    uploads_dir: Path = Field(default_factory=lambda data: data["var_dir"] / "uploads")
    """Where files that people bring are kept."""
    exports_dir: Path = Field(default_factory=lambda data: data["var_dir"] / "exports")
    """Where archives of recordings lie for a day."""
    networks_dir: Path = Field(default_factory=lambda data: data["var_dir"] / "networks")
    """Networks that were put in service, and which one is; the same on all machines (docs/DATASET.md)."""
    dataset_key: SecretStr | None = Field(default=None, min_length=32)
    """From which pseudonyms in data sets are made; unset: the file dataset.key in `var_dir`."""
    upload_mb: int = Field(default=2048, ge=1)
    """The largest file that may be brought (MB)."""
    uploads_keep_free_mb: int = Field(default=512, ge=0)
    """Uploads leave so much of the disk (MB) to what patients send."""
    analyse_uploads: bool = True
    """Whether a file is analysed as soon as it is read in; off: when somebody asks for it."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    demo_beds: int = Field(default=8, ge=0)
    """Beds of the demo ward; 0 starts none."""
    data_dir: Path | None = None
    """Folder with real records (training2017/, mitdb/, nstdb.npz)."""

    @field_validator("var_dir", "audit_dir", "uploads_dir", "exports_dir", "networks_dir", "data_dir")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path and path.expanduser().absolute()

    @field_validator("redis_url", "database_url")
    @classmethod
    def _understood(cls, url: str, info: ValidationInfo) -> str:
        schemes = SCHEMES[str(info.field_name)]
        if urlsplit(url).scheme not in schemes:
            raise PydanticCustomError("scheme", "it must begin with one of {schemes}", {"schemes": ", ".join(schemes)})
        return url

    @property
    def own_valkey(self) -> bool:
        """Whether Wardbeat starts the stream server itself (REDIS_URL is not set)."""
        return self.redis_url == own_redis_url(self.var_dir)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Addresses are shown without the password that they may carry."""
        urls: list[tuple[str | None, Any]] = [
            ("redis_url", masked(self.redis_url)),
            ("database_url", masked(self.database_url)),
        ]
        return [*super().__repr_args__(), *urls]


def reachable(host: str) -> str:
    """The host name to type for a server that listens on `host` ("0.0.0.0" and "::" listen everywhere)."""
    if host in ("", "0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def masked(url: str) -> str:
    """`url` with its password replaced by stars."""
    password = urlsplit(url).password
    return url.replace(f":{password}@", ":***@", 1) if password else url


def variable(field: str) -> str:
    """The environment variable of the setting `field`."""
    return str(Settings.model_fields[field].validation_alias or PREFIX + field.upper())


def refuse_unknown(environ: Mapping[str, str]) -> None:
    """Raise ConfigurationError for the first WARDBEAT_ variable that is no setting."""
    fields = list(Settings.model_fields)
    known = {variable(field) for field in fields}
    for key in environ:
        if key.startswith(PREFIX) and key not in known:
            wanted = key.removeprefix(PREFIX).lower()
            near = variable(difflib.get_close_matches(wanted, fields, n=1, cutoff=0)[0])
            raise ConfigurationError(f"{key} is not a setting of Wardbeat. The nearest one is {near}.")


def load_settings() -> Settings:
    """The settings of this process from its environment. Raises ConfigurationError naming the wrong variable."""
    refuse_unknown(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        key = variable(name) if name in Settings.model_fields else name
        raise ConfigurationError(f"{key} cannot be used: {first['msg'].lower()}.") from None
