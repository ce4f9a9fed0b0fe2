"""The networks among which people choose for an analysis, by what they are called."""

from typing import NamedTuple

from classifier.artifact import read_description
from classifier.networks import Networks
from ecg.errors import ArtifactError
from words import t


class NetworkChoice(NamedTuple):
    """model: SHA-256 of the graphs. name: version and the first digits of it."""

    model: str
    name: str


def network_choices(networks: Networks) -> list[NetworkChoice]:
    """Every network that is here, that in service first; empty where there is nothing to choose."""
    try:
        models = networks.here()
        names = [f"{read_description(networks.place(model)).version} {model[:8]}" for model in models]
    except (ArtifactError, KeyError):
        return []  # the log of the workers says what is wrong; an analysis takes the one in service
    first = [t("analysis.in_service", name=name) for name in names[:1]]
    return [NetworkChoice(*each) for each in zip(models, first + names[1:], strict=True)] if len(models) > 1 else []
