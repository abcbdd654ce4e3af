"""The columns of a file that was uploaded for another operation than the one they fit."""

from __future__ import annotations

import pytest

from course_discovery_bulk.operations.registry import all_operations, get_operation
from course_discovery_bulk.pipeline.validate import validate_headers
from course_discovery_bulk.problems import Problem


def found(headers: str, operation: str) -> list[Problem]:
    return validate_headers(headers.split(","), get_operation(operation))


@pytest.mark.parametrize(
    ("headers", "chosen", "other"),
    [
        ("course_key,title,short_description", "course_create", "Update courses"),
        ("Course Key,Title,Colour", "course_create", "Update courses"),
        ("course_run_key,start_date", "course_create", "Update course runs"),
        ("course_run_key,start_date", "course_update", "Update course runs"),
        ("course_key,title,course_run_key,start_date", "course_rerun", "Update courses and runs"),
        ("username_or_email,course_key_or_uuid,action", "course_update", "Change course editors"),
        ("last_active_run_key,start_date,end_date,run_type,pacing_type", "course_create", "Re-run courses"),
    ],
)
def test_one_problem_names_the_operation_that_was_meant(headers: str, chosen: str, other: str) -> None:
    (problem,) = found(headers, chosen)

    assert problem.code == "OTHER_OPERATION"
    assert problem.message.startswith(f"This looks like a file for “{other}”, not for “")


def test_columns_that_only_another_operation_uses_are_named_with_it() -> None:
    notes = found("course_key,title,course_run_key,start_date,colour", "course_update")

    assert [(note.code, note.severity) for note in notes] == [("FITS_BETTER", "note"), ("UNKNOWN_COLUMN", "note")]
    assert notes[0].message == (
        "This file fits “Update courses and runs” better, which also uses these columns: course_run_key, start_date."
    )
    assert notes[1].column == "colour"


def test_a_file_of_no_operation_is_told_what_it_lacks() -> None:
    assert [problem.code for problem in found("number,title", "course_rerun")] == ["NO_HEADER"]
    assert {problem.code for problem in found("number,title", "course_create")} == {"MISSING_COLUMN"}


def test_the_template_of_each_operation_fits_it_best() -> None:
    told = {
        operation.type: [problem.code for problem in validate_headers(operation.by_name, operation)]
        for operation in all_operations()
    }

    assert not {operation: codes for operation, codes in told.items() if codes}
