"""What a row changes of a course run: one PATCH with everything that differs, and the way to legal review."""

from __future__ import annotations

from typing import Any, Final

from course_discovery_bulk.choices import Act, SideEffect
from course_discovery_bulk.columns.course import RUN_PRICE
from course_discovery_bulk.columns.fields import details
from course_discovery_bulk.columns.run import (
    LEGAL_REVIEW,
    MOMENT_COLUMNS,
    PACING,
    RUN_DETAILS,
    RUN_TRACK,
    UPGRADE_DEADLINE,
    moments_of,
)
from course_discovery_bulk.data import Step
from course_discovery_bulk.operations.course_part import PUBLISHED, REVIEWED
from course_discovery_bulk.operations.differences import (
    Difference,
    field_differences,
    moment_differences,
    price_difference,
)
from course_discovery_bulk.operations.parts import Part, throws_back
from course_discovery_bulk.operations.run_change import RunChange
from course_discovery_bulk.operations.run_problems import run_problems

RUN_COLUMNS: Final = (RUN_TRACK, PACING, *MOMENT_COLUMNS, *RUN_DETAILS, LEGAL_REVIEW)
UNPUBLISHED: Final = "unpublished"
VERIFIED: Final = "verified"
DEADLINE: Final = UPGRADE_DEADLINE.field


def plan_run(change: RunChange) -> Part:
    """The PATCH of a run, or the problems that stand against it."""
    run, found = change.run, _difference(change)
    goes_to_review = change.values.get(LEGAL_REVIEW.name) is True and run.status == UNPUBLISHED
    problems = tuple(run_problems(change, found, goes_to_review=goes_to_review))
    if not found and not goes_to_review:
        return Part(problems=problems)
    body, changes = dict(found.body), dict(found.changes)
    _carry_deadline(change, body, changes)
    if goes_to_review:
        body["draft"] = False
        changes["run.status"] = (run.status, "review_by_legal")
    elif run.status != UNPUBLISHED and any(other.status == PUBLISHED for other in change.course.runs):
        body["draft"] = False
    is_review_lost = throws_back(found.body, change.given.columns, on_run=True)
    return Part(
        steps=(Step(act=Act.UPDATE_RUN, target=run.key, body=body, known={"status": run.status}),),
        changes=changes,
        problems=problems,
        effects={
            SideEffect.STUDIO_PUSHES: 1,
            SideEffect.LEGAL_REVIEWS: int(goes_to_review),
            SideEffect.PUBLISHED_RUNS: int(run.status == PUBLISHED),
            SideEffect.RUNS_THROWN_BACK: int(run.status == REVIEWED and is_review_lost),
        },
    )


def _difference(change: RunChange) -> Difference:
    values, shown, columns = change.values, change.run.fields, change.given.columns
    found = field_differences(details(columns, on_run=True), values, shown)
    found = found.merged(moment_differences(moments_of(columns), values, shown))
    price = values.get(RUN_PRICE.name)
    if price is None:
        return found
    is_retyped = RUN_TRACK.field in found.body
    return found.merged(price_difference(RUN_PRICE, change.prices(price), shown, is_sent=is_retyped))


def _carry_deadline(change: RunChange, body: dict[str, Any], changes: dict[str, tuple[Any, Any]]) -> None:
    """Discovery clears the deadline with every PATCH that does not carry it, and with every one by an editor."""
    deadline = change.run.fields.get(DEADLINE)
    if deadline is None or DEADLINE in body:
        return
    track = change.track
    has_seat = track is None or VERIFIED in track.facts["modes"]  # the deadline goes with the seat that it is kept on
    if change.given.lookups.uploader_is_staff and has_seat:
        body[DEADLINE] = deadline
    else:
        changes[f"run.{DEADLINE}"] = (deadline, None)
