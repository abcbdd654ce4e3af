"""What a row changes of a course run: one PATCH with everything that differs, and the way to legal review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from course_discovery_bulk.choices import Act
from course_discovery_bulk.columns.course import IMAGE, PRICE
from course_discovery_bulk.columns.numbers import FREE_MODES
from course_discovery_bulk.columns.run import (
    END,
    ENROLLMENT_END,
    LEGAL_REVIEW,
    MAXIMUM_EFFORT,
    MINIMUM_EFFORT,
    MOMENT_COLUMNS,
    MOMENTS,
    PACING,
    RUN_DETAILS,
    RUN_TRACK,
    START,
)
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Entry, RunSnapshot, Step
from course_discovery_bulk.operations.base import PlanInput, Values
from course_discovery_bulk.operations.checks import track_mismatch
from course_discovery_bulk.operations.course_part import PUBLISHED, REVIEWED, track_after
from course_discovery_bulk.operations.differences import Difference, field_differences, moment_differences
from course_discovery_bulk.operations.parts import (
    LEGAL_REVIEWS,
    PUBLISHED_RUNS,
    RUNS_THROWN_BACK,
    STUDIO_PUSHES,
    Part,
)
from course_discovery_bulk.operations.refusals import not_an_editor
from course_discovery_bulk.operations.review import missing_for_review
from course_discovery_bulk.problems import (
    DATES_OUT_OF_ORDER,
    EFFORT_OUT_OF_ORDER,
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
from course_discovery_bulk.text.comparing import kept_prices

RUN_COLUMNS: Final = (RUN_TRACK, PACING, *MOMENT_COLUMNS, *RUN_DETAILS, LEGAL_REVIEW)
UNPUBLISHED: Final = "unpublished"
IN_REVIEW: Final = frozenset({"review_by_legal", "review_by_internal"})
VERIFIED: Final = "verified"
DEADLINE: Final = "upgrade_deadline_override"
# Changes after which a reviewed run stays reviewed.
KEPT_REVIEWED: Final = frozenset(
    {
        "start",
        "end",
        "go_live_date",
        "min_effort",
        "max_effort",
        "weeks_to_complete",
        "content_language",
        "transcript_languages",
        "pacing_type",
        "prices",
    }
)


@dataclass(frozen=True, kw_only=True)
class RunChange:
    """One run, the course it belongs to as it will be when the row is done, and the row."""

    row: CleanRow
    run: RunSnapshot
    course: CourseSnapshot
    course_after: Mapping[str, Any]  # fields of the course once its own part is done
    has_image_after: bool
    course_track: Entry | None
    given: PlanInput

    @property
    def values(self) -> Values:
        return self.row.values

    def place(self, column: str, value: Any = None) -> Place:
        return Place(line=self.row.line, column=column, value=None if value is None else str(value))


def plan_run(change: RunChange) -> Part:
    """The PATCH of a run, or the problems that stand against it."""
    run, found = change.run, _difference(change)
    goes_to_review = change.values.get(LEGAL_REVIEW.name) is True and run.status == UNPUBLISHED
    problems = tuple(_problems(change, found, goes_to_review=goes_to_review))
    if not found and not goes_to_review:
        return Part(problems=problems)
    body, changes = dict(found.body), dict(found.changes)
    _carry_deadline(change, body, changes)
    if goes_to_review:
        body["draft"] = False
        changes["run.status"] = (run.status, "review_by_legal")
    elif run.status != UNPUBLISHED and any(other.status == PUBLISHED for other in change.course.runs):
        body["draft"] = False
    return Part(
        steps=(Step(act=Act.UPDATE_RUN, target=run.key, body=body, known={"status": run.status}),),
        changes=changes,
        problems=problems,
        effects={
            STUDIO_PUSHES: 1,
            LEGAL_REVIEWS: int(goes_to_review),
            PUBLISHED_RUNS: int(run.status == PUBLISHED),
            RUNS_THROWN_BACK: int(run.status == REVIEWED and bool(set(found.body) - KEPT_REVIEWED)),
        },
    )


def run_change(
    row: CleanRow, course: CourseSnapshot, run: RunSnapshot, course_part: Part, given: PlanInput
) -> RunChange:
    """The change of a run in a row that may change its course as well."""
    return RunChange(
        row=row,
        run=run,
        course=course,
        course_after={**course.fields, **{path: after for path, (_, after) in course_part.changes.items()}},
        has_image_after=course.has_image or IMAGE.name in row.values,
        course_track=track_after(row.values, course, given),
        given=given,
    )


def run_prices(track: Entry, course_track: Entry | None, price: str) -> dict[str, str]:
    """The price for the paid modes of a run's track; those that the course sells, where it sells any of them."""
    paid = [mode for mode in track.facts["modes"] if mode not in FREE_MODES]
    sold = [mode for mode in paid if course_track and mode in course_track.facts["entitlement_modes"]]
    return dict.fromkeys(sold or paid, price)


