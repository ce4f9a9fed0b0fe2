"""At the end of a shift: all that is one's task becomes a colleague's, where that one may see the patient."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Engine

from auth.alert_deeds import AlertWish, perform
from auth.audit import AuditAction
from auth.deeds import Deed
from db.alert_queue import tasks_of
from db.alert_views import AlertKey
from db.engine import writing
from ecg.alert_review import ReviewAct
from ecg.alert_states import Answer


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many alerts were handed over, and how many were not, because the colleague may not see the patient."""

    given: int
    kept: int


def hand_over(engine: Engine, to_id: int, deed: Deed) -> HandedOver:
    """Give everything that is the task of whoever does this to the person `to_id`."""
    of_patient: dict[int, list[AlertKey]] = defaultdict(list)
    for patient_id, key in tasks_of(engine, deed.user_id or 0):
        of_patient[patient_id].append(key)
    given = kept = 0
    for patient_id, keys in of_patient.items():
        told = perform(engine, patient_id, AlertWish(ReviewAct.ASSIGN, tuple(keys), str(to_id)), deed)
        if told is not None and told.answer == Answer.DONE:
            given += len(keys)
        else:
            kept += len(keys)
    with writing(engine) as connection:
        deed.tell(connection, AuditAction.ALERTS_HANDED_OVER, f"{given} to {to_id}, {kept} kept")
    return HandedOver(given, kept)
