"""No word that people read on a screen stands outside the catalogue, and nothing in the catalogue is for nobody."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from auth.audit import AuditAction
from auth.patient_forms import Sex
from auth.roles import Machine, Role
from auth.scopes import Scope
from dashboard.plot_style import FONT
from db.exports import ExportState
from db.marks import SYMPTOMS
from db.recording_deeds import Outcome
from db.recording_views import RecordingSource, RecordingState
from db.report_views import ReportState
from db.upload_views import AnalysisState, UploadState
from ecg.alert_review import Verdict
from ecg.alert_rules import AlertName, Priority
from ecg.alert_states import Answer, Happening
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BeatClass, Rhythm
from ecg.methods import METHODS
from ecg.report_content import UNTOLD, ReportContent
from ecg.why import Regularity
from streaming.export_files import ExportKind
from words import catalogue

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted((*(ROOT / "dashboard").rglob("*.html"), *(ROOT / "auth").rglob("*.html")))
SCRIPTS = sorted((ROOT / "assets").glob("*.js"))
FOR_PROGRAMS = ROOT / "dashboard" / "api"
"""The REST API speaks English to programs."""
OTHERS = (ROOT / "written.py", ROOT / "streaming" / "notice_text.py")
MODULES = sorted(
    path
    for path in (*(ROOT / "dashboard").rglob("*.py"), *(ROOT / "auth").rglob("*.py"), *OTHERS)
    if FOR_PROGRAMS not in path.parents
)
TOOLS = {"wall_tool.py", "audit_tool.py", "audit_check.py", "chain.py"}
"""Commands of the machine's administrator speak English."""
NAMES = {"Wardbeat", "Esc", "mm", "mV"}
NOT_READ = {
    *("Enter", "Escape", "Backspace", "Delete", "Home", "End", "use strict"),
    *("login needed", "no ticket", 'the catalogue has no "'),
    *("input, select, dialog", "input, textarea, select, dialog, [contenteditable]"),
    *(each.value for each in (*Finding, *Role, *Machine)),
    *("Accept", "Origin", "Lax", "Log in first.", "nobody has this password", "wardbeat live ticket 1"),
    *("Bedside", "Recordings", *(each.value for each in AuditAction)),
    *("back to the default", "heading said", "The directory of beds", "What doctors say", "The live socket is at "),
    *("Change your password first.", "wardbeat known browser 1", "by code", ", patients to "),
    *("From", "Subject", "Authorization", "Polar", "Movesense", "The database does not answer. Try again."),
    "| on the screen | over | how it is made | shown when |",
    *("<script src", "<script defer src"),
}
"""Names on the wire and of keys, styles, places and headers; what programs and the audit trail are told; docs."""

