"""How headers are compared, and what is said about those that do not fit."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_discovery_bulk.columns.headers import check_headers, normalise_header
from course_discovery_bulk.problems import Problem
from tests.examples import share_of

KNOWN = {
    "organization": "organization",
    "title": "title",
    "long_description": "long_description",
    "full_description": "long_description",
    "start_date": "start_date",
}


def check(headers: Sequence[str], required: Collection[str] = ("organization", "title")) -> list[Problem]:
    return check_headers(headers, known=KNOWN, required=required, operation="course_create")


@pytest.mark.parametrize(
    "written",
    [
        "start_date",
        " Start Date ",
        "START_DATE",
        "start\u00a0date",
        "\ufeffstart_date\u200b",
        "st\u200bart_date",
        "start \t\n date",
        "\uff53tart_date",
        "start-date",
        "start\u2011date",
        "startDate",
        "StartDate",
        "start_date*",
        "* Start date:",
        "Start date (required)",
        "start_date (Optional) *",
    ],
)
def test_headers_are_compared_in_one_form(written: str) -> None:
    assert normalise_header(written) == "start_date"


@pytest.mark.parametrize("written", ["", " ", "\u00a0\u200b\ufeff", "\n\t"])
def test_a_header_without_text_is_empty(written: str) -> None:
    assert normalise_header(written) == ""


@settings(max_examples=share_of(100), database=None)
@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=20))
def test_a_normalised_header_has_no_blanks(text: str) -> None:
    assert normalise_header(text).split() in ([], [normalise_header(text)])


def test_right_headers_have_no_problems() -> None:
    assert check(["Title", "organization", "", "Full Description"]) == []


def test_missing_columns_are_all_named() -> None:
    problems = check(["start_date"])
    assert [(p.code, p.line, p.column, p.is_error) for p in problems] == [
        ("MISSING_COLUMN", 1, "organization", True),
        ("MISSING_COLUMN", 1, "title", True),
    ]
    assert problems[0].message == "The column organization is missing."
    assert problems[0].hint == "Add the column. course_create requires it."


@pytest.mark.parametrize("written", ["Organisation", "organization 1", "Organization (short name)"])
def test_a_header_that_is_nearly_a_missing_column_is_told_once(written: str) -> None:
    (missing,) = check([written, "title"])
    assert (missing.code, missing.column) == ("MISSING_COLUMN", "organization")
    assert missing.message == f"The column organization is missing. Did you mean “{written}”?"


def test_a_header_that_is_nearly_a_column_that_may_be_missing_is_noted() -> None:
    (unknown,) = check(["organization", "title", "Start dates (UTC)"])
    assert (unknown.code, unknown.is_error) == ("UNKNOWN_COLUMN", False)
    assert unknown.message.endswith("was ignored. Did you mean “start_date”?")


def test_problems_of_a_header_are_on_its_line() -> None:
    problems = check_headers(["title", "x"], known=KNOWN, required=["organization"], operation="o", line=4)
    assert {problem.line for problem in problems} == {4}


def test_an_unknown_column_is_noted_without_a_guess_where_nothing_is_alike() -> None:
    (problem,) = check(["title", "organization", "Remarks"])
    assert (problem.code, problem.severity) == ("UNKNOWN_COLUMN", "note")
    assert problem.message == "course_create has no column Remarks, so it was ignored."


def test_a_column_the_file_already_has_is_not_suggested() -> None:
    (problem,) = check(["title", "organization", "title2"])
    assert "Did you mean" not in problem.message


def test_two_headers_of_one_column_are_duplicates() -> None:
    (problem,) = check(["title", "organization", "long_description", "Full Description"])
    assert (problem.code, problem.line, problem.column) == ("DUPLICATE_COLUMN", 1, "Full Description")
    assert problem.message == "The column Full Description (the same as long_description) appears more than once."


def test_a_repeated_header_is_told_once() -> None:
    (problem,) = check(["title", "organization", " Title", "TITLE"])
    assert problem.message == "The column Title appears more than once."


def test_repeated_unknown_headers_are_noted_once() -> None:
    problems = check(["title", "organization", "notes", "Notes"])
    assert [(p.code, p.column) for p in problems] == [("UNKNOWN_COLUMN", "notes")]


def test_a_first_line_without_any_known_name_is_no_header() -> None:
    (problem,) = check(["edX", "How to Learn", "LEARN"])
    assert (problem.code, problem.line) == ("NO_HEADER", 1)
    assert problem.hint == (
        "The first line must contain the column names, separated by commas, semicolons or tabs, such as "
        "organization, title."
    )


def test_an_operation_without_required_columns_gives_others_as_examples() -> None:
    (problem,) = check(["x"], required=())
    assert problem.hint.endswith("such as organization, title, long_description.")


def test_a_very_long_header_is_shortened_in_what_is_said() -> None:
    (problem,) = check(["title", "organization", "x" * 5000])
    assert len(problem.message) < 400
    assert len(problem.column or "") <= 200
