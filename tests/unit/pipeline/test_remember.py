"""What an earlier job has checked is remembered from what it stored, exactly as if one job had checked everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from course_discovery_bulk.columns import text
from course_discovery_bulk.data import RawRow
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.pipeline.validate import Seen, Validator, is_marked_done, remember_row, validate_rows
from course_discovery_bulk.problems import (
    INTERNAL_ERROR,
    MISSING_LEGAL_REVIEW_DATA,
    READING_CODES,
    SPREADSHEET_ERROR,
    Place,
    Problem,
    problem,
)
from tests.unit.operations.samples import LEGAL_REVIEW_CELLS, MINIMAL_CELLS, raw_row, validator

HTML = ["", "<p>one</p>", "<p>two</p>", "<h2>refused</h2>", "10<sup>6</sup>", "<p></p>", "[clear]", "n/a"]
TITLES = ["", "One", "Two", "T" * 300]
TOPICS = ["", "+physics", "a, b", '"open']
KEYS = ["edX+A", "EDX+a", "no key"]


def updates() -> list[RawRow]:
    """Rows of three courses that repeat and contradict each other, with every kind of wrong cell among them."""
    cells = [
        {"course_key": key, "syllabus": html, "title": title, "topics": topics, "status": status}
        for (key, html), (title, topics), status in zip(
            list(product(KEYS, HTML)) * 3, list(product(TITLES, TOPICS)) * 5, ["", "", "succeeded"] * 24, strict=False
        )
    ]
    return [RawRow(line=line, cells=of_row) for line, of_row in enumerate(cells, start=2)]


def unreadable() -> list[RawRow]:
    """Cells that reading found to be wrong: they have no value whatever their text is."""
    broken = problem(SPREADSHEET_ERROR, Place(line=2, column="syllabus", value="#REF!"))
    rows = [
        RawRow(line=line, cells={"course_key": "edX+A", "syllabus": html})
        for line, html in enumerate(["#REF!", "<p>one</p>", "<p>two</p>"], start=2)
    ]
    return [replace(rows[0], problems=(broken,)), *rows[1:]]


def creations() -> list[RawRow]:
    """Two rows for each course, some without what a legal review needs, or with an empty number."""
    changes: list[dict[str, str]] = [
        {"number": "A", "long_description": "[clear]"},
        {"number": "B", "short_description": "<h2>refused</h2>"},
        {"number": ""},
        {"number": "C", "organization": "nobody"},
    ]
    return [
        RawRow(line=line, cells={**MINIMAL_CELLS, **LEGAL_REVIEW_CELLS, **changed})
        for line, changed in enumerate([*changes, *changes], start=2)
    ]


def checked_with(task_type: str) -> Validator:
    return validator(operation=get_operation(task_type))


def check(rows: Sequence[RawRow], checks: Validator, seen: Seen) -> list[tuple[Problem, ...]]:
    """The problems of each row as they are stored: none but a note for one that is marked as done."""
    found = list(validate_rows(rows, checks, seen))
    return [() if is_marked_done(raw.cells) else row.problems for raw, row in zip(rows, found, strict=True)]


def remember(rows: Sequence[RawRow], stored: Sequence[Sequence[Problem]], checks: Validator) -> Seen:
    seen = Seen()
    for row, problems in zip(rows, stored, strict=True):
        read = tuple(item for item in problems if item.code in READING_CODES)
        again = [Problem.from_dict(item.as_record()) for item in problems]
        remember_row(replace(row, problems=read), again, checks, seen)
    return seen


@pytest.mark.parametrize(
    ("task_type", "make", "code"),
    [
        ("course_update", updates, "CONTRADICTING_ROWS"),
        ("partial_updates", updates, "CONTRADICTING_ROWS"),
        ("course_update", unreadable, "CONTRADICTING_ROWS"),
        ("course_create", creations, "DUPLICATE_ROW"),
    ],
)
def test_rows_are_remembered_as_one_pass_sees_them(task_type: str, make: Callable[[], list[RawRow]], code: str) -> None:
    rows, checks = make(), checked_with(task_type)
    one_pass = check(rows, checks, Seen())
    assert code in {found.code for problems in one_pass for found in problems}

    for count in range(1, len(rows) + 1, max(1, len(rows) // 6)):
        seen = Seen()
        check(rows[:count], checks, seen)
        assert remember(rows[:count], one_pass[:count], checks) == seen

    half = len(rows) // 2
    later = check(rows[half:], checks, remember(rows[:half], one_pass[:half], checks))
    assert later == one_pass[half:]


def test_a_row_that_code_of_ours_stumbled_over_said_nothing() -> None:
    (row, *_), checks = updates(), checked_with("course_update")
    row = replace(row, cells={**row.cells, "title": "One"})

    assert remember([row], [[problem(INTERNAL_ERROR, Place(line=2), reference="x")]], checks) == Seen()
    assert remember([row], [[]], checks) != Seen()


def test_a_cell_that_only_a_check_refuses_has_a_value() -> None:
    row, checks = raw_row({"course_key": "edX+A", "syllabus": "<p>one</p>"}), checked_with("course_update")
    found = [problem(MISSING_LEGAL_REVIEW_DATA, Place(line=2, column="syllabus"))]

    assert remember([row], [found], checks) == remember([row], [[]], checks) != Seen()


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that was prepared."""
    texts: list[str] = []
    original = text.prepare_html

    def prepare(written: str) -> Any:
        texts.append(written)
        return original(written)

    monkeypatch.setattr(text, "prepare_html", prepare)
    return texts


def test_no_html_is_prepared_to_remember_a_row_nor_for_one_that_is_done(prepared: list[str]) -> None:
    rows, checks = updates(), checked_with("course_update")
    stored = check(rows, checks, Seen())
    to_prepare = [row.cells["syllabus"] for row in rows if not is_marked_done(row.cells)]
    assert prepared == [written for written in to_prepare if written not in {"", "[clear]"}]

    prepared.clear()
    remember(rows, stored, checks)

    assert prepared == []
