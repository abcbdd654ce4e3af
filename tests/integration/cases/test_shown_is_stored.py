"""What a preview calls the new text is what the catalog stores, and a list keeps every item that a cell names.

Hypothesis writes the cells; they are uploaded many at a time, each in a column that takes it.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from course_discovery_bulk import service
from course_discovery_bulk.discovery.snapshots import read_course
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.operations.registry import known_fields
from course_discovery_bulk.text.folding import fold
from tests.csv_files import csv_of
from tests.integration.cases.stored import new_course
from tests.integration.operations.conftest import Run, work
from tests.integration.operations.test_preview import client

TEXT_NAMES = """
short_description long_description what_will_you_learn syllabus prerequisites learner_testimonials
frequently_asked_questions additional_information title organization_short_code_override
"""
TEXT_COLUMNS = TEXT_NAMES.split()
LIST_COLUMNS = ("topics", "collaborators")
COURSES = [f"edX+BASE{number}" for number in (1, 2, 3, 5, 6)]
MANY = 200  # cells, for which it is worth to make more courses
ROUNDS = 4  # of taking out cells with problems

PLAIN = "a b Week plan R&D AT&T it's C++ 10 3.10 x^2 snake_case *star* **bold** `code` 1. - • # > | ~ [a](b)"
TAGS = "<p> </p> <b>b</b> <i>i</i> <ul><li>one</li></ul> <br> <sup>2</sup> <h2>h</h2> <a_href='https://x.org'>x</a>"
ODD = "&nbsp;,&amp;,&lt;b&gt;,<,>,p<0.05,\u00a0,\u200b,\u2028,é,e\u0301,中文,שלום"
WORDS = st.one_of(
    st.sampled_from(PLAIN.split(" ")),
    st.sampled_from([tag.replace("_", " ") for tag in TAGS.split(" ")]),
    st.sampled_from(ODD.split(",")),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6),
)
GAPS = st.sampled_from([" ", " ", " ", "\n", "\n\n", "  ", "", "\t"])
TEXTS = st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=8).map(lambda pieces: "".join(itertools.chain(*pieces)))
ITEMS = st.one_of(
    st.sampled_from(
        ["python", "Python", "machine learning", '"Epsilon, Inc."', "R&D", "C++", "3.10", "Ägypten", "中文"]
    ),
    st.text("abcABC .-é", min_size=1, max_size=8),
)
SIGNS = st.sampled_from(["", "", "", "+", "-", "- ", "• ", "1. ", "\u2013", "\u2212", "\uff0b"])
SEPARATORS = st.sampled_from([", ", ",", "; ", "|", "\n", "、", "，"])
LISTS = st.builds(
    lambda separator, sign, items, mixed: separator.join(
        f"{mixed if place == 1 and mixed else sign}{item}" for place, item in enumerate(items)
    ),
    SEPARATORS,
    SIGNS,
    st.lists(ITEMS, min_size=1, max_size=5),
    SIGNS,
)


def written_by(strategy: st.SearchStrategy[str], count: int) -> list[str]:
    """Different cells that Hypothesis writes, the same ones in every run."""
    found: list[str] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def write(cell: str) -> None:
        found.append(cell)

    write()
    return [cell for cell in dict.fromkeys(found) if cell.strip()]


def courses_for(run: Run, count: int) -> list[str]:
    """Courses to upload cells for: those of the catalog, and more of them for many cells."""
    numbers = [f"MANY{number}" for number in range(20)] if count > MANY else []
    if numbers:
        assert run("course_create", csv_of(map(new_course, numbers))).status == "completed"
    return [*COURSES, *(f"edX+{number}" for number in numbers)]


def uploads(columns: Sequence[str], cells: list[str], courses: list[str]) -> Iterator[list[dict[str, str]]]:
    """Files of one row a course in which each cell stands in some column."""
    width = len(columns)
    remaining = iter(cells)
    while taken := list(itertools.islice(remaining, width * len(courses))):
        parts = [taken[start : start + width] for start in range(0, len(taken), width)]
        rows = [dict(zip(columns, part, strict=False)) for part in parts]
        yield [{"course_key": key, **row} for key, row in zip(courses, rows, strict=False)]


def preview_of_what_is_fine(run: Run, rows: list[dict[str, str]]) -> BulkOperationTask:
    """A preview in which no row is refused: cells with a problem are taken out."""
    task = run("course_update", csv_of(rows), dry_run=True)
    for _round in range(ROUNDS):
        bad = {
            (row.line, item["column"])
            for row in task.rows.all()
            for item in row.problems
            if item["severity"] == "error"
        }
        if not bad:
            break
        for line, column in bad:
            rows[line - 2][str(column)] = ""
        task = run("course_update", csv_of(rows), dry_run=True)
    assert not task.rows.filter(status="invalid").exists()
    return task


def stored_of(row: BulkOperationRow) -> dict[str, Any]:
    """The fields of the course of a row, collaborators by their names."""
    answer = client().get_course(row.cells["course_key"])
    fields = dict(read_course(answer, known_fields()).fields)
    return {**fields, "collaborators": [item["name"] for item in answer["collaborators"]]}


@pytest.mark.parametrize("count", [50, pytest.param(2000, marks=pytest.mark.slow)])
def test_the_text_of_a_preview_is_what_is_stored(count: int, catalog: None, run: Run) -> None:
    offenders, compared = [], 0
    for rows in uploads(TEXT_COLUMNS, written_by(TEXTS, count), courses_for(run, count)):
        task = preview_of_what_is_fine(run, rows)
        planned = {row.line: row.changes for row in task.rows.all()}
        service.apply(task)
        work(task)
        for row in task.rows.all():
            stored = stored_of(row)
            compared += len(planned[row.line])
            offenders += [
                (row.status, path, becomes, stored[path])
                for path, (_before, becomes) in planned[row.line].items()
                if stored[path] != becomes or row.status != "succeeded"
            ]

    assert offenders == []
    assert compared > count / 3  # the others have a problem


@pytest.mark.parametrize("count", [30, pytest.param(2000, marks=pytest.mark.slow)])
def test_a_list_keeps_every_item_or_says_what_is_removed(count: int, catalog: None, run: Run) -> None:
    offenders = []
    for rows in uploads(LIST_COLUMNS, written_by(LISTS, count), courses_for(run, count)):
        task = preview_of_what_is_fine(run, rows)
        planned = {row.line: row.changes for row in task.rows.all()}
        service.apply(task)
        work(task)
        names = {item["uuid"]: item["name"] for item in client().list_collaborators()}
        for row in task.rows.all():
            stored = stored_of(row)
            for column in LIST_COLUMNS:
                before, becomes = planned[row.line].get(column, ([], stored[column]))
                before, becomes = ([names.get(item, item) for item in items or ()] for items in (before, becomes))
                named = words_of(row.cells.get(column, ""))
                gone = [item for item in before if item not in becomes]
                seen = words_of(" ".join([*stored[column], *map(str, gone), *removed_in_notes(row, column)]))
                if named - seen or {fold(item) for item in stored[column]} != {fold(item) for item in becomes}:
                    offenders.append((row.cells[column], before, becomes, stored[column]))

    assert offenders == []


def words_of(text: str) -> set[str]:
    """The words of a cell, without the numbers of numbered lists."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return {word for word in re.findall(r"\w+", plain) if not word.isdecimal()}


def removed_in_notes(row: BulkOperationRow, column: str) -> list[str]:
    return [item["message"] for item in row.problems if item["column"] == column and item["code"] == "NOTHING_REMOVED"]
