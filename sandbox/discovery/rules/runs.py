"""Makes and changes runs. The callers have validated the values and opened the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sandbox.discovery.models import Course, CourseRun, User
from sandbox.discovery.models.runs import Restriction, RunStatus
from sandbox.discovery.rules.changes import run_changes
from sandbox.discovery.rules.history import remember
from sandbox.discovery.rules.loaded import forget_loaded
from sandbox.discovery.rules.official import make_official, publish
from sandbox.discovery.rules.path_slugs import give_path
from sandbox.discovery.rules.rows import copy_people, set_people
from sandbox.discovery.rules.run_facts import is_open
from sandbox.discovery.rules.saving import save_course, save_run
from sandbox.discovery.rules.seats import create_seats, set_seats
from sandbox.discovery.rules.slugs import run_slug
from sandbox.discovery.rules.writing import wait_for_turn

COLUMNS = {
    "title": "title_override",
    "short_description": "short_description_override",
    "full_description": "full_description_override",
    "outcome": "outcome_override",
    "content_language": "language",
    "run_type": "type",
}
OWN_TEXTS = frozenset({"title", "short_description", "full_description", "outcome"})
NOT_COLUMNS = frozenset({"transcript_languages", "staff", "term", "modified", "course", "video"})
COPIED_FROM_OLD_RUN = ("language", "min_effort", "max_effort", "weeks_to_complete")


def create_run(
    user: User,
    course: Course,
    values: Mapping[str, Any],
    *,
    key: str,
    prices: Any,
    restriction_type: Any,
    rerun: str | None,
) -> CourseRun:
    """Store a new draft run. The first of a course becomes canonical; every later one copies from an older run."""
    if "video" in values:
        raise AssertionError("Nested fields cannot be written: video")
    run = CourseRun(course=course, key=key, draft=True)
    _set_values(run, values)
    run.slug = run_slug(run)
    save_run(run)
    if languages := values.get("transcript_languages"):
        run.transcript_languages.set(languages)
    if people := values.get("staff"):
        set_people(run, people)
    create_seats(run, prices)
    _restrict(run, restriction_type)
    old_key = rerun or None
    if course.canonical_run is None:
        course.canonical_run = run
        # The runs are read anew for this: the one in hand keeps the subscription it was born with, as its answer shows.
        save_course(course)
    elif old_key is None:
        old_key = course.canonical_run.key
    if old_key:
        _copy_from(CourseRun.objects.editable().get(key=old_key), run)
    remember(user, "create", "course_run", run.key, values)
    return run


def _copy_from(old: CourseRun, run: CourseRun) -> None:
    """Overwrite, with empty values too: whatever was sent for these fields is lost."""
    for name in COPIED_FROM_OLD_RUN:
        setattr(run, name, getattr(old, name))
    save_run(run)
    run.transcript_languages.set(old.transcript_languages.all())
    copy_people(old, run)


def _set_values(run: CourseRun, values: Mapping[str, Any]) -> None:
    if "level_type" in values:
        raise AttributeError("property 'level_type' of 'CourseRun' object has no setter")
    if "seats" in values:
        raise AssertionError("Nested fields cannot be written: seats")
    for name, value in values.items():
        if name not in NOT_COLUMNS:
            # A run without a text of its own shows the course's.
            setattr(run, COLUMNS.get(name, name), (value or None) if name in OWN_TEXTS else value)
    if "video" in values:
        run.video_src = (values["video"] or {}).get("src") or None


def _restrict(run: CourseRun, restriction_type: Any) -> None:
    """None leaves it, an empty text lifts it from both rows."""
    if restriction_type is None:
        return
    if restriction_type and restriction_type not in Restriction.values:
        raise ValueError("Not a valid choice for restriction_type")
    rows = CourseRun.objects.filter(pk=run.pk)
    if not restriction_type:
        rows |= CourseRun.objects.filter(draft_row=run)
    rows.update(restriction_type=restriction_type or None)
    run.restriction_type = restriction_type or None


def change_run(
    user: User,
    run: CourseRun,
    values: Mapping[str, Any],
    *,
    draft: Any,
    prices: Any,
    upgrade_deadline_override: Any,
    restriction_type: Any,
) -> CourseRun:
    """Change a draft run that is not in review, with its seats, and move it on, back or out as its state asks."""
    wait_for_turn(run.course_id)
    taken_back = run.status == RunStatus.REVIEWED and run_changes(run, values)
    if taken_back:
        _unpublish_official(run)
        run.status = RunStatus.UNPUBLISHED
    if not draft and run.status == RunStatus.UNPUBLISHED:
        give_path(run)
        run.status = RunStatus.LEGAL_REVIEW
    old_end = run.end
    _set_values(run, {name: value for name, value in values.items() if name != "variant_id"})
    save_run(run)
    if run.end != old_end:
        run.seats.update(upgrade_deadline_override=None)
    if "transcript_languages" in values:
        run.transcript_languages.set(values["transcript_languages"])
    if "staff" in values:
        set_people(run, values["staff"])
    if is_open(run):
        # A run that is over keeps its seats, whatever is sent.
        set_seats(run, prices, upgrade_deadline_override)
    _restrict(run, restriction_type)
    if run.status == RunStatus.REVIEWED or (not draft and run.status == RunStatus.PUBLISHED):
        make_official(run)
    remember(user, "update", "course_run", run.key, values)
    forget_loaded(run)
    return run


def _unpublish_official(run: CourseRun) -> None:
    official = run.official
    if official is None:
        raise AttributeError("'NoneType' object has no attribute 'status'")
    official.status = RunStatus.UNPUBLISHED
    save_run(official)


def finish_review_step(user: User, run: CourseRun, values: Mapping[str, Any]) -> CourseRun:
    """Store what a reviewer decided. A reviewed run gets its official row, and goes public if it is due."""
    _set_values(run, values)
    save_run(run)
    if run.status == RunStatus.REVIEWED:
        official = make_official(run)
        if run.go_live_date and run.go_live_date <= timezone.now():
            publish(official)
    remember(user, "review", "course_run", run.key, values)
    return run
