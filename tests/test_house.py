"""The house rules that no linter knows: names, sizes, words, and what stands at the root."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cli

ROOT = Path(__file__).parents[1]
PACKAGES = ("ecg", "classifier", "streaming", "db", "auth", "dashboard", "training")
LONGEST_FILE = 250
REFUSED_FILES = {"utils.py", "helpers.py", "common.py", "misc.py"}
REFUSED_ENDINGS = ("Manager", "Handler", "Processor")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")


def sources() -> Iterator[Path]:
    """Every Python file of the house, migrations' versions left out (Alembic names and fills them)."""
    yield from ROOT.glob("*.py")
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "versions" not in path.parts)


SOURCES = sorted(sources())
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def test_files_are_short_and_have_names_of_their_own() -> None:
    files = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in (*SOURCES, *TESTS)}
    assert len(files) > 500
    assert {name: lines for name, lines in files.items() if lines > LONGEST_FILE} == {}
    assert [name for name in files if Path(name).name in REFUSED_FILES] == []


def test_files_are_finished_and_name_their_classes_for_what_they_are() -> None:
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in SOURCES}
    assert [name for name, text in texts.items() if UNFINISHED.search(text)] == []
    found = ((name, node) for name, text in texts.items() for node in ast.walk(ast.parse(text)))
    classes = [(name, node.name) for name, node in found if isinstance(node, ast.ClassDef)]
    assert len(classes) > 100
    assert [each for each in classes if each[1].endswith(REFUSED_ENDINGS)] == []


def test_every_command_has_its_module_with_its_entry() -> None:
    for entries, entry in ((cli.PROCESSES, "run"), (cli.TOOLS, "main")):
        for command, (module, _) in entries.items():
            text = (ROOT / f"{module.replace('.', '/')}.py").read_text()
            defined = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
            assert entry in defined, f"wardbeat {command} calls {module}.{entry}"


def test_the_command_line_tells_every_command() -> None:
    told = run_wardbeat("--help")
    assert told.returncode == 0
    for command in (*cli.PROCESSES, *cli.TOOLS, "migrate"):
        assert re.search(rf"^ +{command}\s", told.stdout, re.MULTILINE)


def test_what_a_person_has_to_put_right_is_one_line_and_exit_code_2() -> None:
    told = run_wardbeat("worker", WARDBEAT_WEB_PROT="1")
    assert told.returncode == 2
    assert (
        told.stderr
        == "wardbeat: WARDBEAT_WEB_PROT is not a setting of Wardbeat. The nearest one is WARDBEAT_WEB_PORT.\n"
    )


def test_the_command_line_itself_loads_no_heavy_library() -> None:
    code = "import sys, cli, up; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "dash", "numpy", "sqlalchemy", "openvino", "scipy"} & set(loaded.stdout.split())


def test_the_root_has_what_a_newcomer_looks_for() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "Procfile", "Makefile", ".ci/run"):
        assert (ROOT / name).is_file(), name
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def run_wardbeat(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    words = [sys.executable, "-m", "cli", *arguments]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WARDBEAT_")}
    return subprocess.run(
        words, cwd=ROOT, env={**kept, **environment, "COLUMNS": "100"}, capture_output=True, text=True, check=False
    )
