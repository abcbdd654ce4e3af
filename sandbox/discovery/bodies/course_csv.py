"""The file of courses that the newest service offers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils import timezone

from sandbox.discovery.models import Course, CourseRun
from sandbox.discovery.models.runs import IN_REVIEW, RunStatus

COLUMNS = {
    "title": "Course Name",
    "publisher_url": "Publisher URL",
    "key": "Course Number / Key",
    "course_run_key": "Course Run Key",
    "uuid": "UUID",
    "status": "Status",
    "editors": "Course Editors",
    "organization_key": "Organization Key",
    "project_coordinator": "Project Coordinator",
}
SEPARATOR = " | "
GUARDED = ("=", "+", "-", "@")
STATUSES = {
    RunStatus.UNPUBLISHED: "Unsubmitted",
    RunStatus.REVIEWED: "Scheduled",
    RunStatus.PUBLISHED: "Published",
} | dict.fromkeys(IN_REVIEW, "In review")


def course_csv(courses: Iterable[Course], fields: set[str] | None) -> Iterator[str]:
    """The lines of the file; columns of other fields than these are empty."""
    yield _line(list(COLUMNS.values()))
    for course in courses:
        cells = _cells(course)
        yield _line([cells[name] if fields is None or name in fields else "" for name in COLUMNS])


def _cells(course: Course) -> dict[str, str]:
    runs: list[CourseRun] = course.loaded_runs  # type: ignore[attr-defined]
    owner = course.owners.first()
    coordinator = owner.user_roles.filter(role="project_coordinator").first() if owner else None
    editors = [editor.user.full_name or editor.user.username for editor in course.editors.all()]
    return {
        "title": course.title or "",
        "publisher_url": "",
        "key": course.key_for_reruns or course.key,
        "course_run_key": SEPARATOR.join(run.key for run in runs),
        "uuid": str(course.uuid),
        "status": SEPARATOR.join(_status(run) for run in runs),
        "editors": SEPARATOR.join(editors),
        "organization_key": owner.key if owner else "",
        "project_coordinator": coordinator.user.full_name if coordinator else "",
    }


def _status(run: CourseRun) -> str:
    return "Archived" if run.end and run.end < timezone.now() else STATUSES[RunStatus(run.status)]


def _line(cells: list[str]) -> str:
    """A line, with an apostrophe before what a spreadsheet would take for a formula."""
    line = io.StringIO()
    csv.writer(line).writerow(f"'{cell}" if cell.lstrip().startswith(GUARDED) else cell for cell in cells)
    return line.getvalue()
