"""One change of the network in service: on disk and in the audit trail, or in neither."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from classifier.artifact import read_description
from classifier.networks import Act, Networks, Turn
from db.engine import writing
from ecg.errors import ConfigurationError

_ACTIONS = {Act.PUT: AuditAction.NETWORK_PUT, Act.BACK: AuditAction.NETWORK_TAKEN_BACK}


@dataclass(frozen=True, slots=True)
class Change:
    """before, model: SHA-256 of what is in service now, and of what will be; folder: where that lies. seen: how long
    the history was when it was looked at.
    """

    act: Act
    before: str
    model: str
    folder: Path
    seen: int


def carry_out(change: Change, networks: Networks, engine: Engine, deed: Deed) -> None:
    """Raises ArtifactError or ConfigurationError where it cannot be done; then nothing was changed."""
    description = read_description(change.folder)
    if description.graph_sha256 != change.model:
        raise ConfigurationError(f"{change.folder} holds another network than was shown.")
    if change.act is Act.PUT:
        networks.take_in(change.folder)
    turn = Turn(change.act, change.model, description.version, deed.at_ms, deed.address)
    turned = False
    try:
        with writing(engine) as connection:
            told = f"{change.before[:12]} → {change.model[:12]} {description.version}"
            deed.tell(connection, _ACTIONS[change.act], told)
            networks.turn(turn, change.seen)  # the trail is locked: no other command is here
            turned = True
    except Exception:
        if turned:
            networks.undo_turn(change.seen)
        raise
