"""What a doctor writes into a report, checked: it has to be printable. Each complaint says what to do."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator

from auth.forms import complaint
from dashboard.report_fonts import unprintable
from db.report_views import MOST_CONCLUSION
from words import t

SHOWN = 10
"""So many letters that cannot be printed are named."""


def check_conclusion(typed: str) -> str:
    """The conclusion; the complaint of a form where it cannot be printed."""
    if len(typed) > MOST_CONCLUSION:
        raise complaint(t("form.at_most", count=MOST_CONCLUSION))
    strange = unprintable(typed)
    if strange:
        raise complaint(t("report.print_problem", letters=" ".join(strange[:SHOWN])))
    return typed


class ConclusionForm(BaseModel):
    """What is sent by the page."""

    conclusion: Annotated[str, BeforeValidator(str.strip), AfterValidator(check_conclusion)]
