"""Memory of all processes together with the demo ward of eight beds.

python -m tests.bench memory
"""

import tempfile
import time
from pathlib import Path

from tests.bench.processes import memory_mb
from tests.ward import running_ward

SETTLE_S = 45.0


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="wb-") as folder, running_ward(Path(folder), beds=8) as ward:
        visitor = ward.make_administrator()
        time.sleep(SETTLE_S)
        visitor.get("/wall")
        visitor.get("/patient/1")
        memory = memory_mb(ward)
    print("Memory with eight demo beds, MB (PSS)\n\n| process | MB |\n| --- | --- |")
    for name, megabytes in sorted(memory.items()):
        print(f"| {name} | {megabytes:.0f} |")
    print(f"| all | {sum(memory.values()):.0f} |")
