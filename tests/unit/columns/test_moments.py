"""Dates and times: what a cell says, and the moment that discovery gets. Nothing is guessed."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.columns.moments import DateValue
from course_discovery_bulk.columns.run import START
from course_discovery_bulk.data import CLEAR, Evidence, Proof
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
    ("31/01/2027", "2027-01-31T00:00:00Z"),
    ("15. 9. 2027", "2027-09-15T00:00:00Z"),
    ("1-Mar-2027", "2027-03-01T00:00:00Z"),
    ("Mar 1, 2027", "2027-03-01T00:00:00Z"),
    ("March 1st, 2027", "2027-03-01T00:00:00Z"),
    ("Monday, March 1, 2027 9am", "2027-03-01T09:00:00Z"),
    ("Mon 2027-03-01", "2027-03-01T00:00:00Z"),
    ("1 March 2027", "2027-03-01T00:00:00Z"),
    ("1. Sept. 2027", "2027-09-01T00:00:00Z"),
    ("2027-Mar-01", "2027-03-01T00:00:00Z"),
    ("1 de marzo de 2027", "2027-03-01T00:00:00Z"),
    ("1er août 2027", "2027-08-01T00:00:00Z"),
    ("15 FÉVR. 2027", "2027-02-15T00:00:00Z"),
    ("1. März 2027", "2027-03-01T00:00:00Z"),
    ("3. Okt. 2027 14:30", "2027-10-03T14:30:00Z"),
    ("1º de março de 2027", "2027-03-01T00:00:00Z"),
    ("10-dic-2027", "2027-12-10T00:00:00Z"),
    ("2027-mai-01", "2027-05-01T00:00:00Z"),
    ("20270301", "2027-03-01T00:00:00Z"),
    ("2027.03.01", "2027-03-01T00:00:00Z"),
    ("2027\u5e743\u67081\u65e5", "2027-03-01T00:00:00Z"),  # nian, yue, ri
    ("\u0662\u0660\u0662\u0667-\u0660\u0663-\u0660\u0661", "2027-03-01T00:00:00Z"),  # in Arabic digits
    ("\uff12\uff10\uff12\uff17/\uff13/\uff11", "2027-03-01T00:00:00Z"),  # in wide ones
    ("2027\u201003\u201001", "2027-03-01T00:00:00Z"),  # other hyphens
    ("2027\u201303\u201301", "2027-03-01T00:00:00Z"),
    ("\u202a2027-03-01\u202c", "2027-03-01T00:00:00Z"),  # marks at the ends
    ("2027-01-31 09:00 UTC", "2027-01-31T09:00:00Z"),
    ("2027-01-31 09:00:00+00", "2027-01-31T09:00:00Z"),
    ("2027-01-31T09:00:00.000Z", "2027-01-31T09:00:00Z"),
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


def seen(**proofs: tuple[int, str]) -> Evidence:
    """What other dates with slashes prove: order -> row and text."""
    return Evidence(dates={"/": {order: Proof(line=line, text=text) for order, (line, text) in proofs.items()}})


MONTH_FIRST = seen(mdy=(2, "09/28/2027"))
DAY_FIRST = seen(dmy=(7, "28/09/2027"))
BOTH = seen(mdy=(2, "09/28/2027"), dmy=(7, "28/09/2027"))


@pytest.mark.parametrize(
    ("text", "evidence", "day"),
    [
        ("03/04/2027", MONTH_FIRST, datetime.date(2027, 3, 4)),
        ("03/04/2027", DAY_FIRST, datetime.date(2027, 4, 3)),
        ("31/01/2027", MONTH_FIRST, datetime.date(2027, 1, 31)),  # has one meaning, whatever others say
        ("03/04/2027", Evidence(site_order="dmy"), datetime.date(2027, 4, 3)),
        ("03/04/2027", replace(MONTH_FIRST, site_order="dmy"), datetime.date(2027, 3, 4)),
        ("03.04.2027", Evidence(has_semicolons=True), datetime.date(2027, 4, 3)),
        ("03.04.2027", Evidence(amounts={",": Proof(line=2, text="49,00")}), datetime.date(2027, 4, 3)),
    ],
)
def test_the_file_or_else_the_site_settles_which_number_is_the_month(
    text: str, evidence: Evidence, day: datetime.date
) -> None:
    assert parse(START.date, text, Context(lookups=LOOKUPS, evidence=evidence)).value == DateValue(day=day)


@pytest.mark.parametrize(
    ("text", "context", "reason"),
    [
        ("03/04/2027", Context(lookups=LOOKUPS, evidence=BOTH), "09/28/2027 in row 2 and 28/09/2027 in row 7"),
        ("03/04/2027", Context(lookups=LOOKUPS, evidence=replace(BOTH, site_order="mdy")), "in both orders"),
        ("03-04-2027", Context(lookups=LOOKUPS, evidence=MONTH_FIRST), ""),  # another sign is another way of writing
        ("03.04.2027", Context(lookups=LOOKUPS, evidence=MONTH_FIRST), ""),
        ("03/04/2027", Context(lookups=LOOKUPS, evidence=Evidence(has_semicolons=True)), ""),
        (
            "03/04/2027",
            Context(lookups=LOOKUPS, date_order="mdy", evidence=DAY_FIRST),
            "does not fit 28/09/2027 in row 7",
        ),
    ],
)
def test_a_date_stays_ambiguous_where_the_file_settles_nothing(text: str, context: Context, reason: str) -> None:
    (found,) = parse(START.date, text, context).problems

    assert found.code == "AMBIGUOUS_DATE"
    assert reason in found.message


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
        ("2027-01-31 25:00", "no such time"),
        ("2027-01-31 soon", "time of day"),
        ("2027-01-31 13:00 PM", "no such time"),
        ("2027-01-31T10:00+25:00", "time zone"),
        ("Jan-27", "day is missing"),
        ("2027", "day is missing"),
        ("10", ""),
        ("tomorrow", ""),
        ("1 jui 2027", ""),  # juin or juillet
        ("1 foo 2027", ""),
        ("0", "a date that is empty"),
        ("1900-01-00", "a date that is empty"),
        ("1-Mar-27", "four digits"),
        ("Mar 1, 27", "four digits"),
        ("Q1 2027", "day is missing"),
        ("03/2027", "day is missing"),
        ("Tue 2027-03-01", "not a Tuesday"),
        ("2027-02-30", "no such day"),
        ("2027-13-01", "no such day"),
        ("02/30/2027", "no such day"),
        ("13/13/2027", "no such day"),
        ("\u200f1/\u200f13/\u200f2027", "U+200F RIGHT-TO-LEFT MARK"),
        ("2027-03-01 9:00 PM EST", "Times are in UTC"),
        ("2027-03-01 24:00", "next day"),
        ("2027-03-01T24:00:00Z", "next day"),
        ("0027-01-01", ""),
        ("2999-01-01", ""),
        ("2027-01-31-01", ""),
    ],
)
def test_what_is_no_date_is_refused_and_says_why_where_it_can(text: str, reason: str) -> None:
    (found,) = parse(START.date, text).problems

    assert (found.code, found.value) == ("BAD_DATE", text)
    assert reason in found.message


@pytest.mark.parametrize(("order", "text"), [("mdy", "31/01/2027"), ("dmy", "01/31/2027")])
def test_a_date_that_does_not_fit_the_order_of_the_upload_is_refused(order: str, text: str) -> None:
    (found,) = parse(START.date, text, Context(lookups=LOOKUPS, date_order=order)).problems

    assert found.code == "BAD_DATE"
    assert "choose that when you upload" in found.message


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
        ("9am", datetime.time(9)),
        ("9 AM", datetime.time(9)),
        ("2:30 p.m.", datetime.time(14, 30)),
        ("2:30\u202fPM", datetime.time(14, 30)),
        ("\u4e0b\u53482:30", datetime.time(14, 30)),  # in the afternoon
        ("14h30", datetime.time(14, 30)),
        ("14\uff1a30", datetime.time(14, 30)),
        ("\u0660\u0669:\u0663\u0660", datetime.time(9, 30)),
        ("noon", datetime.time(12)),
        ("14:30 utc", datetime.time(14, 30)),
        ("14:30 GMT", datetime.time(14, 30)),
        ("14:30+00:00", datetime.time(14, 30)),
        ("14:30:00.000", datetime.time(14, 30)),
        ("1899-12-30 14:30:00", datetime.time(14, 30)),  # what spreadsheets make of a time alone
        ("12/30/1899 14:30", datetime.time(14, 30)),
    ],
)
def test_times_of_day(text: str, clock: datetime.time) -> None:
    assert START.time is not None
    assert parse(START.time, text).value == clock


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("24:00", "next day"),
        ("14:60", ""),
        ("25:00", ""),
        ("23:59:60", ""),
        ("0:30 AM", ""),
        ("13:00 PM", ""),
        ("14", ""),
        ("midnight", ""),
        ("14:30+02:00", "Times are in UTC"),
        ("9:00 AM EST", "Times are in UTC"),
        ("14:30 Europe/Berlin", "Times are in UTC"),
        ("0.5", "internal number"),
        ("1430", "a colon"),
        ("2.30", "a colon"),
        ("2027-09-01 14:30", "Keep only the time"),
        ("14:\u200f30", "U+200F RIGHT-TO-LEFT MARK"),
    ],
)
def test_what_is_no_time_of_day_is_refused_and_says_why_where_it_can(text: str, reason: str) -> None:
    assert START.time is not None
    (found,) = parse(START.time, text).problems

    assert (found.code, found.column, found.value) == ("BAD_TIME", "start_time", text)
    assert reason in found.message


@pytest.mark.parametrize("text", ["TBD", "N/A", "-"])
def test_a_placeholder_is_no_date_and_is_called_a_placeholder(text: str) -> None:
    assert START.time is not None
    assert [parse(column, text).problems[0].code for column in (START.date, START.time)] == ["PLACEHOLDER"] * 2


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
