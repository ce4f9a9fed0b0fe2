"""Every operation of the API, in the order of its document."""

from dashboard.api import alerts, audit, me, recordings, results, summary, users, wards
from dashboard.api.operations import AnyOperation

OPERATIONS: tuple[AnyOperation, ...] = (
    *me.OPERATIONS,
    *users.OPERATIONS,
    *wards.OPERATIONS,
    *recordings.OPERATIONS,
    *results.OPERATIONS,
    *summary.OPERATIONS,
    *alerts.OPERATIONS,
    *audit.OPERATIONS,
)
