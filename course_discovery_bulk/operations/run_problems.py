"""What speaks against a change of a run: the state it is in, and sides that are in the file and in discovery."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from course_discovery_bulk.columns.course import RUN_PRICE
from course_discovery_bulk.columns.fields import filled
from course_discovery_bulk.columns.run import (
    END,
    ENROLLMENT_END,
    LEGAL_REVIEW,
    MAXIMUM_EFFORT,
    MINIMUM_EFFORT,
    RUN_TRACK,
    START,
    UPGRADE_DEADLINE,
)
from course_discovery_bulk.operations.checks import track_mismatch
from course_discovery_bulk.operations.differences import Difference, hidden_columns
from course_discovery_bulk.operations.past_starts import past_start
from course_discovery_bulk.operations.refusals import not_an_editor
from course_discovery_bulk.operations.review import missing_for_review
from course_discovery_bulk.operations.run_change import RunChange
from course_discovery_bulk.problems import (
    DATES_OUT_OF_ORDER,
    EFFORT_OUT_OF_ORDER,
    FIELD_NOT_SHOWN,
    FORBIDDEN,
    NOT_FOR_REVIEW,
    PRICE_NOT_USED,
    PRICE_REQUIRED,
    RUN_ENDED,
    RUN_IN_REVIEW,
    UPGRADE_DEADLINE_LOST,
    Place,
    Problem,
    problem,
)

IN_REVIEW: Final = frozenset({"review_by_legal", "review_by_internal"})


def run_problems(change: RunChange, found: Difference, *, goes_to_review: bool) -> Iterator[Problem]:
    """Everything that speaks against changing the run so, or that people should know of."""
    run = change.run
    if (found or goes_to_review) and not change.course.is_editable:
        yield problem(FORBIDDEN, Place(line=change.row.line), detail=not_an_editor(change.course))
    if run.status in IN_REVIEW and found:
        yield problem(RUN_IN_REVIEW, Place(line=change.row.line), key=run.key)
    elif change.values.get(LEGAL_REVIEW.name) is True and not goes_to_review:
        yield problem(NOT_FOR_REVIEW, change.place(LEGAL_REVIEW.name), key=run.key, status=run.status)
    own = (column for column in filled(change.given.columns) if column.on_run)
    for hidden in hidden_columns(own, change.values, run.fields):
        yield problem(FIELD_NOT_SHOWN, change.place(hidden.name))
    yield from _track_problems(change, found)
    yield from _ended_problems(change, found)
    yield from _order_problems(change, found)
    deadline = run.fields.get(UPGRADE_DEADLINE.field)
    if found and deadline and UPGRADE_DEADLINE.field not in found.body and not change.given.lookups.uploader_is_staff:
        yield problem(UPGRADE_DEADLINE_LOST, change.place(UPGRADE_DEADLINE.date.name, deadline))
    if goes_to_review:
        after = _after(change, found)
        yield from missing_for_review(
            change.row.line, change.course_after, after, has_image=change.has_image_after, track=change.course_track
        )


def _track_problems(change: RunChange, found: Difference) -> Iterator[Problem]:
    track, course_track = change.track, change.course_track
    price = change.values.get(RUN_PRICE.name)
    is_retyped = RUN_TRACK.field in found.body
    if track and is_retyped:
        place = change.place(RUN_TRACK.name, track.name)
        mismatch = tuple(track_mismatch(place, track, course_track, change.given.lookups))
        yield from mismatch
        if mismatch:
            return  # the price goes with a track that the run can have
    is_paid, name = bool(change.prices("0.00")), track.name if track else "unknown"
    if is_retyped and is_paid and price is None:
        yield problem(PRICE_REQUIRED, change.place(RUN_PRICE.name), track=name)
    if not is_paid and price not in (None, "0.00"):
        yield problem(PRICE_NOT_USED, change.place(RUN_PRICE.name, price), track=name)


def _ended_problems(change: RunChange, found: Difference) -> Iterator[Problem]:
    """What discovery takes without a word and does not do, for a run that is over or closed for enrollment."""
    after = _after(change, found)
    closed = next(
        (moment for moment in (END, ENROLLMENT_END) if _is_past(after.get(moment.field), change.given.now)), None
    )
    if closed is None:
        return
    for column in (RUN_TRACK, RUN_PRICE):
        if column.field in found.body:
            yield problem(RUN_ENDED, change.place(column.name), date_column=closed.date.name)


def _order_problems(change: RunChange, found: Difference) -> Iterator[Problem]:
    """One side may be in the file and the other in discovery."""
    after = _after(change, found)
    first, last = after.get(START.field), after.get(END.field)
    if {START.field, END.field} & set(found.body) and first and last and first >= last:
        place = change.place(END.date.name, last)
        yield problem(DATES_OUT_OF_ORDER, place, other_column=START.date.name, other_value=first)
    if START.field in found.body:
        yield from past_start(change.row.line, found.body[START.field], change.given.now)
    least, most = after.get(MINIMUM_EFFORT.field), after.get(MAXIMUM_EFFORT.field)
    if {MINIMUM_EFFORT.field, MAXIMUM_EFFORT.field} & set(found.body) and least and most and least >= most:
        column = MINIMUM_EFFORT if MINIMUM_EFFORT.field in found.body else MAXIMUM_EFFORT
        yield problem(EFFORT_OUT_OF_ORDER, change.place(column.name, least), maximum=most)


def _after(change: RunChange, found: Difference) -> dict[str, Any]:
    return {**change.run.fields, **found.body}


def _is_past(moment: str | None, now: datetime) -> bool:
    return bool(moment) and datetime.fromisoformat(str(moment)) < now
