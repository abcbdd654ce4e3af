"""What spreadsheets do to values, and what workbooks hold besides rows: told or refused, never written unseen."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from course_discovery_bulk import conf
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.pipeline.read import Limits, inspect_file
from sandbox.discovery.models import Course
from tests.integration.cases.stored import case, codes, make_course, topics
from tests.integration.operations.conftest import Run


def codes_of(task: BulkOperationTask, column: str) -> Mapping[str, list[str]]:
    """The codes of the problems of each row, by the text of one of its cells; rows without problems are left out."""
    found = {row.cells[column]: [item["code"] for item in row.problems] for row in task.rows.all()}
    return {text: codes for text, codes in found.items() if codes}


def test_damaged_course_numbers_and_placeholders(catalog: None, run: Run) -> None:
    task = run("course_create", case("013_number_csv"), dry_run=True)

    hyphens = [row.problems[0]["message"] for row in task.rows.filter(line__in=(11, 12)).order_by("line")]
    assert ["U+2011" in hyphens[0], "U+2013" in hyphens[1]] == [True, True]
    assert codes_of(task, "number") == {
        "1-Mar": ["DAMAGED_NUMBER"],
        "Dec-10": ["DAMAGED_NUMBER"],
        "1.00E+10": ["DAMAGED_NUMBER"],
        "10-Dec": ["DAMAGED_NUMBER"],
        "01.03.2027": ["DAMAGED_NUMBER"],
        "45000.5": ["DAMAGED_NUMBER"],
        "-": ["PLACEHOLDER"],
        "_": ["PLACEHOLDER"],
        "...": ["PLACEHOLDER"],
        "CS\u2011101": ["BAD_COURSE_NUMBER"],
        "CS\u2013101": ["BAD_COURSE_NUMBER"],
        "N/A": ["PLACEHOLDER"],
        "TBD": ["PLACEHOLDER"],
        "TRUE": ["DAMAGED_NUMBER"],
    }


def test_titles_that_are_errors_or_placeholders(catalog: None, run: Run) -> None:
    found = codes_of(run("course_create", case("011_titles"), dry_run=True), "title")

    errors = ("#NV", "#ERROR!", "Err:502", "#BEZUG!", "Loading...")
    assert {title: found[title] for title in (*errors, "N/A", "TBD")} == {
        **{title: ["SPREADSHEET_ERROR"] for title in errors},
        "N/A": ["PLACEHOLDER"],
        "TBD": ["PLACEHOLDER"],
    }


def test_cells_of_a_workbook_are_read_as_the_sheet_shows_them(catalog: None, run: Run) -> None:
    task = run("course_create", case("014_number_xlsx", "xlsx"))

    stored = set(Course.objects.filter(title__regex="^t[0-9]+$", draft=True).values_list("title", "key"))
    assert stored == {
        ("t0", "edX+007"),
        ("t2", "edX+6.10"),
        ("t3", "edX+14.73000001"),
        ("t4", "edX+1"),
        ("t10", "edX+CS101"),
    }
    assert codes_of(task, "title") == {
        "t1": ["CELL_IS_DATE"],
        "t5": ["CELL_IS_BOOLEAN"],
        "t6": ["BAD_COURSE_NUMBER"],
        "t7": ["CELL_IS_DATE"],
        "t8": ["NUMBER_ROUNDED"],
        "t9": ["NUMBER_ROUNDED"],
    }


def test_a_topic_keeps_the_zero_that_the_sheet_shows(catalog: None, run: Run) -> None:
    run("course_create", case("266_topic_310", "xlsx"))

    assert topics(Course.objects.get(title="py", draft=True)) == ["3.10"]


def test_merged_cells_set_every_row_that_they_cover(catalog: None, run: Run) -> None:
    for key in ("edX+T81120", "edX+T81121", "edX+T81122"):
        make_course(run, key, level_type="Introductory")

    task = run("course_update", case("055_merged_update", "xlsx"))

    stored = Course.objects.filter(key__startswith="edX+T8112", draft=True).values_list("level_type__name", flat=True)
    assert list(stored) == ["Advanced"] * 3
    assert [codes(task, line) for line in (2, 3, 4)] == [[], ["FILLED_FROM_MERGE"], ["FILLED_FROM_MERGE"]]


def test_rows_of_unchecked_boxes_are_blank(catalog: None, run: Run) -> None:
    task = run("course_create", case("057_checkbox_column", "xlsx"), dry_run=True)

    assert [(row.line, row.problems) for row in task.rows.all()] == [(2, [])]


def test_formulas_without_a_value_of_their_own_make_no_course(catalog: None, run: Run) -> None:
    uncalculated = run("course_create", case("058_formula_no_cache", "xlsx"), dry_run=True)
    blank_reference = run("course_create", case("164_formula_blank_ref_zero", "xlsx"), dry_run=True)

    assert codes(uncalculated, 2) == ["FORMULA_NOT_CALCULATED"]
    assert codes(blank_reference, 2)[:4] == ["FORMULA_ZERO"] * 3 + ["FORMULA_ZERO_KEPT"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "050_two_sheets",
            ["Only the sheet “Spring 2027” was read. Not read, with their numbers of rows: “Fall 2027” (1)."],
        ),
        ("056_filtered_rows", ["Hidden rows are read like the others. This sheet hides 1 of 2 rows: 3."]),
        ("160_empty_first_sheet", ["The sheet “Sheet1” was read because those before it are blank: “Empty”."]),
    ],
)
def test_what_a_workbook_holds_besides_its_rows_is_noted(name: str, said: list[str]) -> None:
    known = frozenset(get_operation("course_create").known_headers)
    facts = inspect_file(io.BytesIO(case(name, "xlsx")), Limits.from_settings(conf.read()), known_headers=known)

    assert [note.message for note in facts.notes] == said
    assert facts.row_count == (2 if name == "056_filtered_rows" else 1)
