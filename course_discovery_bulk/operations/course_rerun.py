"""Make new runs of courses from earlier ones. A run that is there already, same dates and track, is skipped.

Discovery copies effort, length and languages from the earlier run over whatever is sent, so what a row says of
them is set by a PATCH afterwards; prices come from the earlier run unless the row gives one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from course_discovery_bulk.choices import Act, OnExisting, RowAction, SideEffect
from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.course import PRICE, RUN_PRICE
from course_discovery_bulk.columns.fields import details
from course_discovery_bulk.columns.keys import LAST_RUN_KEY, course_key_of_run
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
from course_discovery_bulk.data import RUN_KEY, CleanRow, CourseSnapshot, Entry, Needs, RowPlan, RunSnapshot, Step, ref
from course_discovery_bulk.operations.base import Operation, PlanInput, RowCheck, Values
from course_discovery_bulk.operations.bodies import moment_fields, plain_fields
from course_discovery_bulk.operations.checks import check_effort, check_moments, track_mismatch
from course_discovery_bulk.operations.course_part import track_after
from course_discovery_bulk.operations.differences import field_differences, hidden_columns
from course_discovery_bulk.operations.exporting import rerun_rows
from course_discovery_bulk.operations.past_starts import past_start
from course_discovery_bulk.operations.refusals import not_found, refused, skipped
from course_discovery_bulk.operations.review import missing_for_review
from course_discovery_bulk.operations.run_change import run_prices
from course_discovery_bulk.problems import (
    FIELD_NOT_SHOWN,
    PRICE_REQUIRED,
    RUN_EXISTS,
    Place,
    Problem,
    problem,
)
from course_discovery_bulk.text.messages import gettext_noop as _

TRACK: Final = replace(RUN_TRACK, name="run_type", aliases=(RUN_TRACK.name,))
PACE: Final = replace(PACING, name="pacing_type", aliases=(PACING.name,))
IDENTITY: Final = (TRACK, START.date, END.date)  # runs of a course that agree in these are one run


def check(row: RowCheck) -> Iterator[Problem]:
    """What the cells alone can tell."""
    yield from check_moments(row)
    yield from check_effort(row)


def plan(row: CleanRow, given: PlanInput) -> RowPlan:
    """One POST of the run, one PATCH for what the POST does not keep; or the reason to leave it alone."""
    last_key = row.values[LAST_RUN_KEY.name]
    found = given.state.run(last_key)
    if found is None:
        return not_found(row, LAST_RUN_KEY, last_key)
    course, last = found
    creation = _creation(row.values, course, last, given)
    same = _same_run(course, creation)
    if same and given.on_existing != OnExisting.CREATE:
        return skipped(
            row,
            problem(RUN_EXISTS, Place(line=row.line, value=same.key), key=same.key),
            key=same.key,
            course_uuid=course.uuid,
        )
    afterwards = _afterwards(row.values, last, given)
    problems = tuple(_problems(row, course, last, creation, afterwards, given))
    if problems:
        return refused(row, problems, key=course.key)
    known = {"run_keys": [run.key for run in course.runs]}
    steps = [Step(act=Act.CREATE_RUN, target=course.key, body=creation, known=known)]
    if afterwards:
        steps.append(Step(act=Act.UPDATE_RUN, target=ref(RUN_KEY), body=afterwards))
    return RowPlan(
        line=row.line,
        action=RowAction.RERUN,
        steps=tuple(steps),
        changes={f"run.{name}": (None, value) for name, value in {**creation, **afterwards}.items()},
        object_key=course.key,
        course_uuid=course.uuid,
        problems=tuple(past_start(row.line, START.value(row.values), given.now)),
        effects={SideEffect.STUDIO_PUSHES: len(steps), SideEffect.LEGAL_REVIEWS: int("draft" in afterwards)},
    )


def _creation(values: Values, course: CourseSnapshot, last: RunSnapshot, given: PlanInput) -> dict[str, Any]:
    track: Entry = values[TRACK.name]
    return {
        "course": course.key,
        "rerun": last.key,
        "run_type": track.key,
        "pacing_type": values[PACE.name],
        "prices": _prices(values, course, last, given),
        **moment_fields((moment for moment in moments_of(given.columns) if moment != UPGRADE_DEADLINE), values),
        **plain_fields(_details(given, is_copied=False), values),
    }


def _details(given: PlanInput, *, is_copied: bool) -> list[Column]:
    found = details(given.columns, on_run=True, without=(TRACK, PACE))
    return [column for column in found if column.is_copied_at_rerun == is_copied]


def _prices(values: Values, course: CourseSnapshot, last: RunSnapshot, given: PlanInput) -> dict[str, str]:
    """The row's price for every paid mode of the track, or what the last run costs in those modes."""
    paid = run_prices(values[TRACK.name], track_after({}, course, given), values.get(PRICE.name) or "")
    if values.get(PRICE.name) is not None:
        return paid
    shown = last.fields.get(RUN_PRICE.field) or {}
    return {mode: shown[mode] for mode in paid if mode in shown}


