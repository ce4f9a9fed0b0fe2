"""`make bench`: all measurements, or the one that is named."""

import sys

from tests.bench import beats, engines, labels, memory, ward

ALL = "beats", "engines", "labels", "memory", "ward"


def main(arguments: list[str]) -> None:
    """Run what `arguments` name; everything when they name nothing."""
    name, *rest = arguments or ("all",)
    if name not in (*ALL, "all"):
        sys.exit(f"no measurement {name!r}; there are {', '.join(ALL)}")
    if name in ("beats", "all"):
        beats.main()
    if name in ("engines", "all"):
        engines.main()
    if name in ("labels", "all"):
        labels.main()
    if name in ("memory", "all"):
        memory.main()
    if name in ("ward", "all"):
        ward.main(rest)


main(sys.argv[1:])
