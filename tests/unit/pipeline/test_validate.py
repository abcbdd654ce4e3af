"""Checking rows: everything wrong with a row at once, each fact at its cell; one row never takes another down."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from course_discovery_bulk.columns.base import Cell, Context, Kind, Parsed
from course_discovery_bulk.columns.course import TITLE
from course_discovery_bulk.data import CleanRow, RawRow
from course_discovery_bulk.operations.course_create import OPERATION
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.pipeline.validate import Seen, Validator, validate_headers, validate_rows
from course_discovery_bulk.problems import RAGGED_ROW, SPREADSHEET_ERROR, Place, problem
from tests.unit.operations.samples import MINIMAL_CELLS, raw_row, validator

SECRET = "jane.doe@example.org"


def check(*rows: RawRow, checks: Validator | None = None, seen: Seen | None = None) -> list[CleanRow]:
    return list(validate_rows(rows, checks or validator(), seen or Seen()))


def facts(row: CleanRow) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(found.code, found.line, found.column, found.value) for found in row.problems]


# --- rows


def test_a_good_row_becomes_values() -> None:
    (row,) = check(raw_row(line=7))

    assert row.is_valid
    assert (row.line, row.group, row.problems) == (7, "edx+cs101", ())
    assert row.values["title"] == "Introduction to Computing"
    assert row.values["verified_price"] == "49.00"
    assert set(row.values) == set(MINIMAL_CELLS)


def test_all_problems_of_a_row_are_found_in_one_pass() -> None:
    (row,) = check(
        raw_row(
            line=9,
            organization="edXX",
            title="",
            start_date="46023",
            end_date="",
            verified_price="-5",
            minimum_effort="6",
            maximum_effort="5",
            watchers="nobody, somebody",
            short_description="<h2>x</h2>",
        )
    )

    assert not row.is_valid
    assert sorted(facts(row)) == sorted(
        [
            ("UNKNOWN_VALUE", 9, "organization", "edXX"),
            ("MISSING_REQUIRED_DATA", 9, "title", None),
            ("BAD_DATE", 9, "start_date", "46023"),
            ("MISSING_REQUIRED_DATA", 9, "end_date", None),
            ("BAD_PRICE", 9, "verified_price", "-5"),
            ("EFFORT_OUT_OF_ORDER", 9, "minimum_effort", "6"),
            ("BAD_EMAIL", 9, "watchers", "nobody"),
            ("REFUSED_MARKUP", 9, "short_description", "<h2>x</h2>"),
        ]
    )


def test_a_cell_that_is_wrong_is_told_once() -> None:
    (row,) = check(raw_row(course_pacing="fast"))

    assert [code for code, *_ in facts(row)] == ["UNKNOWN_VALUE"]


def test_what_reading_found_stays_with_the_row() -> None:
    ragged = problem(RAGGED_ROW, Place(line=2), count=9, expected=8, delimiter="comma")

    (row,) = check(replace(raw_row(title=""), problems=(ragged,)))

    assert [code for code, *_ in facts(row)] == ["RAGGED_ROW"]


def test_a_cell_that_could_not_be_read_is_told_of_once() -> None:
    broken = problem(SPREADSHEET_ERROR, Place(line=2, column="go_live_date", value="#VALUE!"))

    (row,) = check(replace(raw_row(go_live_date="#VALUE!"), problems=(broken,)))

    assert [code for code, *_ in facts(row)] == ["SPREADSHEET_ERROR"]


def test_aliases_mean_their_column() -> None:
    (row,) = check(raw_row(course_level="Advanced", outcome="Much", weeks_to_complete="8", go_live_date="2027-05-01"))

    assert row.is_valid
    assert row.values["level_type"].key == "Advanced"
    assert row.values["what_will_you_learn"] == "Much"
    assert row.values["length"] == 8
    assert "publish_date" in row.values


def test_a_problem_in_an_aliased_column_names_the_column() -> None:
    (row,) = check(raw_row(course_level="Expert"))

    assert facts(row) == [("UNKNOWN_VALUE", 2, "level_type", "Expert")]


def test_unknown_columns_change_nothing() -> None:
    (plain,) = check(raw_row())
    (row,) = check(raw_row(colour="blue"))

    assert row == plain


def test_notes_leave_a_row_valid() -> None:
    (row,) = check(raw_row(course_enrollment_track="audit", course_run_enrollment_track="audit"))

    assert [code for code, *_ in facts(row)] == ["PRICE_NOT_USED"]
    assert row.is_valid


# --- duplicates


def test_the_second_row_of_one_course_is_a_mistake() -> None:
    first, other, second, third = check(
        raw_row(line=2),
        raw_row(line=3, number="CS102"),
        raw_row(line=4, organization="EDX", number="cs101"),
        raw_row(line=5),
    )

    assert first.is_valid
    assert other.is_valid
    assert facts(second) == [("DUPLICATE_ROW", 4, "number", "edX+cs101")]
    assert second.problems[0].message.startswith("Row 2 already")
    assert "edX+cs101" in second.problems[0].message
    assert facts(third) == [("DUPLICATE_ROW", 5, "number", "edX+CS101")]


def test_duplicates_are_found_across_the_parts_of_a_file() -> None:
    seen = Seen()
    check(raw_row(line=2), seen=seen)

    (later,) = check(raw_row(line=502), seen=seen)

    assert [code for code, *_ in facts(later)] == ["DUPLICATE_ROW"]


def test_checking_a_part_again_after_an_interruption_finds_no_duplicates() -> None:
    seen = Seen()
    check(raw_row(line=2), seen=seen)

    (again,) = check(raw_row(line=2), seen=seen)

    assert again.is_valid


def test_rows_that_name_no_course_are_not_duplicates_of_each_other() -> None:
    rows = check(raw_row(line=2, number=""), raw_row(line=3, number=""))

    assert [facts(row) for row in rows] == [
        [("MISSING_REQUIRED_DATA", 2, "number", None)],
        [("MISSING_REQUIRED_DATA", 3, "number", None)],
    ]


# --- a bug of ours


class Exploding(Kind):
    """Fails on one text and quotes it, as careless code would."""

    name = "text"

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if cell.text == SECRET:
            raise RuntimeError(f"cannot handle {cell.text}")
        return Parsed(value=cell.text)


def test_two_rows_that_add_the_same_to_one_list_contradict_each_other_though_their_texts_are_equal() -> None:
    """To a list as it is: the second row was checked before the first had changed it."""
    checks = validator(operation=get_operation("course_update"))
    rows = [RawRow(line=line, cells={"course_key": "edX+A", "topics": "+physics"}) for line in (2, 3)]
    alike = [RawRow(line=line, cells={"course_key": "edX+A", "topics": "physics"}) for line in (2, 3)]

    first, second = check(*rows, checks=checks)

    assert first.problems == ()
    assert [(found.code, found.column, found.line) for found in second.problems] == [
        ("CONTRADICTING_ROWS", "topics", 3)
    ]
    assert not any(row.problems for row in check(*alike, checks=checks))


@pytest.fixture
def fragile() -> Validator:
    columns = tuple(replace(column, kind=Exploding()) if column is TITLE else column for column in OPERATION.columns)
    return validator(operation=replace(OPERATION, columns=columns))


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_a_bug_in_one_row_does_not_stop_the_others(fragile: Validator) -> None:
    before, broken, after = check(
        raw_row(line=2), raw_row(line=3, number="B", title=SECRET), raw_row(line=4, number="C"), checks=fragile
    )

    assert before.is_valid
    assert after.is_valid
    assert [(found.code, found.line) for found in broken.problems] == [("INTERNAL_ERROR", 3)]


def test_a_bug_is_logged_with_its_reference_and_without_the_cell(
    fragile: Validator, log: pytest.LogCaptureFixture
) -> None:
    (row,) = check(raw_row(line=3, title=SECRET), checks=fragile)

    (record,) = log.records
    reference = record.__dict__["reference"]
    assert reference in row.problems[0].message
    assert "RuntimeError" in log.text
    assert "parse" in log.text  # where it happened
    assert SECRET not in log.text + repr(record.__dict__) + repr(row.problems)


# --- headers


def test_a_header_with_every_required_column_is_fine() -> None:
    assert validate_headers(list(MINIMAL_CELLS), OPERATION) == []


def test_headers_are_compared_without_regard_to_case_blanks_and_order() -> None:
    written = [f" {name.replace('_', ' ').title()} " for name in reversed(MINIMAL_CELLS)]
    assert "Course Enrollment Track" in " ".join(written)

    assert validate_headers(written, OPERATION) == []


def test_a_missing_column_refuses_and_an_unknown_one_is_noted() -> None:
    headers = [name for name in MINIMAL_CELLS if name != "title"]

    missing, unknown = validate_headers([*headers, "titel", "Colour"], OPERATION)

    assert (missing.code, missing.column, missing.is_error) == ("MISSING_COLUMN", "title", True)
    assert "“titel”" in missing.message
    assert (unknown.code, unknown.column, unknown.is_error) == ("UNKNOWN_COLUMN", "Colour", False)


def test_two_names_of_one_column_refuse_the_file() -> None:
    found = validate_headers([*MINIMAL_CELLS, "level_type", "course_level"], OPERATION)

    assert [item.code for item in found] == ["DUPLICATE_COLUMN"]


def test_a_price_column_is_not_required() -> None:
    assert validate_headers([name for name in MINIMAL_CELLS if name != "verified_price"], OPERATION) == []