def _difference(change: RunChange) -> Difference:
    values, shown = change.values, change.run.fields
    found = field_differences((RUN_TRACK, PACING, *RUN_DETAILS), values, shown)
    found = found.merged(moment_differences(MOMENTS, values, shown))
    price = values.get(PRICE.name)
    if price is None:
        return found
    prices = _prices(change, price)
    is_kept = kept_prices(prices, shown["prices"])
    if not prices or (is_kept and "run_type" not in found.body):
        return found
    before = {mode: shown["prices"].get(mode) for mode in prices}
    changes = {} if is_kept else {"run.prices": (before, prices)}
    return found.merged(Difference(body={"prices": prices}, changes=changes))


def _prices(change: RunChange, price: str) -> dict[str, str]:
    """The price for each paid mode; of a track that no form offers, for those that have a price."""
    track = _track_after(change)
    if track:
        return run_prices(track, change.course_track, price)
    return {mode: price for mode in change.run.fields["prices"] if mode not in FREE_MODES}


def _track_after(change: RunChange) -> Entry | None:
    value = change.values.get(RUN_TRACK.name)
    return (
        value if isinstance(value, Entry) else change.given.lookups.run_types.get(change.run.fields["run_type"] or "")
    )


def _carry_deadline(change: RunChange, body: dict[str, Any], changes: dict[str, tuple[Any, Any]]) -> None:
    """Discovery clears the deadline with every PATCH that does not carry it, and with every one by an editor."""
    deadline = change.run.fields[DEADLINE]
    if deadline is None or DEADLINE in body:
        return
    track = _track_after(change)
    has_seat = track is None or VERIFIED in track.facts["modes"]  # the deadline goes with the seat that it is kept on
    if change.given.lookups.uploader_is_staff and has_seat:
        body[DEADLINE] = deadline
    else:
        changes[f"run.{DEADLINE}"] = (deadline, None)


def _problems(change: RunChange, found: Difference, *, goes_to_review: bool) -> Iterator[Problem]:
    run = change.run
    if (found or goes_to_review) and not change.course.is_editable:
        yield problem(FORBIDDEN, Place(line=change.row.line), detail=not_an_editor(change.course))
    if run.status in IN_REVIEW and found:
        yield problem(RUN_IN_REVIEW, Place(line=change.row.line), key=run.key)
    elif change.values.get(LEGAL_REVIEW.name) is True and not goes_to_review:
        yield problem(NOT_FOR_REVIEW, change.place(LEGAL_REVIEW.name), key=run.key, status=run.status)
    yield from _track_problems(change, found)
    yield from _ended_problems(change, found)
    yield from _order_problems(change, found)
    deadline = run.fields[DEADLINE]
    if found and deadline and DEADLINE not in found.body and not change.given.lookups.uploader_is_staff:
        yield problem(UPGRADE_DEADLINE_LOST, change.place("upgrade_deadline_override_date", deadline))
    if goes_to_review:
        after = _after(change, found)
        yield from missing_for_review(
            change.row.line, change.course_after, after, has_image=change.has_image_after, track=change.course_track
        )


def _track_problems(change: RunChange, found: Difference) -> Iterator[Problem]:
    track, course_track = _track_after(change), change.course_track
    price = change.values.get(PRICE.name)
    if track and "run_type" in found.body:
        place = change.place(RUN_TRACK.name, track.name)
        yield from track_mismatch(place, track, course_track, change.given.lookups)
    is_paid, name = bool(_prices(change, "0.00")), track.name if track else "unknown"
    if "run_type" in found.body and is_paid and price is None:
        yield problem(PRICE_REQUIRED, change.place(PRICE.name), track=name)
    if not is_paid and price not in (None, "0.00"):
        yield problem(PRICE_NOT_USED, change.place(PRICE.name, price), track=name)


def _ended_problems(change: RunChange, found: Difference) -> Iterator[Problem]:
    """What discovery takes without a word and does not do, for a run that is over or closed for enrollment."""
    after = _after(change, found)
    closed = next((moment for moment in (END, ENROLLMENT_END) if _is_past(after[moment.field], change.given.now)), None)
    if closed is None:
        return
    for name, column in (("run_type", RUN_TRACK.name), ("prices", PRICE.name)):
        if name in found.body:
            yield problem(RUN_ENDED, change.place(column), date_column=closed.date.name)


def _order_problems(change: RunChange, found: Difference) -> Iterator[Problem]:
    """One side may be in the file and the other in discovery."""
    after = _after(change, found)
    if {"start", "end"} & set(found.body) and after["start"] and after["end"] and after["start"] > after["end"]:
        yield problem(
            DATES_OUT_OF_ORDER,
            change.place(END.date.name, after["end"]),
            other_column=START.date.name,
            other_value=after["start"],
        )
    least, most = after["min_effort"], after["max_effort"]
    if {"min_effort", "max_effort"} & set(found.body) and least and most and least >= most:
        column = MINIMUM_EFFORT if "min_effort" in found.body else MAXIMUM_EFFORT
        yield problem(
            EFFORT_OUT_OF_ORDER, Place(line=change.row.line, column=column.name, value=str(least)), maximum=most
        )


def _after(change: RunChange, found: Difference) -> dict[str, Any]:
    return {**change.run.fields, **found.body}


def _is_past(moment: str | None, now: datetime) -> bool:
    return bool(moment) and datetime.fromisoformat(str(moment)) < now
