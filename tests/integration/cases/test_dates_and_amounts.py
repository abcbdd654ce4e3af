"""Files whose dates, times and amounts are written as people write them: read if they have one meaning, else asked."""

from __future__ import annotations

from typing import Any

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course, CourseRun
from tests.csv_files import csv_of
from tests.integration.cases.stored import case, codes, make_course
from tests.integration.operations.conftest import Run


def planned(task: BulkOperationTask, field: str) -> dict[str, Any]:
    """Title of each good row -> the value that a field would get."""
    return {row.cells["title"]: row.changes[field][1] for row in task.rows.exclude(status="invalid")}


def refused(task: BulkOperationTask) -> dict[str, tuple[str, str]]:
    """Title of each bad row -> code and message of its first problem."""
    return {
        row.cells["title"]: (row.problems[0]["code"], row.problems[0]["message"])
        for row in task.rows.filter(status="invalid")
    }


def test_dates_of_one_meaning_are_read_and_all_others_refused_with_the_reason(catalog: None, run: Run) -> None:
    task = run("course_create", case("020_dates"), dry_run=True)

    march, moment = "2027-03-01T00:00:00Z", "2027-03-01T09:00:00Z"
    assert planned(task, "run.start") == {
        "d1": "2027-03-01T14:00:00Z",
        **dict.fromkeys(("d7", "d8", "d9", "d10", "d15", "d20", "d21", "d22", "d30", "d31", "d32", "d33"), march),
        **dict.fromkeys(("d16", "d17", "d18"), moment),
        "d11": "2027-09-01T00:00:00Z",  # as 15.09.2027 in the next row proves
        "d12": "2027-09-15T00:00:00Z",
        "d13": "2027-09-15T00:00:00Z",
        "d14": "2027-09-15T00:00:00Z",
    }
    reasons = {
        "d0": "four digits",
        "d2": "internal number",
        "d3": "no such day",
        "d19": "U+200F RIGHT-TO-LEFT MARK",
        "d23": "four digits",
        "d24": "Times are in UTC",
        "d25": "next day",
        "d26": "next day",
        "d27": "date that is empty",
        "d28": "date that is empty",
        "d29": "no such day",
        "d34": "day is missing",
        "d35": "day is missing",
        "d36": "day is missing",
    }
    found = refused(task)
    assert {title for title, (code, _message) in found.items() if code == "PLACEHOLDER"} == {"d4", "d5", "d6"}
    assert {title: reason in found[title][1] for title, reason in reasons.items()} == dict.fromkeys(reasons, True)
    assert [(note["code"], note["line"]) for note in task.notes] == [("DATES_READ", 13)]
    assert "15.09.2027 in row 14 can only be read that way" in task.notes[0]["message"]


def test_times_of_one_meaning_are_read_and_all_others_refused_with_the_reason(catalog: None, run: Run) -> None:
    task = run("course_create", case("021_times"), dry_run=True)

    afternoon = ("t1", "t2", "t4", "t9", "t10", "t11", "t12", "t13", "t16", "t17", "t18", "t22", "t26", "t27")
    half_past_two = {title: "2027-09-01T14:30:00Z" for title in afternoon if title != "t18"}
    assert planned(task, "run.start") == {
        **half_past_two,
        "t6": "2027-09-01T09:00:00Z",
        "t7": "2027-09-01T09:00:00Z",
        "t8": "2027-09-01T12:00:00Z",
        "t18": "2027-09-01T14:30:00Z",
        "t19": "2027-09-01T09:30:00Z",
    }
    found = refused(task)
    assert {code for code, _message in found.values()} == {"BAD_TIME", "PLACEHOLDER"}
    reasons = {
        "t0": "next day",
        "t3": "colon",
        "t5": "colon",
        "t14": "UTC",
        "t15": "internal number",
        "t20": "only the time",
        "t21": "no such time",
        "t23": "no such time",
    }
    assert {title: reason in found[title][1] for title, reason in reasons.items()} == dict.fromkeys(reasons, True)


