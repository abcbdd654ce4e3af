"""Sheets as partners have them: what their headers are taken for with nobody choosing anything."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.mapping.proposing import Match, Proposer, SheetColumn
from course_discovery_bulk.operations.registry import get_operation
from tests.unit.operations.samples import LOOKUPS

SHEETS = Path(__file__).parents[2] / "data" / "sheets"
MEANT: dict[str, Any] = json.loads((SHEETS / "sheets.json").read_text(encoding="utf-8"))


def proposed(name: str) -> tuple[Match, ...]:
    operation = get_operation(MEANT[name]["operation"])
    with (SHEETS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))[MEANT[name].get("header_row", 1) - 1 :]
    sheet = [SheetColumn(header=text, samples=tuple(row[place] for row in rows)) for place, text in enumerate(header)]
    needed = (*operation.required, *operation.either)
    return Proposer(columns=operation.columns, needed=needed, context=Context(lookups=LOOKUPS)).propose(sheet)


def test_nine_of_ten_headers_are_proposed_as_a_person_would_choose() -> None:
    matches = {(name, match.header): match for name in MEANT for match in proposed(name)}
    meant = {(name, header): column for name in MEANT for header, column in MEANT[name]["columns"].items() if column}

    wrong = {
        place: (column, matches[place].column) for place, column in meant.items() if matches[place].column != column
    }

    assert len(wrong) <= len(meant) / 10, wrong


@pytest.mark.parametrize("header", ["Full name", "Display Name", "Number of course", "Program", "More information"])
def test_names_of_other_things_are_asked_about(header: str) -> None:
    operation = get_operation("course_create")
    sheet = [SheetColumn(header=header, samples=("Ann Lee",))]

    (match,) = Proposer(columns=operation.columns, needed=(), context=Context(lookups=LOOKUPS)).propose(sheet)

    assert match.column
    assert not match.is_certain


def test_none_is_wrong_with_certainty() -> None:
    wrong = {
        (name, match.header): match.column
        for name in MEANT
        for match in proposed(name)
        if match.is_certain and match.column != MEANT[name]["columns"][match.header]
    }

    assert wrong == {}
