"""Creating and updating a course."""

from __future__ import annotations

from typing import Final

from django.utils.text import slugify

from course_discovery_bulk.data import RUN_KEY, CourseSnapshot, Step, fold
from course_discovery_bulk.discovery.acts.base import (
    COURSE_KEY,
    COURSE_UUID,
    ActPolicy,
    Applied,
    CallInput,
    NotDone,
    OwnedByOther,
    Settled,
)
from course_discovery_bulk.discovery.acts.shown import is_alike, not_done_unless_unseen, of_run, shows_all
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.snapshots import lost_fields, read_course
from course_discovery_bulk.exceptions import NotFound
from course_discovery_bulk.text.messages import gettext_noop as _


def _create_course(client: DiscoveryClient, given: CallInput) -> Applied:
    return _course_made(read_course(client.create_course(given.body), given.fields), given)


def _settle_course(client: DiscoveryClient, given: CallInput) -> Settled:
    try:
        found = read_course(client.get_course(given.target), given.fields)
    except NotFound:
        return NotDone()
    is_same = is_alike(("title", "type"), found.fields, given.body, given.fields.course)
    is_by_uploader = not given.uploader_email or fold(given.uploader_email) in {
        fold(editor.email) for editor in found.editors
    }
    if is_same and is_by_uploader:
        return _course_made(found, given)
    return OwnedByOther(key=found.key)


def _course_made(course: CourseSnapshot, given: CallInput) -> Applied:
    fresh = {name: field for name, field in given.fields.course.items() if not field.is_stale_after_creation}
    lost = lost_fields(given.body, course.fields, fresh)
    result = {COURSE_KEY: course.key, COURSE_UUID: course.uuid}
    if "course_run" in given.body and not course.runs:
        lost["run.key"] = None
    elif "course_run" in given.body:
        run = course.runs[0]
        result[RUN_KEY] = run.key
        lost |= of_run(lost_fields(given.body["course_run"], run.fields, given.fields.run))
    return Applied(result=result, lost=lost)


def _update_course(client: DiscoveryClient, given: CallInput) -> Applied:
    course = read_course(client.update_course(given.target, given.body), given.fields)
    lost = lost_fields(given.body, course.fields, given.fields.course)
    return Applied(result={COURSE_KEY: course.key, COURSE_UUID: course.uuid}, lost=lost)


def _settle_updated_course(client: DiscoveryClient, given: CallInput) -> Settled:
    course = read_course(client.get_course(given.target), given.fields)
    if not shows_all(given.body, course.fields, given.fields.course):
        return not_done_unless_unseen(given.body, course.fields, given.fields.course)
    return Applied(result={COURSE_KEY: course.key, COURSE_UUID: course.uuid})


def _shared_slug(step: Step) -> str:
    """Two courses of one title, made at the same time, would get the same address."""
    return "" if step.body.get("url_slug") else f"slug:{slugify(step.body.get('title', ''))}"


CREATE_COURSE: Final = ActPolicy(
    doing=_("create the course"),
    call=_create_course,
    settle=_settle_course,
    creates=True,
    retries_conflict=True,
    shared_name=_shared_slug,
)
UPDATE_COURSE: Final = ActPolicy(doing=_("update the course"), call=_update_course, settle=_settle_updated_course)
