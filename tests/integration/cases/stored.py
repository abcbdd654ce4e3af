"""The files of tests/data/cases, what they need to be there first, and what the catalog holds afterwards."""

from __future__ import annotations

from pathlib import Path

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course
from tests.csv_files import csv_of
from tests.integration.operations.conftest import Run
from tests.integration.operations.test_preview import client

CASES = Path(__file__).parents[2] / "data" / "cases"


def case(name: str, suffix: str = "csv") -> bytes:
    return (CASES / f"{name}.{suffix}").read_bytes()


def made(title: str) -> Course | None:
    return Course.objects.filter(title=title, draft=True).first()


def topics(course: Course) -> list[str]:
    return sorted(client().get_course(course.key)["topics"])


def collaborators(course: Course) -> list[str]:
    return [item["name"] for item in client().get_course(course.key)["collaborators"]]


def codes(task: BulkOperationTask, line: int) -> list[str]:
    return [found["code"] for found in task.rows.get(line=line).problems]


def make_course(run: Run, key: str, **cells: str) -> None:
    organization, number = key.split("+")
    row = {**new_course(number), "organization": organization, **cells}
    assert run("course_create", csv_of([row])).status == "completed"


def new_course(number: str) -> dict[str, str]:
    """The cells that make a course."""
    return {
        "organization": "edX",
        "number": number,
        "title": number,
        "course_enrollment_track": "Verified and Audit",
        "course_run_enrollment_track": "Verified and Audit",
        "verified_price": "49.00",
        "course_pacing": "Self-Paced",
        "start_date": "2027-09-01",
        "end_date": "2027-12-15",
    }
