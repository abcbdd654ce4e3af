"""The reference pages say what the code says: they are written anew here and compared, without touching the files."""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import fields, replace
from pathlib import Path
from types import ModuleType

import pytest

import course_discovery_bulk
from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.management.commands.bulk_operation import Command
from course_discovery_bulk.operations.registry import all_operations
from course_discovery_bulk.problems import CATALOGUE

DOCS = Path(__file__).parents[2] / "docs"
CHECK_IDS = [
    found
    for module in sorted((Path(course_discovery_bulk.__file__).parent / "checks").glob("*.py"))
    for found in re.findall(r'id="([^"]+)"', module.read_text(encoding="utf-8"))
]
SETTINGS = [option.name.upper() for option in fields(BulkSettings)]
OPERATIONS = [operation.type for operation in all_operations()]
COLUMNS = {column.name: column for operation in all_operations() for column in operation.columns}


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_reference", DOCS / "generate_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


PAGES: dict[str, str] = load_generator().pages()


def stored(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_up_to_date(name: str) -> None:
    assert stored(name) == PAGES[name], "run: python docs/generate_reference.py"


def test_every_setting_is_on_its_page() -> None:
    page = stored("settings.rst")

    assert [name for name in SETTINGS if f"   * - ``{name}``\n" not in page] == []


def test_every_problem_has_its_section() -> None:
    page = stored("problems.rst")

    assert [code for code in CATALOGUE if f"\n{code}\n{'*' * len(code)}\n" not in page] == []


def test_every_operation_has_its_section() -> None:
    page = stored("operations.rst")

    assert [name for name in OPERATIONS if f"\n``{name}``\n****" not in page] == []


def wrong_about(column: Column, columns: str, operations: str) -> set[str]:
    """What the pages of columns and operations get wrong about one column."""
    section = columns.partition(f".. _column-{column.name}:\n")[2].partition("\n.. _column-")[0]
    right = {
        "section": bool(section),
        "names": all(f"``{name}``" in section for name in (column.name, *column.aliases)),
        "example": (f":Example: ``{column.example}``" in section) == bool(column.example),
        "staff only": (":Who may set it: staff only" in section) == column.staff_only,
        "operations": f":ref:`{column.name} <column-{column.name}>`" in operations,
    }
    return {what for what, is_right in right.items() if not is_right}


def test_every_column_has_its_section_and_all_its_names() -> None:
    pages = stored("columns.rst"), stored("operations.rst")

    assert {name: wrong for name, column in COLUMNS.items() if (wrong := wrong_about(column, *pages))} == {}


def test_a_column_means_the_same_in_every_operation() -> None:
    for operation in all_operations():
        for column in operation.columns:
            known = COLUMNS[column.name]
            of_its_field = {name: getattr(known, name) for name in ("on_run", "shown", "keeps_review", "twin")}
            assert known in (column, column.twin) or known.twin == column
            assert replace(column, **of_its_field) == known


def test_every_system_check_is_on_its_page_once() -> None:
    page = stored("system_checks.rst")

    assert {check_id: times for check_id in CHECK_IDS if (times := page.count(f"``{check_id}``")) != 1} == {}


@pytest.mark.parametrize("page", ["reference/host_settings.rst", "how-tos/install.rst", "how-tos/storage.rst"])
def test_system_checks_that_pages_name_exist(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    named = set(re.findall(r"\b[EW]\d{3}\b", text))

    assert named <= {check_id.rpartition(".")[2] for check_id in CHECK_IDS}


def test_ids_of_system_checks_are_unique() -> None:
    assert len(CHECK_IDS) == len(set(CHECK_IDS)) > 0


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_page_depends_on_the_machine(name: str) -> None:
    assert str(DOCS.parent) not in PAGES[name]
    assert " at 0x" not in PAGES[name]


def test_every_option_of_the_command_is_in_its_how_to() -> None:
    of_django = {"--help", "--version", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color"}
    parser = Command().create_parser("manage.py", "bulk_operation")
    options = {name for action in parser._actions for name in action.option_strings if name.startswith("--")}
    page = (DOCS / "how-tos/script.rst").read_text(encoding="utf-8")

    assert {name for name in options - of_django - {"--skip-checks"} if f"``{name}" not in page} == {"--type"}
    assert {"--dry-run", "--type", "--user"} <= options
