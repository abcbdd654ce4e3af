"""The pages about failures: every entry of the catalogue is there, and what it names as proof is a test that exists."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGES = sorted((PROJECT / "docs" / "explanation" / "failures").glob("[a-h].rst"))
ENTRY = re.compile(r"^   \* - (?P<number>\d+b?)\n(?P<cells>(?:     .*\n|\n)+)", re.MULTILINE)
CELL = re.compile(r"^     - ", re.MULTILINE)
TEST = re.compile(r"``(?P<file>tests/[\w/]+\.py)(?:::(?P<name>\w+))?``")
FILES = sorted((PROJECT / "tests" / "faults").glob("test_[a-h]_*.py"))
LAST = 105


@dataclass(frozen=True)
class Entry:
    """A row of a page."""

    number: str
    cells: tuple[str, ...]  # what fails, what happens then, the proof

    @property
    def proof(self) -> str:
        return self.cells[-1]


def entries() -> list[Entry]:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES) + "\n"
    return [
        Entry(found["number"], tuple(" ".join(cell.split()) for cell in CELL.split(found["cells"])[1:]))
        for found in ENTRY.finditer(text)
    ]


ENTRIES = entries()


@cache
def functions_of(file: str) -> frozenset[str]:
    """Names of the test functions of a file."""
    tree = ast.parse((PROJECT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_failure_of_the_catalogue_has_one_entry() -> None:
    numbers = [entry.number for entry in ENTRIES]

    assert [number for number in numbers if number.isdecimal()] == [str(number) for number in range(1, LAST + 1)]


def wrong_about(entry: Entry) -> list[str]:
    what, then, proof = entry.cells
    named = list(TEST.finditer(proof))
    reason = re.sub(r"\b(and|the)\b|[,.;]", "", TEST.sub("", proof)).strip()
    wrong = [f"no test {found[0]}" for found in named if found["name"] not in functions_of(found["file"])]
    if not (what and then):
        wrong.append("an empty cell")
    if not (named or len(reason.split()) >= 5):
        wrong.append("neither a test nor a reason")
    return wrong


def test_an_entry_says_what_happens_and_names_its_proof_or_a_reason() -> None:
    assert {entry.number: wrong for entry in ENTRIES if (wrong := wrong_about(entry))} == {}


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_a_test_that_bears_numbers_is_named_by_those_entries(file: Path) -> None:
    """A proof that was renamed or written later is not forgotten on the page."""
    named = {(entry.number, found["name"]) for entry in ENTRIES for found in TEST.finditer(entry.proof)}
    bearing = {
        (number.lstrip("0"), name)
        for name in functions_of(f"tests/faults/{file.name}")
        if (bears := re.match(r"test_(\d+b?_)+", name))
        for number in bears[0].split("_")[1:-1]
    }

    assert bearing
    assert bearing <= named
