"""Every operation of the API, in the order of its document."""

from dashboard.api import (
    alerts,
    analyses,
    audit,
    devices,
    marks,
    me,
    patient_care,
    patients,
    recording_deeds,
    recording_lists,
    recordings,
    results,
    summary,
    uploads,
    users,
    wards,
)
from dashboard.api.operations import AnyOperation

OPERATIONS: tuple[AnyOperation, ...] = (
    *me.OPERATIONS,
    *users.OPERATIONS,
    *patients.OPERATIONS,
    *patient_care.OPERATIONS,
    *wards.OPERATIONS,
    *devices.OPERATIONS,
    *recording_lists.OPERATIONS,
    *recordings.OPERATIONS,
    *recording_deeds.OPERATIONS,
    *marks.OPERATIONS,
    *results.OPERATIONS,
    *summary.OPERATIONS,
    *uploads.OPERATIONS,
    *analyses.OPERATIONS,
    *alerts.OPERATIONS,
    *audit.OPERATIONS,
)