TWO_WORDS = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}|^[A-Z][a-z]{2,}$")
IDS = re.compile(r"\bmethod-\w+")
JS_STRING = re.compile(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`")
JS_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"])//[^\n]*", re.DOTALL)
QUOTED = re.compile(r"[\"'`]([a-z_]+\.[a-z0-9_]+)[\"'`]")
SAID = re.compile(r"\bt\(\s*[\"']([^\"']+)[\"']\s*[,)]")
FILES = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "streaming").rglob("*.py")))
REFUSED = re.compile(r'FileRefusedError\(\s*"(\w+)"')
KILLED = re.compile(r'"files\.(\w+)"')
DEPOT = re.compile(r'(?:DepotError|DiskFullError|super\(\).__init__)\("(\w+)"')
ANSWER = re.compile(r'"upload\.(\w+)"')
GIVEN_UP = re.compile(r'Refusal\("analysis\.(\w+)"')
"""Why files and analyses are given up: keys that are made where no page is."""
PHONE_TROUBLES = (
    *("offline", "strap_off", "strap_gone", "no_bluetooth", "not_chosen", "not_allowed", "not_reached", "no_ecg"),
    *("store_refused", "store_full", "revoked", "elsewhere", "another_page", "refused", "code", "no_server"),
    *("bluetooth_off", "clock"),
    *(f"file_{each}" for each in ("none", "half", "kind", "time", "rate", "short", "long")),
)
MADE_UP = {
    "finding.": [each.value.replace(" ", "_") for each in Finding],
    "reason.": [each.value.replace(" ", "_") for each in QualityReason if each is not QualityReason.NONE],
    "class.": [each.name.lower() for each in BeatClass],
    "rhythm.": [each.name.lower() for each in Rhythm],
    "quality.": [each.value for each in Quality],
    "fact.": [each.name.lower() for each in Regularity],
    "received.": ["missing", "late", "repeated", "purged"],
    "alert.": [part for name in AlertName for part in (name.value, f"{name}_short")],
    "alerts.": [answer.value for answer in Answer],
    "alertfact.": [name.value for name in AlertName],
    "alertrule.": [name.value for name in AlertName],
    "notices.": [
        *(f"least_{each.value}" for each in Priority),
        *(f"state_{each}" for each in ("waiting", "sent", "seen", "failed")),
        *("way_mail", "way_webhook", "kept", "tested", "no_way"),
    ],
    "verdict.": [verdict.value for verdict in Verdict],
    "review.": [
        *("active", "seen", "latched", "latched_short", "ended", "key_true", "key_false", "key_noise", "key_other"),
        *(each.value for each in (*Priority, *Verdict)),
        *(f"act_{each.value}" for each in (Happening.ACKNOWLEDGE, Happening.WITHDRAW, Happening.ESCALATE)),
        *(f"act_{each}" for each in ("verdict", "comment", "assign", "assign_nobody")),
    ],
    "export.": [*(kind.value for kind in ExportKind), *(f"state_{each.value}" for each in ExportState)],
    "report.": [
        *(f"state_{each.value}" for each in ReportState),
        *(f"told_{each}" for each in ("begun", "saved", "approved", "signed", "released", "retracted", "withdrawn")),
        *(f"part_{each.name}" for each in fields(ReportContent) if each.name not in UNTOLD),
        *(f"{kind}{name}" for kind in ("", "strip_") for name in ("lowest_rate", "highest_rate")),
    ],
    "phone.": [
        *(f"contact_{each}" for each in ("yes", "no", "unknown", "not_yet")),
        *(f"symptom_{each}" for each in SYMPTOMS),
        *(f"trouble_{each}{end}" for each in PHONE_TROUBLES for end in ("", "_text")),
    ],
    "charts.": ["poincare", "histogram", "spectrum", "newest_first", "longest_first"],
    "strip.trouble_": ["link", "login", "refused"],
    "wall.by_": ["bed", "severity", "name"],
    "time.month_": [str(month) for month in range(1, 13)],
    "method.": [part for name in METHODS for part in (name, f"{name}_how")],
    "window.": [method.window for method in METHODS.values()],
    "shown.": [method.shown for method in METHODS.values()],
    "sound.": [
        *("on", "off", "paused", "sounding"),
        *(f"testing_{each}" for each in ("high", "medium", "low", "technical", "cut")),
    ],
    "recordings.": [
        *("started", "patient", "title_of", "stage", "length", "missing", "device", "lead", "rate", "source", "why"),
        *(each.value for each in (*RecordingState, *RecordingSource)),
    ],
    "recording.": [
        *(each.name.lower() for each in Outcome if each is not Outcome.DONE),
        *(f"told_{each}" for each in ("changed", "deleted", "restored")),
    ],
    "timeline.": [*(each.value for each in Priority), "mark", "day", "week", "month", "all"],
    "audit.did_": [each.name.lower() for each in AuditAction],
    "role.": [role.value for role in Role],
    "people.": [*(f"told_{each}" for each in ("added", "changed", "reset", "deleted")), "email_taken", "phone_taken"],
    "scope.": [scope.value.replace(":", "_") for scope in Scope],
    "account.": [f"told_{each}" for each in ("changed", "password", "contact", "ended")],
    "patients.": [
        *(f"told_{each}" for each in ("added", "changed", "admitted", "discharged", "consent")),
        *(f"told_{each}" for each in ("care", "restored", "freed")),
    ],
    "patient.": ["no_ward", "no_bed", "no_room"],
    "devices.": [f"told_{each}" for each in ("added", "given", "free", "revoke", "renamed")],
    "device.": [
        *(f"code_{each}" for each in ("used", "expired", "unknown", "form", "later")),
        *("contact_yes", "contact_no"),
    ],
    "sex.": [sex.value for sex in Sex],
    "register.": ["title", "lead", "finish"],
    "reset.": ["title", "lead", "finish"],
    "files.": sorted(set(REFUSED.findall(FILES)) | set(KILLED.findall(FILES))),
    "upload.": [
        *(f"is_{state.value}" for state in UploadState),
        *(f"trouble_{each}" for each in ("link", "login", "refused")),
        *DEPOT.findall(FILES),
        *ANSWER.findall(FILES),
    ],
    "analysis.": [*(f"is_{state.value}" for state in AnalysisState), *GIVEN_UP.findall(FILES)],
    "page.": [f"{each}_why" for each in ("none", "no_patient", "damaged", "not_for_role", "failed", "refused")],
}
"""Keys that are made of a beginning and a name."""


