# ruff: noqa: INP001 - a script beside the pages it writes, not a package
"""Writes the reference pages that say what the code says: settings, problems, operations, columns, system checks.

Run `python docs/generate_reference.py` after a change to any of them; `tests/unit/test_docs.py` fails until then.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from django.conf import settings  # noqa: E402 - the checkout must be found first

from course_discovery_bulk import checks  # noqa: E402
from course_discovery_bulk.columns.base import CLEAR_WORD, Column  # noqa: E402
from course_discovery_bulk.conf import SETTINGS_NAME, BulkSettings  # noqa: E402
from course_discovery_bulk.data import Lookups, LookupTable  # noqa: E402
from course_discovery_bulk.operations.base import Operation  # noqa: E402
from course_discovery_bulk.operations.registry import all_operations  # noqa: E402
from course_discovery_bulk.problems import CATALOGUE, ERROR  # noqa: E402

FOLDER = ROOT / "docs" / "reference"
WIDTH = 120
WRITTEN_BY = ".. Written from the code by docs/generate_reference.py: change the code and run it, not this page.\n"
TYPES = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "True or False",
    "tuple[str, ...]": "list of texts",
    "tuple[int, ...]": "list of whole numbers",
}
NOTHING_TO_LOOK_UP = Lookups(
    uploader_is_staff=True,
    **{item.name: LookupTable(item.name, ()) for item in fields(Lookups) if item.name != "uploader_is_staff"},
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One system check as its code says it; what differs from case to case stands in angle brackets."""

    id: str
    level: str
    message: str
    hint: str


def pages() -> dict[str, str]:
    """Every generated page: file name -> its whole text."""
    operations = all_operations()
    return {
        "settings.rst": settings_page(),
        "problems.rst": problems_page(),
        "operations.rst": operations_page(operations),
        "columns.rst": columns_page(operations),
        "system_checks.rst": checks_page(),
    }


def settings_page() -> str:
    """Names, types, defaults and meanings of the settings."""
    rows = [
        (f"``{item.name.upper()}``", TYPES[str(item.type)], _default(item.default), item.metadata["help"])
        for item in fields(BulkSettings)
    ]
    intro = (
        f"All settings are keys of one dict, ``{SETTINGS_NAME}``, in the host's Django settings. Each has a default, "
        "so name only those that differ. They are read when they are needed: a change counts from the next job on, but "
        "for the two time limits of Celery, which count when workers start. Names that do not exist are reported by a "
        ":doc:`system check <system_checks>`."
    )
    example = f'.. code-block:: python\n\n    {SETTINGS_NAME} = {{\n        "MAX_ROWS": 2000,\n    }}\n'
    table = _table(("Name", "Type", "Default", "Meaning"), (25, 10, 20, 45), rows)
    return _page("Settings", intro, example, table)


def problems_page() -> str:
    """Every code that a file, a row or a cell can get."""
    intro = (
        "A problem is stated with its row, its column and the text found there, where it has them. Programs go by the "
        "code, which stays as it is; message and hint are for people. What stands in braces differs from case to case. "
        "A problem of severity *error* ends the row, or refuses the file; a *note* goes with the result and changes "
        "nothing."
    )
    sections = [
        _section(kind.code, f":Severity: {kind.severity}\n:Message: {_text(kind.message)}\n:Hint: {_text(kind.hint)}\n")
        for kind in sorted(CATALOGUE.values(), key=lambda kind: (kind.severity != ERROR, kind.code))
    ]
    return _page("Problem codes", intro, *sections)


def operations_page(operations: Iterable[Operation]) -> str:
    """Every operation with its columns."""
    intro = (
        "The operation is chosen at upload and says what each row of the file does. Headers are compared without "
        "regard to case, and blanks count as underscores. The order of the columns is free. An empty cell says "
        f"nothing; ``{CLEAR_WORD}`` empties a field that can be empty."
    )
    return _page("Operations", intro, *(_operation(operation) for operation in operations))


def columns_page(operations: Iterable[Operation]) -> str:
    """Every column of any operation, by name."""
    used: dict[str, list[Operation]] = {}
    by_name: dict[str, Column] = {}
    for operation in operations:
        for column in operation.columns:
            used.setdefault(column.name, []).append(operation)
            by_name[column.name] = column
    intro = "What the cells of each column may hold. Names of things are compared without regard to case."
    sections = (
        f".. _column-{name}:\n\n" + _section(f"``{name}``", _column(by_name[name], used[name])) for name in sorted(used)
    )
    return _page("Columns", intro, *sections)


