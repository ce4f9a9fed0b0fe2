"""A ward's plan of escalation as somebody types it, checked step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.alert_views import PlanStep
from words import t

MOST_STEPS = 6
LEAST_S, MOST_S = 10, 3600
MAX_PERSON = 64


@dataclass(frozen=True, slots=True)
class TypedPlan:
    """What was typed. rows: person and seconds of each step. complaints: place of a row -> what to do there."""

    rows: tuple[tuple[str, str], ...]
    steps: tuple[PlanStep, ...]
    complaints: Mapping[int, str]


def typed_plan(persons: Sequence[str], seconds: Sequence[str], accounts: Mapping[str, int]) -> TypedPlan:
    """Rows without a person are left out. accounts: full name -> number of those who work in the ward."""
    rows = tuple((who.strip(), after.strip()) for who, after in zip(persons, seconds, strict=False))[:MOST_STEPS]
    steps: list[PlanStep] = []
    complaints: dict[int, str] = {}
    for place, (who, after) in enumerate(rows):
        wrong = _wrong(who, after, steps[-1].after_s if steps else 0)
        if wrong and (who or after):
            complaints[place] = wrong
        elif who:
            steps.append(PlanStep(who, int(after), accounts.get(who)))
    return TypedPlan(rows, tuple(steps), complaints)


def _wrong(who: str, after: str, before_s: int) -> str:
    if not who:
        return t("plan.write_person")
    if len(who) > MAX_PERSON:
        return t("form.at_most", count=MAX_PERSON)
    if not (after.isascii() and after.isdigit() and len(after) < 6 and LEAST_S <= int(after) <= MOST_S):
        return t("form.between", least=str(LEAST_S), most=str(MOST_S), unit="s")
    return t("plan.later", seconds=before_s) if int(after) <= before_s else ""
