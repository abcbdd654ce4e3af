"""Dates and times: what a cell says, and the moment that discovery gets. Nothing is guessed."""

from __future__ import annotations

import datetime

import pytest

from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.columns.moments import DateValue
from course_discovery_bulk.columns.run import START
from course_discovery_bulk.data import CLEAR
from tests.unit.operations.samples import LOOKUPS, parse

TEXT_AND_MOMENT = [
    ("2027-01-31", "2027-01-31T00:00:00Z"),
    ("2027-1-5", "2027-01-05T00:00:00Z"),
    ("2027/01/31", "2027-01-31T00:00:00Z"),
    ("2028-02-29", "2028-02-29T00:00:00Z"),
    ("01/31/2027", "2027-01-31T00:00:00Z"),  # 31 can be no month
    ("1/31/2027", "2027-01-31T00:00:00Z"),
    ("01.31.2027", "2027-01-31T00:00:00Z"),
    ("03/03/2027", "2027-03-03T00:00:00Z"),  # the same either way
    ("2027-01-31T14:30", "2027-01-31T14:30:00Z"),
    ("2027-01-31 14:30:15", "2027-01-31T14:30:15Z"),
    ("2027-01-31T14:30:15.123456Z", "2027-01-31T14:30:15Z"),
    ("2027-01-31 2:30 PM", "2027-01-31T14:30:00Z"),
    ("2027-01-31 12:00 am", "2027-01-31T00:00:00Z"),
    ("2027-01-31 12:15pm", "2027-01-31T12:15:00Z"),
    ("01/31/2027 9:05", "2027-01-31T09:05:00Z"),
    ("2027-01-31T23:30:00-05:00", "2027-02-01T04:30:00Z"),  # the day moves with the zone
    ("2027-01-01T01:00+0200", "2026-12-31T23:00:00Z"),
    ("2027-07-01T02:30:00+02:00", "2027-07-01T00:30:00Z"),
    ("2027-01-31T14:30+00:00", "2027-01-31T14:30:00Z"),
]


@pytest.mark.parametrize(("text", "moment"), TEXT_AND_MOMENT)
def test_a_date_becomes_a_moment_in_utc(text: str, moment: str) -> None:
    parsed = parse(START.date, text)

    assert START.value({"start_date": parsed.value}) == moment


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03/04/2027", "mdy", datetime.date(2027, 3, 4)),
        ("03/04/2027", "dmy", datetime.date(2027, 4, 3)),
        ("31/01/2027", "dmy", datetime.date(2027, 1, 31)),
        ("31.01.2027", "dmy", datetime.date(2027, 1, 31)),
        ("2027-03-04", "dmy", datetime.date(2027, 3, 4)),
    ],
)
def test_the_order_said_at_upload_settles_which_number_is_the_month(text: str, order: str, day: datetime.date) -> None:
    parsed = parse(START.date, text, Context(lookups=LOOKUPS, date_order=order))

    assert parsed.value == DateValue(day=day)


def test_a_date_that_can_be_read_twice_names_both_readings() -> None:
    (found,) = parse(START.date, "03/04/2027").problems

    assert (found.code, found.line, found.column, found.value) == ("AMBIGUOUS_DATE", 2, "start_date", "03/04/2027")
    assert "2027-03-04 or 2027-04-03" in found.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("46023", "spreadsheet's internal number"),
        ("46023.5", "spreadsheet's internal number"),
        ("1/2/27", "four digits"),
        ("01-02-27", "four digits"),
        ("31/01/2027", "date_order=dmy"),
        ("2027-01-31 25:00", "time of day"),
        ("2027-01-31 soon", "time of day"),
        ("2027-01-31 13:00 PM", "time of day"),
        ("2027-01-31T10:00+25:00", "time zone"),
        ("Jan-27", ""),
        ("2027", ""),
        ("10", ""),
        ("tomorrow", ""),
        ("January 31, 2027", ""),
        ("2027-02-30", ""),
        ("2027-13-01", ""),
        ("02/30/2027", ""),
        ("13/13/2027", ""),
        ("0027-01-01", ""),
        ("2999-01-01", ""),
        ("2027-01-31-01", ""),
    ],
)
def test_what_is_no_date_is_refused_and_says_why_where_it_can(text: str, reason: str) -> None:
    (found,) = parse(START.date, text).problems

    assert (found.code, found.value) == ("BAD_DATE", text)
    assert reason in found.message


@pytest.mark.parametrize("order", ["mdy", "dmy"])
def test_an_order_makes_no_date_out_of_an_impossible_one(order: str) -> None:
    parsed = parse(START.date, "31/31/2027", Context(lookups=LOOKUPS, date_order=order))

    assert [found.code for found in parsed.problems] == ["BAD_DATE"]


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:30", datetime.time(14, 30)),
        ("9:05", datetime.time(9, 5)),
        ("14:30:59", datetime.time(14, 30, 59)),
        ("14:30Z", datetime.time(14, 30)),
        ("14:30 UTC", datetime.time(14, 30)),
        ("12:00 AM", datetime.time(0)),
        ("12:30 PM", datetime.time(12, 30)),
        ("1:30pm", datetime.time(13, 30)),
        ("00:00", datetime.time(0)),
    ],
)
def test_times_of_day(text: str, clock: datetime.time) -> None:
    assert START.time is not None
    assert parse(START.time, text).value == clock


@pytest.mark.parametrize("text", ["24:00", "14:60", "0:30 AM", "13:00 PM", "14", "noon", "14:30+02:00", "0.5", "1430"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    assert START.time is not None
    (found,) = parse(START.time, text).problems

    assert (found.code, found.column, found.value) == ("BAD_TIME", "start_time", text)


@pytest.mark.parametrize(
    ("date_text", "time_text", "moment"),
    [
        ("2027-01-31", None, "2027-01-31T00:00:00Z"),
        ("2027-01-31", "14:30", "2027-01-31T14:30:00Z"),
        ("2027-01-31", "00:00", "2027-01-31T00:00:00Z"),
        ("2027-01-31 08:00", None, "2027-01-31T08:00:00Z"),
    ],
)
def test_a_date_and_the_time_beside_it_make_one_moment(date_text: str, time_text: str | None, moment: str) -> None:
    assert START.time is not None
    values = {"start_date": parse(START.date, date_text).value}
    if time_text:
        values["start_time"] = parse(START.time, time_text).value

    assert START.value(values) == moment


def test_a_row_without_the_date_says_nothing_and_a_cleared_one_clears() -> None:
    assert START.value({}) is None
    assert START.value({"start_date": CLEAR}) is CLEAR
