"""Whether an edit changes anything that a reviewer has seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.discovery.models import Course, CourseRun

EXEMPT_ON_COURSE = frozenset(
    {"watchers", "additional_metadata", "geolocation", "location_restriction", "in_year_value"}
)
EXEMPT_ON_RUN = frozenset(
    {
        "start",
        "end",
        "go_live_date",
        "staff",
        "min_effort",
        "max_effort",
        "weeks_to_complete",
        "content_language",
        "transcript_languages",
        "pacing_type",
    }
)
# Names of the API that are not names of columns.
COURSE_LISTS = {"subjects": "subject_links", "collaborators": "collaborator_links"}
RUN_COLUMNS = {"content_language": "language", "run_type": "type"}


def course_changes(course: Course, values: Mapping[str, Any]) -> bool:
    """Whether these values differ from the course's, its exempt fields apart."""
    return any(
        _differs_on_course(course, name, value) for name, value in values.items() if name not in EXEMPT_ON_COURSE
    )


def _differs_on_course(course: Course, name: str, value: Any) -> bool:
    if name == "topics":
        # Which topics there are is not looked at, only how many.
        return len(value) != course.topics.count()
    if name in COURSE_LISTS:
        column = name.removesuffix("s")
        stored = [getattr(link, column) for link in getattr(course, COURSE_LISTS[name]).all()]
        return value != stored
    return value != getattr(course, name, None)


def run_changes(run: CourseRun, values: Mapping[str, Any]) -> bool:
    """Whether these values differ from the run's, its exempt fields apart."""
    return any(_differs_on_run(run, name, value) for name, value in values.items() if name not in EXEMPT_ON_RUN)


def _differs_on_run(run: CourseRun, name: str, value: Any) -> bool:
    if name == "video":
        # An address is never compared; only "none" with none is no change.
        return value is not None or bool(run.video_src or run.course.video_src)
    return value != getattr(run, RUN_COLUMNS.get(name, name), None)