def shown_by_template(text: str) -> str:
    """What of a template a person reads: its text, and the attributes that are read."""
    text = re.sub(r"\{#.*?#\}|<script.*?</script>|<svg.*?</svg>", "", text, flags=re.DOTALL)
    quoted = " ".join(found for block in re.findall(r"\{[{%].*?[}%]\}", text, re.DOTALL) for found in _said(block))
    text = re.sub(r"\{[{%].*?[}%]\}", " ", text, flags=re.DOTALL)
    read = " ".join(re.findall(r'(?:title|aria-label|placeholder|alt)="([^"]*)"', text))
    text = re.sub(r'<[^>]*>|[\w-]+="[^"]*"', " ", text)
    return f"{text} {read} {quoted}"


def _said(block: str) -> list[str]:
    return [text for text in re.findall(r'"([^"]*)"', block) if TWO_WORDS.search(text)]


def strings_of_script(text: str) -> Iterator[str]:
    for found in JS_STRING.finditer(JS_COMMENT.sub("", text)):
        yield next(part for part in found.groups() if part is not None)


def strings_of_module(tree: ast.AST) -> Iterator[str]:
    """String constants that are no docstrings and no words of an exception or a log line."""
    for node in ast.iter_child_nodes(tree):
        if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or isinstance(node, ast.Raise):
            continue
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(
            ("log.", "ProtocolError", "ConfigurationError")
        ):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        yield from strings_of_module(node)


def spoken(strings: Iterator[str]) -> set[str]:
    return {text for text in strings if TWO_WORDS.search(IDS.sub("", text))} - NOT_READ - NAMES - {FONT}


def left_over(paths: Iterable[Path], scan: Callable[[str], Iterable[str]]) -> dict[str, set[str]]:
    """File -> the words that stand in it and not in the catalogue; files without are left out."""
    found = {str(path.relative_to(ROOT)): set(scan(path.read_text("utf-8"))) for path in paths}
    assert len(found) > 40
    return {name: words for name, words in found.items() if words}


def test_templates_have_no_words_of_their_own() -> None:
    def scan(text: str) -> set[str]:
        return set(re.findall(r"[A-Za-z]{2,}", re.sub(r"&\w+;", "", shown_by_template(text)))) - NAMES

    assert left_over(TEMPLATES, scan) == {}


def test_scripts_have_no_words_of_their_own() -> None:
    assert left_over(SCRIPTS, lambda text: spoken(strings_of_script(text))) == {}


def test_modules_that_make_pages_have_no_words_of_their_own() -> None:
    modules = [path for path in MODULES if path.name not in TOOLS]
    assert left_over(modules, lambda text: spoken(strings_of_module(ast.parse(text)))) == {}


@pytest.mark.parametrize(
    ("scan", "text"),
    [
        (lambda text: shown_by_template(text).split(), '<p title="Old news">{{ t("a.b") }}</p>'),
        (lambda text: shown_by_template(text).split(), '{{ group("5 min, NN only") }}'),
        (lambda text: spoken(strings_of_script(text)), "say(node, 'Not live');  // 'Not said'"),
        (lambda text: spoken(strings_of_script(text)), "say(node, `Page ${page} is on`);"),
        (
            lambda text: spoken(strings_of_module(ast.parse(text))),
            'def f():\n    return html.P(f"Set to {value} by you")',
        ),
    ],
)
def test_the_scan_finds_bare_words(scan: Callable[[str], Iterable[str]], text: str) -> None:
    assert scan(text)


def test_every_text_is_used_and_every_text_that_is_used_is_there() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (*TEMPLATES, *SCRIPTS, *MODULES))
    made_up = {beginning + name for beginning, names in MADE_UP.items() for name in names}
    known = {key.removesuffix(".one") for key in catalogue("en")}
    assert sorted((made_up | set(SAID.findall(sources))) - known) == []
    assert sorted(known - made_up - set(QUOTED.findall(sources))) == []
