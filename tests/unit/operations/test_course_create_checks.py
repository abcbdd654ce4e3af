"""What `course_create` finds wrong across the cells of a row, before anything is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_discovery_bulk.data import Lookups
from course_discovery_bulk.problems import Problem
from tests.unit.operations.samples import LEGAL_REVIEW_CELLS, MEMBER, raw_row, validator

MASTERS_CELLS = {
    "course_enrollment_track": "Masters",
    "course_run_enrollment_track": "Masters Only",
    "verified_price": "",
}


def problems(**changes: str) -> list[Problem]:
    return list(validator().clean(raw_row(**changes)).problems)


def codes(**changes: str) -> list[tuple[str, str | None]]:
    return [(found.code, found.column) for found in problems(**changes)]


def test_the_minimal_row_is_fine() -> None:
    assert codes() == []


def test_a_row_ready_for_legal_review_is_fine() -> None:
    assert codes(**LEGAL_REVIEW_CELLS) == []


# --- dates


def test_the_end_may_not_come_before_the_start() -> None:
    (found,) = problems(end_date="2027-08-31")

    assert (found.code, found.column, found.value) == ("DATES_OUT_OF_ORDER", "end_date", "2027-08-31")
    assert found.message == "end_date (2027-08-31) is not after start_date (2027-09-01)."


@pytest.mark.parametrize(
    "changes",
    [
        {"end_date": "2027-09-01", "start_time": "10:00", "end_time": "10:01"},
        {"enrollment_start_date": "2027-06-01"},
        {"enrollment_end_date": "2020-06-01"},
        {"enrollment_start_date": "[clear]", "enrollment_end_date": "2027-06-01"},
    ],
)
def test_dates_that_are_fine(changes: dict[str, str]) -> None:
    assert codes(**changes) == []


@pytest.mark.parametrize("times", [{}, {"start_time": "10:00", "end_time": "10:00"}])
def test_a_run_that_ends_when_it_starts_is_refused(times: dict[str, str]) -> None:
    assert codes(end_date="2027-09-01", **times) == [("DATES_OUT_OF_ORDER", "end_date")]


def test_times_count_when_dates_are_compared() -> None:
    assert codes(end_date="2027-09-01", start_time="10:00", end_time="09:59") == [("DATES_OUT_OF_ORDER", "end_date")]


def test_enrollment_may_not_end_before_it_starts() -> None:
    assert codes(enrollment_start_date="2027-08-01", enrollment_end_date="2027-07-01") == [
        ("DATES_OUT_OF_ORDER", "enrollment_end_date")
    ]


def test_a_time_needs_its_date() -> None:
    (found,) = problems(enrollment_end_time="10:00")

    assert (found.code, found.column) == ("TIME_WITHOUT_DATE", "enrollment_end_time")
    assert "enrollment_end_date" in found.message


@pytest.mark.parametrize("date", ["2027-12-15 10:00", "2027-12-15T10:00Z"])
def test_a_time_in_two_cells_must_be_the_same(date: str) -> None:
    assert codes(end_date=date, end_time="10:00") == []
    (found,) = problems(end_date=date, end_time="11:00")
    assert (found.code, found.column, found.value) == ("TIME_TWICE", "end_time", "11:00")
    assert "(10:00:00)" in found.message


# --- effort, subjects


@pytest.mark.parametrize(("least", "most"), [("5", "5"), ("6", "5")])
def test_the_least_effort_is_less_than_the_most(least: str, most: str) -> None:
    (found,) = problems(minimum_effort=least, maximum_effort=most)

    assert (found.code, found.column, found.value) == ("EFFORT_OUT_OF_ORDER", "minimum_effort", least)


@pytest.mark.parametrize(
    ("least", "most"), [("2", "5"), ("0", "0"), ("5", "0"), ("2", ""), ("", "5"), ("5", "[CLEAR]")]
)
def test_effort_that_is_fine(least: str, most: str) -> None:
    assert codes(minimum_effort=least, maximum_effort=most) == []


def test_no_subject_twice_by_whatever_name() -> None:
    found = problems(
        primary_subject="Computer Science", secondary_subject="social-sciences", tertiary_subject="computer-science"
    )

    assert [(problem.code, problem.column) for problem in found] == [("REPEATED_SUBJECT", "tertiary_subject")]
    assert "primary_subject" in found[0].message


# --- tracks and prices


def test_the_track_of_the_run_belongs_to_that_of_the_course() -> None:
    (found,) = problems(course_run_enrollment_track="Masters Only")

    assert (found.code, found.column) == ("RUN_TRACK_MISMATCH", "course_run_enrollment_track")
    assert found.message == "The run track “Masters Only” isn't available in the course track “Verified and Audit”."
    assert found.hint == "Use one of: Verified and Audit, Audit Only."


def test_another_track_of_the_course_is_fine_for_the_run() -> None:
    assert codes(course_run_enrollment_track="Audit Only") == []


def test_a_paid_track_needs_a_price() -> None:
    assert codes(verified_price="") == [("PRICE_REQUIRED", "verified_price")]


def test_a_price_that_cannot_be_read_is_not_also_missing() -> None:
    assert codes(verified_price="free") == [("BAD_PRICE", "verified_price")]


@pytest.mark.parametrize("price", ["", "0", "0.00"])
def test_a_free_track_needs_none(price: str) -> None:
    assert codes(verified_price=price, course_enrollment_track="audit", course_run_enrollment_track="audit") == []


def test_a_price_for_a_free_track_is_only_noted() -> None:
    clean = validator().clean(
        raw_row(verified_price="49", course_enrollment_track="audit", course_run_enrollment_track="audit")
    )

    assert [(found.code, found.severity) for found in clean.problems] == [("PRICE_NOT_USED", "note")]
    assert clean.is_valid


def test_unknown_tracks_are_not_also_compared() -> None:
    assert codes(course_enrollment_track="Gold", verified_price="") == [("UNKNOWN_VALUE", "course_enrollment_track")]


# --- subscription, product source


def test_an_organization_outside_the_subscription_cannot_have_it() -> None:
    (found,) = problems(enterprise_subscription_inclusion="TRUE")

    assert (found.code, found.column) == ("SUBSCRIPTION_NOT_POSSIBLE", "enterprise_subscription_inclusion")
    assert found.message.startswith("edX isn't part")


@pytest.mark.parametrize(("organization", "value"), [("MITx", "TRUE"), ("edX", "FALSE")])
def test_a_subscription_that_is_fine(organization: str, value: str) -> None:
    assert codes(organization=organization, enterprise_subscription_inclusion=value) == []


@pytest.mark.parametrize("default", ["gone", ""])
def test_a_default_product_source_that_does_not_exist_is_the_operators_business(default: str) -> None:
    checks = validator(default_product_source=default)

    assert [found.code for found in checks.clean(raw_row()).problems] == ["MISCONFIGURED"]
    assert checks.clean(raw_row(product_source="ext")).is_valid


# --- legal review


@pytest.mark.parametrize("column", sorted(set(LEGAL_REVIEW_CELLS) - {"move_to_legal_review"}))
@pytest.mark.parametrize("is_cleared", [False, True])
def test_legal_review_needs_every_one_of_its_columns(column: str, *, is_cleared: bool) -> None:
    cells = {**LEGAL_REVIEW_CELLS, column: "[clear]" if is_cleared and column != "image" else ""}

    assert codes(**cells) == [("MISSING_LEGAL_REVIEW_DATA", column)]


def test_legal_review_tells_everything_that_is_missing_at_once() -> None:
    assert [column for _, column in codes(move_to_legal_review="yes")] == [
        "image",
        "short_description",
        "long_description",
        "what_will_you_learn",
        "level_type",
        "primary_subject",
        "publish_date",
        "minimum_effort",
        "maximum_effort",
        "length",
    ]


def test_without_legal_review_nothing_of_it_is_needed() -> None:
    assert codes(move_to_legal_review="FALSE") == []


@pytest.mark.parametrize("track", ["Masters", "masters", "MASTERS"])
def test_a_masters_course_is_excused_from_the_three_texts(track: str) -> None:
    cells = {**LEGAL_REVIEW_CELLS, **MASTERS_CELLS, "course_enrollment_track": track}
    texts = dict.fromkeys(("short_description", "long_description", "what_will_you_learn"), "")

    assert codes(**{**cells, **texts}) == []
    assert codes(**{**cells, **texts, "image": ""}) == [("MISSING_LEGAL_REVIEW_DATA", "image")]


def test_a_cell_that_is_wrong_is_not_also_missing_for_legal_review() -> None:
    assert codes(**{**LEGAL_REVIEW_CELLS, "length": "eight"}) == [("BAD_NUMBER", "length")]


# --- rights


def test_only_staff_set_an_upgrade_deadline() -> None:
    row = raw_row(upgrade_deadline_override_date="2027-12-01", upgrade_deadline_override_time="10:00")

    assert [found.code for found in validator().clean(row).problems] == []
    assert [(found.code, found.column) for found in validator(MEMBER).clean(row).problems] == [
        ("STAFF_ONLY", "upgrade_deadline_override_date"),
        ("STAFF_ONLY", "upgrade_deadline_override_time"),
    ]


def test_lookups_are_those_of_the_uploader() -> None:
    own: Lookups = replace(MEMBER.lookups, organizations=type(MEMBER.lookups.organizations)("organization", []))

    clean = validator(replace(MEMBER, lookups=own)).clean(raw_row())

    assert [(found.code, found.column) for found in clean.problems] == [("FORBIDDEN", "organization")]
    assert "(none)" in clean.problems[0].message
