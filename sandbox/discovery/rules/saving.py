"""Saves courses and runs together with what is worked out from them."""

from __future__ import annotations

from django.utils import timezone

from sandbox.discovery.models import Course, CourseRun
from sandbox.discovery.models.runs import Pacing


def _is_in_subscription(course: Course) -> bool:
    """Only if nobody took the course out, and all its organisations are in."""
    if course.enterprise_subscription_inclusion is False:
        return False
    return all(owner.enterprise_subscription_inclusion for owner in course.owners.all())


def runs_of(course: Course) -> list[CourseRun]:
    """The runs that were read with the course, as they were then; else all of them, as they are now."""
    loaded: list[CourseRun] | None = getattr(course, "loaded_runs", None)
    return list(course.course_runs.all()) if loaded is None else loaded


def save_course(course: Course) -> None:
    """Save every column of a course and, since they share its subscription, of its runs."""
    course.data_modified_timestamp = timezone.now()
    course.enterprise_subscription_inclusion = _is_in_subscription(course)
    course.save()
    for run in runs_of(course):
        run.course = course
        save_run(run)


def save_run(run: CourseRun) -> None:
    """Save every column of a run."""
    in_subscription = bool(run.course.enterprise_subscription_inclusion)
    run.enterprise_subscription_inclusion = in_subscription and run.pacing_type != Pacing.INSTRUCTOR
    run.save()
