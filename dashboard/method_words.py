"""How a number is made, in words: what pages say when it is pointed at, and the table of the docs. Pure."""

from dataclasses import dataclass

from ecg.methods import METHODS, Method
from words import t
from written import unit


@dataclass(frozen=True, slots=True)
class MethodWords:
    """The words for one number in the language that is spoken. label: beside it; shown: when there is one."""

    label: str
    unit: str
    window: str
    how: str
    shown: str
    method: Method

    @property
    def words(self) -> str:
        """All of it in one breath; the share of the beats that were used comes from the page."""
        return t("method.words", window=self.window, how=self.how, shown=self.shown)


def method_words(name: str) -> MethodWords:
    """Of a number by its name in `ecg.methods.METHODS`."""
    method = METHODS[name]
    how = t(f"method.{name}_how", lomb=t("method.lomb"))
    window, shown = t(f"window.{method.window}"), t(f"shown.{method.shown}")
    return MethodWords(t(f"method.{name}"), unit(method.unit), window, how, shown, method)


def table() -> str:
    """The table of docs/CLINICAL.md."""
    head = ["| on the screen | over | how it is made | shown when |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *(_row(method_words(name)) for name in METHODS)])


def _row(of: MethodWords) -> str:
    name = f"{of.label}, {of.unit}" if of.unit else of.label
    return f"| {name} | {of.window} | {of.how} | {of.shown} |"
