"""Makes and changes courses. The callers have validated the values and opened the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from sandbox.discovery.models import Collaborator, Course, CourseEditor, CourseRun, CourseType, Organization, Tag, User
from sandbox.discovery.models.runs import RunStatus
from sandbox.discovery.rules.changes import COURSE_LISTS, course_changes
from sandbox.discovery.rules.entitlements import change_entitlements, create_entitlements
from sandbox.discovery.rules.history import remember
from sandbox.discovery.rules.loaded import forget_loaded, set_loaded
from sandbox.discovery.rules.official import make_official
from sandbox.discovery.rules.pictures import is_picture, store_picture
from sandbox.discovery.rules.rows import draft_of_course, set_collaborators, set_subjects
from sandbox.discovery.rules.run_facts import open_runs
from sandbox.discovery.rules.saving import save_course, save_run
from sandbox.discovery.rules.slugs import create_slug, set_active_slug
from sandbox.discovery.rules.writing import wait_for_turn

NOT_COLUMNS = frozenset({"subjects", "collaborators", "topics", "modified"})
TAKEN_AS_NOTHING = frozenset({"additional_metadata", "geolocation", "location_restriction", "in_year_value"})
NESTED = frozenset({"owners", "sponsors", "entitlements", "prerequisites", "extra_description"})
COLUMN_MAY_NOT_BE_NULL = 1048


@dataclass(frozen=True, kw_only=True)
class SentBeside:
    """What a PATCH of a course carries that is not simply a column: taken out before the rest is validated."""

    draft: Any = True
    image: Any = None
    organization_logo_override: Any = None
    video: Any = None
    url_slug: Any = ""
    prices: Any = None
    type: Any = None


def create_course(user: User, course: Course, *, organization: Organization, slug: str, request: Mapping) -> None:
    """Store a new draft with its owner, slug, collaborators, entitlements and first editor."""
    # True until the first save that knows the organisations; the answer to the POST still says so.
    course.draft, course.enterprise_subscription_inclusion = True, True
    course.data_modified_timestamp = timezone.now()
    course.save()
    create_slug(course, slug)
    course.owners.add(organization)
    lists: dict[str, list[Any]] = {"topics": [], "subject_links": [], "owners": [organization]}
    if request.get("collaborators"):
        set_collaborators(course, list(Collaborator.objects.filter(uuid__in=request["collaborators"])))
    else:
        lists["collaborator_links"] = []
    lists["entitlements"] = create_entitlements(course, request.get("prices", {}))
    lists["editors"] = [CourseEditor.objects.create(user=user, course=course)]
    set_loaded(course, **lists)
    remember(user, "create", "course", course.key, request)


def change_course(user: User, course: Course, values: Mapping[str, Any], beside: SentBeside) -> Course:
    """Change a course's draft, take reviewed runs back if need be, and copy it out through published runs if told to.

    The draft is handed back with the runs it was read with, which still show their old states, unless a price changed.
    """
    draft = draft_of_course(course)
    wait_for_turn(draft.pk)
    changed = _sell(draft, beside)
    _show(draft, beside)
    changed = course_changes(draft, values) or changed
    _set_values(draft, values)
    save_course(draft)
    if beside.url_slug:
        _move(draft, beside)
    if not beside.draft:
        for run in open_runs(draft).filter(status=RunStatus.PUBLISHED):
            make_official(run)
    if changed:
        _take_back_reviewed_runs(draft)
    remember(user, "update", "course", draft.key, values)
    forget_loaded(draft, keep={"owners"} | {links for name, links in COURSE_LISTS.items() if name not in values})
    forget_loaded(draft.official)
    return draft


def _sell(draft: Course, beside: SentBeside) -> bool:
    """Type and prices."""
    if not (beside.type or beside.prices):
        return False
    course_type = CourseType.objects.get(uuid=beside.type) if beside.type else draft.type
    changed = change_entitlements(draft, course_type, {} if beside.prices is None else beside.prices)
    if changed and hasattr(draft, "loaded_runs"):
        del draft.loaded_runs
    return changed


def _show(draft: Course, beside: SentBeside) -> None:
    """Video and pictures: these never count as a change."""
    if beside.video:
        # Whatever else it is made of, a video is its address.
        source = beside.video.get("src")
        draft.video_src = str(source) if source else None
    if is_picture(beside.image):
        draft.image.name = store_picture("media/course/image", draft.uuid, beside.image)
    if is_picture(beside.organization_logo_override):
        draft.organization_logo_override.name = store_picture(
            "organization/logo_override", draft.uuid, beside.organization_logo_override
        )


def _set_values(draft: Course, values: Mapping[str, Any]) -> None:
    if nested := NESTED & values.keys():
        raise AssertionError(f"Nested fields cannot be written: {', '.join(sorted(nested))}")
    if "geolocation" in values:
        # A place without values is no place; none at all has no values to look at.
        values["geolocation"].values()
    if "watchers" in values and values["watchers"] is None:
        raise IntegrityError(COLUMN_MAY_NOT_BE_NULL, "Column 'watchers' cannot be null")
    for name, value in values.items():
        if name not in NOT_COLUMNS | TAKEN_AS_NOTHING:
            setattr(draft, name, value)
    if "subjects" in values:
        set_subjects(draft, values["subjects"])
    if "collaborators" in values:
        set_collaborators(draft, values["collaborators"])
    if "topics" in values:
        draft.topics.set([_tag(name) for name in values["topics"]])


def _tag(name: str) -> Tag:
    return Tag.objects.get_or_create(name=name, defaults={"name": name})[0]


def _move(draft: Course, beside: SentBeside) -> None:
    """A new slug; the official row's follows when the edit is for the public, or when it waits to be published."""
    set_active_slug(draft, beside.url_slug)
    reviewed = draft.course_runs.filter(status=RunStatus.REVIEWED).exists()
    if draft.official and (not beside.draft or reviewed):
        set_active_slug(draft.official, beside.url_slug)


def _take_back_reviewed_runs(draft: Course) -> None:
    for run in CourseRun.objects.filter(course=draft, status=RunStatus.REVIEWED):
        for row in (run, run.official):
            if row is None:
                raise AttributeError("'NoneType' object has no attribute 'status'")
            row.status = RunStatus.UNPUBLISHED
            save_run(row)