def test_prices_of_one_meaning_are_read_and_all_others_refused_with_the_reason(catalog: None, run: Run) -> None:
    task = run("course_create", case("022_prices"), dry_run=True)

    prices = {title: price["verified"] for title, price in planned(task, "prices").items()}
    assert prices == {
        **dict.fromkeys(("p0", "p1", "p4", "p5", "p8", "p9", "p20", "p21", "p22", "p28"), "49.00"),
        "p2": "1000.50",
        **dict.fromkeys(("p3", "p25", "p26", "p27"), "1000.00"),
        "p12": "0.00",
        "p17": "49.90",
        "p32": "0.99",
    }
    found = refused(task)
    reasons = {
        "p6": "US dollars",
        "p7": "US dollars",
        "p10": "On a free track, leave the price empty",
        "p16": "two decimals",
        "p18": "exponent",
        "p19": "exponent",
        "p23": "negative",
        "p24": "percentage",
        "p29": "plus sign",
        "p30": "more than one number",
        "p31": "nothing else",
        "p33": "largest price",
    }
    assert {title: reason in found[title][1] for title, reason in reasons.items()} == dict.fromkeys(reasons, True)
    assert {title for title, (code, _message) in found.items() if code == "PLACEHOLDER"} == {"p13", "p14", "p15"}


def test_a_file_of_decimal_commas_is_stored_as_it_was_meant(catalog: None, run: Run) -> None:
    run("course_create", case("184_semicolon_dec_comma"))

    course = Course.objects.get(key="edX+T81881", draft=True)
    stored = CourseRun.objects.get(course=course, draft=True)
    assert [str(entitlement.price) for entitlement in course.entitlements.all()] == ["49.00"]
    assert (f"{stored.start:%Y-%m-%d}", f"{stored.end:%Y-%m-%d}") == ("2027-09-01", "2027-12-15")
    assert course.enterprise_subscription_inclusion is False


def test_rows_that_prove_the_order_of_dates_decide_the_others_with_a_note(catalog: None, run: Run) -> None:
    task = run("course_create", case("211_date_evidence"))

    stored = CourseRun.objects.get(course__key="edX+T82128", draft=True)
    assert (f"{stored.start:%Y-%m-%d}", f"{stored.end:%Y-%m-%d}") == ("2027-10-03", "2027-12-11")
    (note,) = task.notes
    assert (note["code"], note["line"], note["value"]) == ("DATES_READ", 3, "10/03/2027")
    assert note["message"] == (
        "Dates such as 10/03/2027 were read with the month first. 09/28/2027 in row 2 can only be read that way."
    )


def test_without_proof_an_ambiguous_date_is_asked_about_wherever_a_page_of_rows_ends(
    catalog: None, run: Run, settings: Any
) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "READ_CHUNK_ROWS": 1}
    make_course(run, "edX+ORDER1")
    run_key = CourseRun.objects.get(course__key="edX+ORDER1", draft=True).key
    rows = [
        {"course_run_key": run_key, "start_date": "10/03/2027", "end_date": ""},
        {"course_run_key": run_key, "start_date": "", "end_date": "12/31/2027"},
    ]

    alone = run("course_run_update", csv_of(rows[:1]), dry_run=True)
    both = run("course_run_update", csv_of(rows), dry_run=True)

    assert codes(alone, 2) == ["AMBIGUOUS_DATE"]
    assert both.rows.get(line=2).changes["run.start"][1] == "2027-10-03T00:00:00Z"  # row 3, a later page, proves it


def test_the_order_of_the_site_counts_where_nothing_is_proven(catalog: None, run: Run, settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "DATE_ORDER": "mdy"}
    make_course(run, "edX+ORDER2")
    run_key = CourseRun.objects.get(course__key="edX+ORDER2", draft=True).key
    task = run("course_run_update", f"course_run_key,start_date\n{run_key},10/03/2027\n")

    assert f"{CourseRun.objects.get(key=run_key, draft=True).start:%Y-%m-%d}" == "2027-10-03"
    assert "setting of this site" in task.notes[0]["message"]
