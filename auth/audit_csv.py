"""The audit trail as CSV that a spreadsheet may open: no cell becomes a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

from db.audit_views import AuditLine

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What begins like this is computed by spreadsheets; an apostrophe before it makes it text (CVE-2021-41270)."""
HEADINGS = ("number", "at_ms", "user_id", "user_name", "role", "action", "subject", "address", "patient_id", "mac")


def as_csv(lines: Iterable[AuditLine]) -> Iterator[str]:
    """Lines of a CSV file (RFC 4180), headings first. at_ms: wall ms since 1970 UTC; mac: see `auth.chain`."""
    yield csv_row(HEADINGS)
    yield from map(csv_row, lines)


def csv_row(fields: Iterable[object]) -> str:
    """A line of a CSV file in which no text is a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([_safe(field) for field in fields])
    return out.getvalue()


def _safe(field: object) -> object:
    return f"'{field}" if isinstance(field, str) and field.startswith(FORMULA) else field
