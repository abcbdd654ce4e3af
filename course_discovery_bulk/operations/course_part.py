"""What a row changes of a course: one PATCH with everything that differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from course_discovery_bulk.choices import Act, SideEffect
from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.course import (
    COLLABORATORS,
    COURSE_DETAILS,
    COURSE_TRACK,
    IMAGE,
    LOGO,
    PRICE,
    PRODUCT_SOURCE,
    SUBJECTS,
    TITLE,
    URL_SLUG,
)
from course_discovery_bulk.columns.fields import details
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.columns.numbers import FREE_MODES
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Entry, Step, download
from course_discovery_bulk.operations.base import PlanInput, Values
from course_discovery_bulk.operations.bodies import paid_modes
from course_discovery_bulk.operations.collaborators import (
    collaborators_after,
    named_collaborators,
    new_collaborators,
    shown_names,
)
from course_discovery_bulk.operations.differences import (
    Difference,
    emptied_too_early,
    field_differences,
    hidden_columns,
    price_difference,
    subject_difference,
    vain_removals,
)
from course_discovery_bulk.operations.parts import Part, throws_back
from course_discovery_bulk.operations.refusals import not_an_editor
from course_discovery_bulk.operations.slugs import taken_slug
from course_discovery_bulk.problems import (
    FIELD_NOT_SHOWN,
    FORBIDDEN,
    NOTHING_REMOVED,
    PRICE_NOT_USED,
    PRICE_REQUIRED,
    SUBJECT_GAP,
    SUBSCRIPTION_NOT_POSSIBLE,
    Place,
    Problem,
    named_briefly,
    problem,
)
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

COURSE_COLUMNS: Final = (
    TITLE,
    COURSE_TRACK,
    *COURSE_DETAILS,
    *SUBJECTS,
    IMAGE,
    LOGO,
    COLLABORATORS,
    URL_SLUG,
    PRODUCT_SOURCE,
)
PUBLISHED: Final = "published"
REVIEWED: Final = "reviewed"
SUBSCRIPTION: Final = "enterprise_subscription_inclusion"


def plan_course(row: CleanRow, course: CourseSnapshot, given: PlanInput) -> Part:
    """The PATCH of a course, or the problems that stand against it."""
    values = row.values
    found = _difference(values, course, given)
    problems = tuple(_problems(row, course, given, found))
    if not found:
        return Part(problems=problems)
    collaborators = named_collaborators(values.get(COLLABORATORS.name))
    body = dict(found.body)
    if any(run.status == PUBLISHED for run in course.runs):
        body["draft"] = False
    return Part(
        steps=(
            *new_collaborators(collaborators, given.lookups),
            Step(act=Act.UPDATE_COURSE, target=course.uuid, body=body),
        ),
        changes=found.changes,
        problems=problems,
        effects=_effects(course, found, given),
    )


def track_after(values: Values, course: CourseSnapshot, given: PlanInput) -> Entry | None:
    """The course's track once the row is done; None where discovery shows one that its form does not offer."""
    value = values.get(COURSE_TRACK.name)
    if isinstance(value, Entry):
        return value
    return given.lookups.course_types.get(course.fields.get(COURSE_TRACK.field) or "")


def _difference(values: Values, course: CourseSnapshot, given: PlanInput) -> Difference:
    shown = course.fields
    found = field_differences(details(given.columns, on_run=False), values, shown)
    found = found.merged(subject_difference(values, shown))
    found = found.merged(_collaborator_difference(values, course, given))
    found = found.merged(_price_difference(values, course, given, is_retyped=COURSE_TRACK.field in found.body))
    for column in (IMAGE, LOGO):
        if address := values.get(column.name):
            picture = Difference(body={column.field: download(address)}, changes={column.field: (None, address)})
            found = found.merged(picture)
    return found


def _collaborator_difference(values: Values, course: CourseSnapshot, given: PlanInput) -> Difference:
    value, name = values.get(COLLABORATORS.name), COLLABORATORS.field
    if value is None:
        return Difference()
    before = course.fields.get(name) or []
    after = collaborators_after(value, before, given.lookups)
    if before == after:
        return Difference()
    return Difference(body={name: after}, changes={name: (before, shown_names(after, value))})


