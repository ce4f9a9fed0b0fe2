"""What the audit trail needs that is not in the database: its key, and the folder for its end."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from settings import Settings, kept_secret, load_settings, private_folder


@dataclass(frozen=True, slots=True)
class AuditPlace:
    """key: of all macs. folder: where the end of the trail is kept."""

    key: bytes
    folder: Path


def audit_place(settings: Settings) -> AuditPlace:
    """Key and folder by these settings; both are made where they are missing."""
    key = settings.audit_key or kept_secret(settings.audit_dir, "audit.key")
    return AuditPlace(key.get_secret_value().encode(), private_folder(settings.audit_dir))


@cache
def place_of_process() -> AuditPlace:
    """Key and folder by the environment of this process: entries are written deep inside of deeds, by every process."""
    return audit_place(load_settings())
