"""The learning curve: one line for each pass in a CSV file, and a picture of it."""

import csv
from pathlib import Path

CSV = "curve.csv"
PNG = "curve.png"
PANELS = {
    "loss": ("loss",),
    "rhythm, live, F1": ("live_N", "live_A", "live_O", "live_~"),
    "rhythm, settled, F1": ("settled_N", "settled_A", "settled_O", "settled_~"),
    "beats: sensitivity (found), +P (right)": ("found_S", "right_S", "found_V", "right_V"),
}
"""Title -> columns."""


def note(folder: Path, row: dict[str, float]) -> None:
    """Add a pass, and draw the picture anew."""
    with (folder / CSV).open("a", newline="") as lines:
        writer = csv.DictWriter(lines, list(row))
        if lines.tell() == 0:
            writer.writeheader()
        writer.writerow({name: round(value, 5) for name, value in row.items()})
    draw(folder)


def draw(folder: Path) -> None:
    """`PNG` from `CSV`."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (half a second, which only training needs)

    with (folder / CSV).open(newline="") as lines:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(lines)]
    figure = Figure(figsize=(12, 7), layout="constrained")
    for axes, (title, columns) in zip(figure.subplots(2, 2).flat, PANELS.items(), strict=True):
        for column in columns:
            axes.plot([row["epoch"] for row in rows], [row[column] for row in rows], label=column)
        axes.set_title(title)
        axes.set_xlabel("pass")
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(folder / PNG, dpi=100)
