"""The layout of the package: what lies in its root, how long modules are, and what each room says it is for."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "course_discovery_bulk"
ROOT_MODULES = {
    "__init__",
    "access",
    "apps",
    "choices",
    "conf",
    "exceptions",
    "plug",
    "root_urls",
    "signals",
    "tasks",
    "urls",
}
ROOMS = {
    "admin",
    "api",
    "checks",
    "columns",
    "data",
    "db",
    "discovery",
    "management",
    "mapping",
    "migrations",
    "models",
    "notifications",
    "operations",
    "pictures",
    "pipeline",
    "presentation",
    "problems",
    "reading",
    "reports",
    "service",
    "storage",
    "templatetags",
    "testing",
    "text",
    "web",
    "workers",
}
NO_CODE = {"locale", "static", "templates"}
MOST_LINES = 250
LONG_ON_PURPOSE = {"conf.py", "problems/catalogue.py"}  # lists of declarations, read by looking one up


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_the_root_holds_only_the_modules_that_belong_there() -> None:
    found = {path.stem for path in PACKAGE.glob("*.py")}

    assert found - ROOT_MODULES == set()


def test_every_folder_is_a_room_or_holds_no_code() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert folders - NO_CODE == ROOMS
    assert not [path for path in modules() if path.relative_to(PACKAGE).parts[0] in NO_CODE]


def test_no_module_is_long() -> None:
    lengths = {str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    long = {name: length for name, length in lengths.items() if length > MOST_LINES}

    assert {name: length for name, length in long.items() if name not in LONG_ON_PURPOSE} == {}


def test_every_room_says_in_one_sentence_what_it_is_for() -> None:
    summaries = {room: summary_of(PACKAGE / room / "__init__.py") for room in sorted(ROOMS)}

    assert {room: summary for room, summary in summaries.items() if not is_one_sentence(summary)} == {}


def summary_of(module: Path) -> str:
    """The first paragraph of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.partition("\n\n")[0].split())


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and ". " not in text
