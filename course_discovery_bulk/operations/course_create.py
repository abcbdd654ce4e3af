"""Create courses, each with its first run. A course that exists is skipped, never overwritten.

A row becomes as few calls as discovery allows: one POST makes the course with its run, one PATCH sets what the
POST does not take, and one PATCH of the run sets an upgrade deadline or sends it to legal review.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from course_discovery_bulk.choices import Act, OnExisting, RowAction, SideEffect
from course_discovery_bulk.columns.course import (
    COLLABORATORS,
    COURSE_DETAILS,
    COURSE_TRACK,
    IMAGE,
    LOGO,
    NUMBER,
    ORGANIZATION,
    PRICE,
    PRODUCT_SOURCE,
    SUBJECTS,
    TITLE,
    URL_SLUG,
)
from course_discovery_bulk.columns.fields import details
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.columns.run import (
    END,
    LEGAL_REVIEW,
    MOMENT_COLUMNS,
    PACING,
    RUN_DETAILS,
    RUN_TRACK,
    START,
    UPGRADE_DEADLINE,
    moments_of,
)
from course_discovery_bulk.data import RUN_KEY, CleanRow, CourseSnapshot, Entry, Needs, RowPlan, Step, ref
from course_discovery_bulk.operations.base import Operation, PlanInput, RowCheck, Values
from course_discovery_bulk.operations.bodies import (
    moment_fields,
    picture_fields,
    plain_fields,
    prices,
    subject_slugs,
)
from course_discovery_bulk.operations.checks import (
    check_effort,
    check_legal_review,
    check_moments,
    check_price,
    check_product_source,
    check_subjects,
    check_subscription,
    check_tracks,
)
from course_discovery_bulk.operations.collaborators import (
    collaborator_places,
    named_collaborators,
    new_collaborators,
)
from course_discovery_bulk.operations.course_part import plan_course
from course_discovery_bulk.operations.parts import put_together
from course_discovery_bulk.operations.past_starts import past_start
from course_discovery_bulk.operations.refusals import refused, skipped
from course_discovery_bulk.operations.run_change import run_change
from course_discovery_bulk.operations.run_part import plan_run
from course_discovery_bulk.operations.slugs import check_new_slug, taken_slug, wanted_slugs
from course_discovery_bulk.problems import COURSE_EXISTS, REMOVAL_FROM_NEW, Place, Problem, problem
from course_discovery_bulk.text.comparing import Comparison
from course_discovery_bulk.text.messages import gettext_noop as _


def course_key(values: Values) -> str:
    """The key that the course will have; empty where the row does not name one."""
    organization, number = values.get(ORGANIZATION.name), values.get(NUMBER.name)
    return f"{organization.key}+{number}" if isinstance(organization, Entry) and number else ""


def _needs(values: Values) -> Needs:
    organization = values.get(ORGANIZATION.name)
    owners = (organization.key,) if isinstance(organization, Entry) else ()
    return Needs(courses=(course_key(values),), slugs=wanted_slugs(values), organizations=owners)


def check(row: RowCheck) -> Iterator[Problem]:
    """Everything that discovery would refuse, or worse, accept without doing it."""
    yield from check_moments(row)
    yield from check_effort(row)
    yield from check_subjects(row)
    yield from check_tracks(row)
    yield from check_price(row)
    yield from check_subscription(row)
    yield from check_product_source(row)
    yield from check_legal_review(row)
    yield from check_new_slug(row)


def plan(row: CleanRow, given: PlanInput) -> RowPlan:
    """The calls that make the course, or the reason to leave it alone."""
    key = course_key(row.values)
    existing = given.state.course(key)
    if existing and given.on_existing == OnExisting.UPDATE:
        return _update(row, existing, given)
    if existing:
        place = Place(line=row.line, column=NUMBER.name, value=row.values[NUMBER.name])
        reason = problem(COURSE_EXISTS, place, key=existing.key)
        return skipped(row, reason, key=existing.key, course_uuid=existing.uuid)
    if found := (*_removals(row), *taken_slug(row, "", given)):
        return refused(row, found, key=key)
    steps = (
        *new_collaborators(_collaborators(row.values), given.lookups),
        Step(act=Act.CREATE_COURSE, target=key, body=_creation(row.values, given)),
        *_details(key, row.values, given),
        *_run_rest(row.values),
    )
    return RowPlan(
        line=row.line,
        action=RowAction.CREATE,
        steps=steps,
        object_key=key,
        problems=tuple(past_start(row.line, START.value(row.values), given.now)),
        changes=_changes(row.values, given),
        effects={SideEffect.STUDIO_PUSHES: 1, SideEffect.LEGAL_REVIEWS: int(row.values.get(LEGAL_REVIEW.name) is True)},
    )


def _removals(row: CleanRow) -> Iterator[Problem]:
    """Lists from which a row removes something although the course is only made now."""
    for name, value in row.values.items():
        if isinstance(value, ListValue) and value.removed:
            named = ", ".join(f"-{item}" for item in value.removed)
            yield problem(REMOVAL_FROM_NEW, Place(line=row.line, column=name, value=named))


def _update(row: CleanRow, course: CourseSnapshot, given: PlanInput) -> RowPlan:
    """The course is there and the upload said to update it: its run too, where there is no doubt which one."""
    course_part = plan_course(row, course, given)
    if len(course.runs) != 1:
        return put_together(row, [course_part], key=course.key, course_uuid=course.uuid)
    change = run_change(row, course, course.runs[0], course_part, given)
    return put_together(row, [course_part, plan_run(change)], key=course.key, course_uuid=course.uuid)


def _creation(values: Values, given: PlanInput) -> dict[str, Any]:
    source = values.get(PRODUCT_SOURCE.name)
    body: dict[str, Any] = {
        "org": values[ORGANIZATION.name].key,
        "number": values[NUMBER.name],
        "title": values[TITLE.name],
        "type": values[COURSE_TRACK.name].key,
        "product_source": source.key if isinstance(source, Entry) else given.default_product_source,
        "prices": prices(values),
        "course_run": {
            "run_type": values[RUN_TRACK.name].key,
            "pacing_type": values[PACING.name],
            **moment_fields((moment for moment in moments_of(given.columns) if moment != UPGRADE_DEADLINE), values),
            **plain_fields(details(given.columns, on_run=True, without=(RUN_TRACK, PACING)), values),
        },
    }
    body.update(plain_fields((URL_SLUG,), values))
    if collaborators := collaborator_places(_collaborators(values), given.lookups):
        body["collaborators"] = collaborators
    return body


def _details(key: str, values: Values, given: PlanInput) -> tuple[Step, ...]:
    rest = details(given.columns, on_run=False, without=(TITLE, COURSE_TRACK, PRODUCT_SOURCE, URL_SLUG))
    body = {**plain_fields(rest, values), **picture_fields(values)}
    if slugs := subject_slugs(values):
        body["subjects"] = slugs
    return (Step(act=Act.UPDATE_COURSE, target=key, body=body),) if body else ()


def _run_rest(values: Values) -> tuple[Step, ...]:
    body: dict[str, Any] = dict(moment_fields((UPGRADE_DEADLINE,), values))
    if values.get(LEGAL_REVIEW.name) is True:
        body["draft"] = False
    return (Step(act=Act.UPDATE_RUN, target=ref(RUN_KEY), body=body),) if body else ()


def _collaborators(values: Values) -> tuple[str, ...]:
    return named_collaborators(values.get(COLLABORATORS.name))


def _changes(values: Values, given: PlanInput) -> dict[str, tuple[Any, Any]]:
    creation = _creation(values, given)
    run = creation.pop("course_run")
    after = {**creation, **{field: value for step in _details("", values, given) for field, value in step.body.items()}}
    after.update({f"run.{field}": value for field, value in run.items()})
    after.update({f"run.{field}": value for step in _run_rest(values) for field, value in step.body.items()})
    as_written = {
        COLLABORATORS.field: list(_collaborators(values)),
        IMAGE.field: values.get(IMAGE.name),
        LOGO.field: values.get(LOGO.name),
    }
    comparisons = {column.field: column.comparison for column in given.columns if not column.on_run}
    return {
        field: (None, as_written.get(field, comparisons.get(field, Comparison.EXACT).stored(value)))
        for field, value in after.items()
    }


OPERATION = Operation(
    type="course_create",
    position=10,
    label=_("Create courses"),
    help=_("Creates a course with its first run for every row. Courses that already exist are skipped."),
    columns=(
        ORGANIZATION,
        TITLE,
        NUMBER,
        COURSE_TRACK,
        RUN_TRACK,
        PRICE,
        PACING,
        *MOMENT_COLUMNS,
        *COURSE_DETAILS,
        *SUBJECTS,
        IMAGE,
        LOGO,
        COLLABORATORS,
        URL_SLUG,
        PRODUCT_SOURCE,
        *RUN_DETAILS,
        LEGAL_REVIEW,
    ),
    required=(
        ORGANIZATION.name,
        TITLE.name,
        NUMBER.name,
        COURSE_TRACK.name,
        RUN_TRACK.name,
        START.date.name,
        END.date.name,
        PACING.name,
    ),
    group=course_key,
    identity=course_key,
    identity_column=NUMBER.name,
    repeated_advice=_(
        "Remove one of the two rows. To add a second run, use “Re-run courses” after the course has been created."
    ),
    check=check,
    needs=_needs,
    plan=plan,
    on_existing=(OnExisting.SKIP, OnExisting.UPDATE),
)
