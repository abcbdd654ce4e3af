"""What every column has in common: `[clear]`, staff-only cells, and the facts that people are shown."""

from __future__ import annotations

import pytest

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.columns.moments import DateValue
from course_discovery_bulk.data import CLEAR
from course_discovery_bulk.operations.course_create import OPERATION
from course_discovery_bulk.operations.registry import all_operations
from tests.unit.operations.samples import MEMBER, STAFF, parse

COLUMNS = OPERATION.by_name
EVERY_COLUMN = list({column.name: column for operation in all_operations() for column in operation.columns}.values())
KEPT = {
    "organization",
    "number",
    "title",
    "course_enrollment_track",
    "course_run_enrollment_track",
    "course_pacing",
    "verified_price",
    "product_source",
    "url_slug",
    "image",
    "organization_logo_override",
    "start_date",
    "end_date",
    "start_time",
    "end_time",
    "enrollment_start_time",
    "enrollment_end_time",
    "upgrade_deadline_override_time",
    "b2c_subscription_inclusion",
    "enterprise_subscription_inclusion",
    "move_to_legal_review",
}


@pytest.mark.parametrize("text", ["[clear]", "[CLEAR]"])
def test_clear_empties_a_field_that_can_be_empty(text: str) -> None:
    found = {name: parse(COLUMNS[name], text).value for name in set(COLUMNS) - KEPT}

    assert {name: value for name, value in found.items() if value is not CLEAR} == {}


@pytest.mark.parametrize("name", sorted(KEPT))
def test_clear_is_refused_with_the_reason_where_a_field_must_hold_something(name: str) -> None:
    (found,) = parse(COLUMNS[name], "[clear]").problems

    assert (found.code, found.column, found.value) == ("NOT_CLEARABLE", name, "[clear]")
    assert found.hint == COLUMNS[name].keep_reason != ""


@pytest.mark.parametrize("text", ["2027-12-01", "[clear]", "nonsense"])
def test_members_may_not_touch_a_staff_only_column(text: str) -> None:
    (found,) = parse(COLUMNS["upgrade_deadline_override_date"], text, MEMBER).problems

    assert (found.code, found.line) == ("STAFF_ONLY", 2)


def test_members_may_not_touch_the_time_of_a_staff_only_moment_either() -> None:
    assert [found.code for found in parse(COLUMNS["upgrade_deadline_override_time"], "10:00", MEMBER).problems] == [
        "STAFF_ONLY"
    ]


def test_staff_may() -> None:
    assert isinstance(parse(COLUMNS["upgrade_deadline_override_date"], "2027-12-01", STAFF).value, DateValue)


WITH_EXAMPLE = [column for column in EVERY_COLUMN if column.example]


def test_the_example_of_a_column_is_a_good_cell() -> None:
    problems = {column.name: parse(column, column.example).problems for column in WITH_EXAMPLE}

    assert {name: found for name, found in problems.items() if found} == {}


def test_the_help_of_a_column_with_an_example_is_a_sentence() -> None:
    assert [column.name for column in WITH_EXAMPLE if not column.help.endswith(".")] == []


def test_names_and_aliases_are_as_headers_are_compared() -> None:
    names = [name for column in EVERY_COLUMN for name in (column.name, *column.aliases)]

    assert [name for name in names if normalise_header(name) != name] == []