def checks_page() -> str:
    """Every system check."""
    intro = (
        "``python manage.py check`` says which settings of the host would make the app misbehave. The ids can be named "
        "in Django's ``SILENCED_SYSTEM_CHECKS``. What stands in angle brackets differs from case to case."
    )
    rows = [(f"``{check.id}``", check.level, _text(check.message), _text(check.hint)) for check in system_checks()]
    return _page("System checks", intro, _table(("Id", "Level", "Message", "What to do"), (30, 10, 30, 30), rows))


def system_checks() -> list[Check]:
    """The checks, read from their code, since most of them are silent on any one host."""
    names = (item.name for item in pkgutil.iter_modules(checks.__path__, f"{checks.__name__}."))
    found = [check for name in names for check in _checks_of(importlib.import_module(name))]
    return sorted(found, key=lambda check: check.id)


def _checks_of(module: ModuleType) -> Iterator[Check]:
    calls = (node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call))
    for call in calls:
        parts: Mapping[str | None, ast.expr] = {keyword.arg: keyword.value for keyword in call.keywords}
        if isinstance(call.func, ast.Name) and "id" in parts:
            words = {name: _words(parts[name], module) for name in ("id", "hint")}
            yield Check(level=call.func.id.lower(), message=_words(call.args[0], module), **words)


def _words(node: ast.expr, module: ModuleType) -> str:
    """A text as written in code, with what is known only when it runs in angle brackets."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part, module) for part in node.values)
    assert isinstance(node, ast.FormattedValue), ast.dump(node)
    code = ast.unparse(node.value)
    try:
        return str(eval(code, vars(module)))  # noqa: S307 - our own code: a constant of the module
    except NameError:
        return f"<{code.rpartition('.')[2]}>"


def _operation(operation: Operation) -> str:
    rows = [
        (f":ref:`{column.name} <column-{column.name}>`", _need(column, operation), _text(column.help))
        for column in operation.columns
    ]
    table = _table(("Column", "Required", "Meaning"), (35, 10, 55), rows)
    words = [f"{_text(operation.label)}. {_text(operation.help)}"]
    if operation.either:
        words.append(f"Every row fills at least one of {_list(operation.either)}.")
    if len(operation.on_existing) > 1:
        words.append(f"Possible for ``on_existing``: {_list(operation.on_existing)}; the first is the default.")
    return _section(f"``{operation.type}``", "\n\n".join([*words, table]))


def _need(column: Column, operation: Operation) -> str:
    if column.name in operation.required:
        return "yes"
    return "one of these" if column.name in operation.either else "no"


def _list(words: Iterable[str]) -> str:
    return ", ".join(f"``{word}``" for word in words)


def _column(column: Column, operations: Iterable[Operation]) -> str:
    return f"{_text(column.help)}\n\n" + "".join(
        f":{name}: {value}\n" for name, value in _column_facts(column, list(operations)) if value
    )


def _column_facts(column: Column, operations: list[Operation]) -> Iterator[tuple[str, str]]:
    table = getattr(column.kind, "table", "").replace("_", " ")
    yield "Holds", f"{column.kind.name} ({table} that discovery knows)" if table else column.kind.name
    yield "Allowed", _list(column.kind.allowed(NOTHING_TO_LOOK_UP))
    yield "Example", f"``{column.example}``" if column.example else ""
    yield "Other names", _list(column.aliases)
    yield "Field of discovery", f"``{column.field}``"
    yield "Required by", _list(item.type for item in operations if column.name in item.required)
    yield "Optional for", _list(item.type for item in operations if column.name not in item.required)
    yield "Can be emptied", f"no. {_text(column.keep_reason)}" if column.keep_reason else f"yes, with ``{CLEAR_WORD}``"
    yield "Who may set it", "staff only" if column.staff_only else ""


def _default(value: Any) -> str:
    return f"``{value}``" if value not in ("", ()) else "empty"


def _text(text: str) -> str:
    """Plain text as reStructuredText: what would be markup stands for itself."""
    return re.sub(r"[\\*`|]|_(?!\w)", r"\\\g<0>", text)


def _page(title: str, intro: str, *parts: str) -> str:
    wrapped = textwrap.fill(intro, WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join([WRITTEN_BY, title, "#" * len(title), "", *(f"{part.rstrip()}\n" for part in (wrapped, *parts))])


def _section(title: str, text: str) -> str:
    return f"{title}\n{'*' * len(title)}\n\n{text}"


def _table(names: Iterable[str], widths: Iterable[int], rows: Iterable[Iterable[str]]) -> str:
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {' '.join(map(str, widths))}", ""]
    for first, *rest in (names, *rows):
        lines += [f"   * - {first}", *(f"     - {cell}" for cell in rest)]
    return "\n".join(lines)


def write() -> None:
    """Write every page."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    settings.configure()
    write()
