"""Names of our own code in the strings of tests exist; the slow lanes, which have most of them, seldom run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

from tests.faults.test_mutations import MUTATIONS

TESTS = Path(__file__).parents[1]
PACKAGE = TESTS.parent / "course_discovery_bulk"
QUOTED = re.compile(r"""["'][^"'\n]*course_discovery_bulk\.\w+\.""")  # only files with one of these are parsed
DOTTED = re.compile(r"course_discovery_bulk(\.\w+){2,}\.?")  # with one dot only it may name a job or a check


def names_in(module: Path) -> Iterator[str]:
    """Strings that are a dotted path into the package, or the beginning of one."""
    text = module.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)) if QUOTED.search(text) else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and DOTTED.fullmatch(node.value):
            yield node.value.rstrip(".")


def is_known(name: str) -> bool:
    try:
        resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def test_every_dotted_name_leads_somewhere() -> None:
    named = {(str(path.relative_to(TESTS)), name) for path in TESTS.rglob("*.py") for name in names_in(path)}

    assert len(named) > 20
    assert sorted(item for item in named if not is_known(item[1])) == []


def test_every_mutation_finds_its_piece_once() -> None:
    found = {name: (PACKAGE / item.module).read_text().count(item.piece) for name, item in MUTATIONS.items()}

    assert {name: count for name, count in found.items() if count != 1} == {}


def test_the_test_of_every_mutation_exists() -> None:
    named = {item.test.partition("::")[::2] for item in MUTATIONS.values()}

    assert [
        name for file, name in named if f"def {name.partition('[')[0]}(" not in (TESTS.parent / file).read_text()
    ] == []
