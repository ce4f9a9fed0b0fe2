"""A recording in some numbers, from what is stored of it."""

from sqlalchemy import Engine, func, select
from sqlmodel import col

from db.corrections import beat_counts
from db.edited import edited_result, is_edited
from db.engine import fetch_all, fetch_first
from db.models import AfBurdenRow, EpisodeRow, VitalSignsRow
from ecg.edited_variability import At
from ecg.findings import Finding
from ecg.rates import GRID, to_seconds
from ecg.recording_numbers import Summary

__all__ = ["At", "Summary", "summary"]


def summary(engine: Engine, recording: str) -> Summary:
    """The numbers of a recording: as the monitor told them, made anew where people have said something of its beats."""
    if is_edited(engine, recording):
        return edited_result(engine, recording).summary
    rate, mine = col(VitalSignsRow.heart_rate), col(VitalSignsRow.recording_id) == recording
    on_grid = (mine, rate.is_not(None), col(VitalSignsRow.index) % GRID == 0)
    points, mean = fetch_first(engine, select(func.count(), func.avg(rate)).where(*on_grid)) or (0, None)
    counts, longest = _episodes(engine, recording)
    return Summary(
        beat_counts(engine, recording),
        points * to_seconds(GRID),
        None if mean is None else float(mean),
        _extreme(engine, recording, lowest=1),
        _extreme(engine, recording, lowest=-1),
        _burden(engine, recording),
        counts,
        longest,
    )


def _extreme(engine: Engine, recording: str, lowest: int) -> At | None:
    rate, index = col(VitalSignsRow.heart_rate), col(VitalSignsRow.index)
    known = select(rate, index).where(col(VitalSignsRow.recording_id) == recording, rate.is_not(None))
    row = fetch_first(engine, known.order_by(rate * lowest, index).limit(1))
    return None if row is None else At(float(row[0]), int(row[1]))


def _burden(engine: Engine, recording: str) -> float | None:
    whole = col(AfBurdenRow.whole)
    told = select(whole).where(col(AfBurdenRow.recording_id) == recording, whole.is_not(None))
    row = fetch_first(engine, told.order_by(col(AfBurdenRow.index).desc()).limit(1))
    return None if row is None else float(row[0])


def _episodes(engine: Engine, recording: str) -> tuple[dict[Finding, int], dict[Finding, tuple[int, int]]]:
    facts = (col(EpisodeRow.finding), col(EpisodeRow.start), col(EpisodeRow.end))
    counts: dict[Finding, int] = {}
    longest: dict[Finding, tuple[int, int]] = {}
    for name, start, end in fetch_all(engine, select(*facts).where(col(EpisodeRow.recording_id) == recording)):
        finding = Finding(name)
        counts[finding] = counts.get(finding, 0) + 1
        if end is not None and (finding not in longest or end - start > longest[finding][1] - longest[finding][0]):
            longest[finding] = (start, end)
    return counts, longest
