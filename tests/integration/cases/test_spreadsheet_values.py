"""What spreadsheets do to values, and what workbooks hold besides rows: told or refused, never written unseen."""

from __future__ import annotations

from collections.abc import Mapping

from course_discovery_bulk.models import BulkOperationTask
from tests.integration.cases.stored import case
from tests.integration.operations.conftest import Run


def codes_of(task: BulkOperationTask, column: str) -> Mapping[str, list[str]]:
    """The codes of the problems of each row, by the text of one of its cells; rows without problems are left out."""
    found = {row.cells[column]: [item["code"] for item in row.problems] for row in task.rows.all()}
    return {text: codes for text, codes in found.items() if codes}


def test_damaged_course_numbers_and_placeholders(catalog: None, run: Run) -> None:
    task = run("course_create", case("013_number_csv"), dry_run=True)

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
