"""How alerts are said: their marks, numbers, ages, and what made them. Pure."""

from ecg.alert_rules import RULES, AlertName, Priority
from ecg.types import Alert
from words import t
from written import number, unit

MARK = {Priority.HIGH: "!!!", Priority.MEDIUM: "!!", Priority.LOW: "!"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def value_words(rule: AlertName, value: float | None) -> str:
    """The number of an alert with its unit, as 6.2 s or 5 V beats; "" for none."""
    symbol = RULES[rule].unit
    if value is None or not symbol:
        return ""
    shown = f"{value:.0f}" if symbol in ("/min", "beats", "%") else f"{value:.1f}"
    return f"{shown} {t('alerts.beats') if symbol == 'beats' else unit(symbol)}"


def name_words(rule: AlertName, value: float | None, count: int = 1) -> str:
    """As Asystole 6.2 s, or Bigeminy ×5 for a run of them."""
    name, said = t(f"alert.{rule}"), value_words(rule, value)
    if count > 1:
        return f"{name} ×{count}"
    return f"{name} {said}" if said and RULES[rule].unit == "s" else name


def age_words(seconds: float) -> str:
    """How long ago, in its largest unit: 52 s, 3 min, 5 h, 2 d."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return t("time.seconds", seconds=whole)
    for size, key in ((_DAY, "alerts.age_days"), (_HOUR, "alerts.age_hours"), (_MINUTE, "alerts.age_minutes")):
        if whole >= size:
            return t(key, number=whole // size)
    raise AssertionError


def where_words(bed: str | None, initials: str) -> str:
    """As Bed 05 · H.X."""
    return t("review.no_bed", initials=initials) if bed is None else t("review.bed", bed=bed, initials=initials)


def fact_words(alert: Alert) -> str:
    """What was there, as a sentence: 41 V beats in a row."""
    made, rule = alert.evidence, alert.rule
    facts = {
        "value": value_words(rule, made.value),
        "rate": "–" if made.heart_rate is None else f"{made.heart_rate:.0f}",
    }
    if not facts["value"] and RULES[rule].unit:
        return f"{t(f'alert.{rule}')}."
    return t(f"alertfact.{rule}", reason=t(f"reason.{made.reason.value}") if made.reason.value else "", **facts)


def rule_words(alert: Alert) -> str:
    """What the rule asks for, as a sentence."""
    made, rule = alert.evidence, RULES[alert.rule]
    limit = "" if made.limit is None else number(made.limit, 0 if float(made.limit).is_integer() else 1)
    return t(f"alertrule.{alert.rule}", limit=limit, delay=f"{rule.delay_s:g}")
