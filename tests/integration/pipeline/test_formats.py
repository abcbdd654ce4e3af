"""One sheet, saved in every way that spreadsheets save it, gives one result."""

from __future__ import annotations

import io

import openpyxl
import pytest

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course, CourseRun
from tests.integration.pipeline.conftest import Run

pytestmark = pytest.mark.usefixtures("names_fetched_once")

ROWS = [
    [
        "Organization",
        "Title",
        "Number",
        "Course Enrollment Track",
        "Course Run Enrollment Track",
        "Start Date",
        "End Date",
        "Course Pacing",
        "Verified Price",
        "Short Description",
        "Topics",
    ],
    [
        "edX",
        "Café „Zürich“",
        "FMT1",
        "Verified and Audit",
        "Verified and Audit",
        "2030-01-15",
        "6/15/2030",
        "Self-Paced",
        "49.5",
        "First line\nsecond; line",
        "a, b",
    ],
    [
        "MITx",
        'With "quotes"',
        "FMT2",
        "Audit Only",
        "Audit Only",
        "2030-09-01",
        "2030-12-01",
        "instructor-paced",
        "",
        "",
        "",
    ],
    [
        "edX",
        "Wrong",
        "FMT 3",
        "Verified and Audit",
        "Verified and Audit",
        "2030-01-15",
        "2030-06-15",
        "Self-Paced",
        "49",
        "",
        "",
    ],
]


def sheet(delimiter: str = ",", newline: str = "\n") -> str:
    return newline.join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in ROWS) + newline


def workbook() -> bytes:
    content = io.BytesIO()
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


FORMATS = {
    "xlsx": workbook(),
    "utf-8": sheet().encode(),
    "utf-8 with BOM": sheet().encode("utf-8-sig"),
    "utf-16": sheet().encode("utf-16"),
    "utf-16 big-endian": b"\xfe\xff" + sheet().encode("utf-16-be"),
    "cp1252": sheet().encode("cp1252"),
    "semicolons": sheet(";").encode(),
    "tabs": sheet("\t").encode(),
    "CRLF": sheet(newline="\r\n").encode(),
    "CR": sheet(newline="\r").encode(),
    "Excel's Unicode text": sheet("\t", "\r\n").encode("utf-16"),
}
QUICK = ("xlsx", "utf-8 with BOM", "Excel's Unicode text")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in FORMATS]
)
def test_every_format_makes_the_same_courses(name: str, run: Run) -> None:
    task = run(FORMATS[name])

    assert results(task) == [
        (2, "succeeded", "edX+FMT1", []),
        (3, "succeeded", "MITx+FMT2", []),
        (4, "invalid", "", [("BAD_COURSE_NUMBER", "number", "FMT 3")]),
    ]
    course = Course.objects.get(key="edX+FMT1")
    assert course.title == "Café „Zürich“"
    assert course.short_description == "<p>First line<br />\nsecond; line</p>"
    made = CourseRun.objects.get(key="course-v1:edX+FMT1+1T2030")
    assert (made.end.isoformat(), made.pacing_type) == ("2030-06-15T00:00:00+00:00", "self_paced")
    assert Course.objects.get(key="MITx+FMT2").title == 'With "quotes"'


def test_a_guessed_encoding_is_said(run: Run) -> None:
    task = run(FORMATS["cp1252"])

    assert [note["code"] for note in task.notes] == ["OLD_ENCODING"]


def results(task: BulkOperationTask) -> list[tuple[int, str, str, list[tuple[str, str, str]]]]:
    return [
        (
            row.line,
            row.status,
            row.object_key,
            [(problem["code"], problem["column"], problem["value"]) for problem in row.problems],
        )
        for row in task.rows.order_by("line")
    ]