def _afterwards(values: Values, last: RunSnapshot, given: PlanInput) -> dict[str, Any]:
    """What the POST does not keep: copied fields that the row wants otherwise, the deadline, the way to review."""
    body = dict(field_differences(_details(given, is_copied=True), values, last.fields).body)
    body.update(moment_fields((UPGRADE_DEADLINE,), values))
    if values.get(LEGAL_REVIEW.name) is True:
        body["draft"] = False
    return body


def _same_run(course: CourseSnapshot, creation: dict[str, Any]) -> RunSnapshot | None:
    return next((run for run in course.runs if all(_is_same(column, run, creation) for column in IDENTITY)), None)


def _is_same(column: Column, run: RunSnapshot, creation: dict[str, Any]) -> bool:
    return column.comparison.is_same(run.fields.get(column.field), creation[column.field])


def _problems(
    row: CleanRow,
    course: CourseSnapshot,
    last: RunSnapshot,
    creation: dict[str, Any],
    afterwards: dict[str, Any],
    given: PlanInput,
) -> Iterator[Problem]:
    track: Entry = row.values[TRACK.name]
    course_track = track_after({}, course, given)
    place = Place(line=row.line, column=TRACK.name, value=track.name)
    mismatch = tuple(track_mismatch(place, track, course_track, given.lookups))
    yield from mismatch
    paid = run_prices(track, course_track, "")
    if not mismatch and any(mode not in creation["prices"] for mode in paid):
        yield problem(PRICE_REQUIRED, Place(line=row.line, column=PRICE.name), track=track.name)
    for hidden in hidden_columns(_details(given, is_copied=True), row.values, last.fields):
        yield problem(FIELD_NOT_SHOWN, Place(line=row.line, column=hidden.name))
    if "draft" in afterwards:
        copied = {column.field: last.fields.get(column.field) for column in _details(given, is_copied=True)}
        after = {**copied, **creation, **afterwards}
        yield from missing_for_review(row.line, course.fields, after, has_image=course.has_image, track=course_track)


def _identity(values: Values) -> str:
    track = values.get(TRACK.name)
    parts = (
        values.get(LAST_RUN_KEY.name),
        START.value(values),
        END.value(values),
        track.name if isinstance(track, Entry) else None,
    )
    return " ".join(str(part) for part in parts) if all(parts) else ""


COLUMNS = (LAST_RUN_KEY, TRACK, PACE, *MOMENT_COLUMNS, *RUN_DETAILS, PRICE, LEGAL_REVIEW)

OPERATION = Operation(
    type="course_rerun",
    position=50,
    label=_("Re-run courses"),
    help=_(
        "Creates a new run of a course from an earlier one. A run with the same dates and track isn't created twice."
    ),
    columns=COLUMNS,
    required=(LAST_RUN_KEY.name, START.date.name, END.date.name, TRACK.name, PACE.name),
    group=lambda values: course_key_of_run(values.get(LAST_RUN_KEY.name) or ""),
    identity=_identity,
    identity_column=START.date.name,
    check=check,
    needs=lambda values: Needs(runs=(values[LAST_RUN_KEY.name],) if LAST_RUN_KEY.name in values else ()),
    plan=plan,
    export=rerun_rows,
    on_existing=(OnExisting.SKIP, OnExisting.CREATE),
)
