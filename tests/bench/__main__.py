"""`make bench`: all measurements, or the one that is named."""

import sys
from collections.abc import Callable

from tests.bench import (
    alert_delay,
    alerts,
    beats,
    capacity,
    ec13,
    engines,
    episodes,
    fibrillation,
    files,
    fuzz,
    gateway,
    guessing,
    heap,
    intruders,
    labels,
    links,
    memory,
    opening,
    patients,
    phone,
    phone_first,
    phone_losses,
    quality,
    recordings,
    result_page,
    review,
    review_edit,
    scenes,
    screens,
    storage,
    tracking,
    trail,
    uploads,
    variability,
    wall,
    ward,
    ward_scenes,
)

MEASUREMENTS: dict[str, Callable[[], None]] = {
    "alerts": alerts.main,
    "beats": beats.main,
    "ec13": ec13.main,
    "episodes": episodes.main,
    "fibrillation": fibrillation.main,
    "engines": engines.main,
    "labels": labels.main,
    "memory": memory.main,
    "quality": quality.main,
    "tracking": tracking.main,
    "variability": variability.main,
}
OWN_WORDS: dict[str, Callable[[list[str]], None]] = {
    "alert-delay": alert_delay.main,
    "capacity": capacity.main,
    "files": files.main,
    "uploads": uploads.main,
    "fuzz": fuzz.main,
    "gateway": gateway.main,
    "guessing": guessing.main,
    "heap": heap.main,
    "intruders": intruders.main,
    "links": links.main,
    "opening": opening.main,
    "patients": patients.main,
    "phone": phone.main,
    "phone-first": phone_first.main,
    "phone-losses": phone_losses.main,
    "recordings": recordings.main,
    "review": review.main,
    "result-page": result_page.main,
    "review-edit": review_edit.main,
    "scenes": scenes.main,
    "screens": screens.main,
    "storage": storage.main,
    "trail": trail.main,
    "wall": wall.main,
    "ward": ward.main,
    "ward-scenes": ward_scenes.main,
}
"""Those that take words of their own."""
NAMED_ONLY = ("files", "fuzz", "uploads", "heap", "phone-losses", "scenes", "ward-scenes")
"""Not among all: a quarter of an hour (`make test-long`), forty minutes, two hours, and pictures for the documents."""


def main(arguments: list[str]) -> None:
    """Run what `arguments` name; everything when they name nothing."""
    name, *rest = arguments or ("all",)
    if name not in (*MEASUREMENTS, *OWN_WORDS, "all"):
        sys.exit(f"no measurement {name!r}; there are {', '.join((*MEASUREMENTS, *OWN_WORDS))}")
    for measurement, measure in MEASUREMENTS.items():
        if name in (measurement, "all"):
            measure()
    for measurement, measure_by in OWN_WORDS.items():
        if name == measurement or (name == "all" and measurement not in NAMED_ONLY):
            measure_by(rest)


main(sys.argv[1:])
