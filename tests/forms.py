"""The forms of a page, as a browser that is no browser reads them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

FILLED_BY_US = ("form_token", "once", "version")
"""Hidden fields that say which form it is; nobody types into them."""
CHOICES = ("checkbox", "radio", "submit", "button", "hidden", "file")


@dataclass(slots=True)
class Form:
    """A form: where it is sent, what its fields hold (name -> value), and into which of them a person may type.

    method: "script" where the page names none, because a script sends it.
    """

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    writable: list[str] = field(default_factory=list)


class FormReader(HTMLParser):
    """Collects the forms of a page; fields outside of any form are those of a script, in `loose`."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.loose = Form("", "script")
        self._open: Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(known.get("action", self.path), known.get("method", "script").lower())
            self.forms.append(self._open)
        elif tag in ("input", "textarea", "select"):
            self._field(tag, known)
        elif tag == "option" and self._select is not None:
            form = self._open or self.loose
            if "selected" in known or self._select not in form.fields:
                form.fields[self._select] = known.get("value", "")

    def _field(self, tag: str, known: dict[str, str]) -> None:
        form, kind = self._open or self.loose, known.get("type", "text")
        name = known.get("name") or known.get("data-part") or known.get("id", "")
        self._select = name if tag == "select" else None
        if tag == "select":
            return
        if kind not in ("checkbox", "radio") or "checked" in known:
            form.fields[name] = known.get("value", "")
        if tag == "textarea" or kind not in CHOICES:
            form.writable.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = None


def forms_of(html: str, path: str) -> Iterator[Form]:
    """Every form of the page at `path`, and at the end what stands in none of them."""
    reader = FormReader(path)
    reader.feed(html)
    yield from reader.forms
    yield reader.loose