def _price_difference(values: Values, course: CourseSnapshot, given: PlanInput, *, is_retyped: bool) -> Difference:
    """A change of type always carries the price: without it discovery drops the entitlement."""
    price, sold = values.get(PRICE.name), _sold_modes(track_after(values, course, given), course)
    if price is not None:
        return price_difference(PRICE, dict.fromkeys(sold, price), course.fields, is_sent=is_retyped)
    gone = course.fields.get(PRICE.field) if is_retyped and not sold else None  # it goes with the old track
    return Difference(changes={PRICE.field: (gone, {})}) if gone else Difference()


def _sold_modes(track: Entry | None, course: CourseSnapshot) -> tuple[str, ...]:
    """The modes of a course that cost money; of a track that its form does not offer, those that have a price."""
    shown = course.fields.get(PRICE.field) or {}
    return paid_modes(track) if track else tuple(mode for mode in shown if mode not in FREE_MODES)


def _problems(row: CleanRow, course: CourseSnapshot, given: PlanInput, found: Difference) -> Iterator[Problem]:
    if found and not course.is_editable:
        yield problem(FORBIDDEN, Place(line=row.line), detail=not_an_editor(course))
    own = (column for column in given.columns if not column.on_run)
    for hidden in hidden_columns(own, row.values, course.fields):
        yield problem(FIELD_NOT_SHOWN, Place(line=row.line, column=hidden.name))
    yield from _vain_removals(row, course, given)
    yield from taken_slug(row, course.uuid, given)
    if column := emptied_too_early(row.values, course.fields):
        yield problem(SUBJECT_GAP, Place(line=row.line, column=column, value="[clear]"))
    track = track_after(row.values, course, given)
    price: Any = row.values.get(PRICE.name)
    if track and COURSE_TRACK.field in found.body and paid_modes(track) and price is None:
        yield problem(PRICE_REQUIRED, Place(line=row.line, column=PRICE.name), track=track.name)
    if price not in (None, "0.00") and not _sold_modes(track, course):
        name = track.name if track else Phrase(_("unknown"))
        yield problem(PRICE_NOT_USED, Place(line=row.line, column=PRICE.name, value=price), track=name)
    if found.body.get(SUBSCRIPTION) is True:
        yield from _subscription_problems(row, course, given)


def _vain_removals(row: CleanRow, course: CourseSnapshot, given: PlanInput) -> Iterator[Problem]:
    own = details(given.columns, on_run=False)
    for column, items in (*vain_removals(own, row.values, course.fields), _strangers(row, course, given)):
        if items:
            yield problem(NOTHING_REMOVED, Place(line=row.line, column=column.name), items=named_briefly(items))


def _strangers(row: CleanRow, course: CourseSnapshot, given: PlanInput) -> tuple[Column, list[str]]:
    """Collaborators that a row removes and the course does not have."""
    value, there = row.values.get(COLLABORATORS.name), set(course.fields.get(COLLABORATORS.field) or ())
    removed = value.removed if isinstance(value, ListValue) else ()
    find = given.lookups.collaborators.find
    return COLLABORATORS, [name for name in removed if there.isdisjoint(entry.key for entry in find(name))]


def _subscription_problems(row: CleanRow, course: CourseSnapshot, given: PlanInput) -> Iterator[Problem]:
    for owner in course.owners:
        entry = given.lookups.organizations.get(owner.key)
        if entry and not entry.facts[SUBSCRIPTION]:
            place = Place(line=row.line, column=SUBSCRIPTION, value="TRUE")
            yield problem(SUBSCRIPTION_NOT_POSSIBLE, place, organization=owner.key)


def _effects(course: CourseSnapshot, found: Difference, given: PlanInput) -> dict[SideEffect, int]:
    statuses = [run.status for run in course.runs]
    is_review_lost = throws_back(found.body, given.columns, on_run=False)
    return {
        SideEffect.PUBLISHED_RUNS: statuses.count(PUBLISHED),
        SideEffect.RUNS_THROWN_BACK: statuses.count(REVIEWED) if is_review_lost else 0,
    }
