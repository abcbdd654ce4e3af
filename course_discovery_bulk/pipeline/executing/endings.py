"""Endings: what people read about a row that ends before all of its steps are done."""

from __future__ import annotations

from typing import Any

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.discovery.acts import ACTS
from course_discovery_bulk.discovery.acts.base import COURSE_KEY, Applied, OwnedByOther, Settled
from course_discovery_bulk.exceptions import DiscoveryError, Forbidden, NotFound, Refused
from course_discovery_bulk.pictures.images import ImageError
from course_discovery_bulk.pipeline.executing.decisions import Verdict
from course_discovery_bulk.pipeline.executing.execution import RowEnd, RowExecution
from course_discovery_bulk.problems import (
    ANSWER_LOST,
    COURSE_EXISTS,
    DISCOVERY_REFUSED,
    DISCOVERY_UNAVAILABLE,
    FORBIDDEN,
    IMAGE_NOT_USABLE,
    NOT_FOUND,
    REVIEW_HELD_BACK,
    Place,
    Problem,
    problem,
)
from course_discovery_bulk.text.messages import Phrase


def end_of(
    row: RowExecution, index: int, verdict: Verdict, settled: Settled | None, error: DiscoveryError | None
) -> RowEnd | None:
    """How a row ends with a verdict, if it does."""
    detail = error.detail if error else ""
    match verdict:
        case Verdict.SKIP:
            return end_skipped(row, _key_shown(settled))
        case Verdict.FAIL:
            return end_refused(row, index, error if isinstance(error, Refused) else Refused(detail))
        case Verdict.FAIL_MISSING:
            return end_missing(row, index)
        case Verdict.FAIL_UNAVAILABLE:
            return end_unavailable(row, index, detail)
        case Verdict.UNKNOWN:
            return end_unknown(row, index)
        case _:
            return None


def end_refused(row: RowExecution, index: int, error: Refused) -> RowEnd:
    """Discovery refuses a step; said at the cell of the field that it names, if it names one."""
    if isinstance(error, Forbidden):
        return _failed(_problem_of(FORBIDDEN, row, index, detail=error.detail))
    if isinstance(error, NotFound):
        return end_missing(row, index)
    field = next(iter(error.fields), None)
    column = row.columns.get(field or "") or row.columns.get(f"run.{field}") or _quoted_cell(row, error)
    return _failed(_problem_of(DISCOVERY_REFUSED, row, index, column=column, detail=error.detail))


def _quoted_cell(row: RowExecution, error: Refused) -> str | None:
    """The column whose text discovery quotes in brackets, as it does with a slug that is taken."""
    return next((name for name, text in row.texts.items() if text and f"[{text}]" in error.detail), None)


def end_missing(row: RowExecution, index: int) -> RowEnd:
    """What a step changes does not exist, or this user may not see it."""
    return _failed(_problem_of(NOT_FOUND, row, index, key=row.object_key))


def end_unavailable(row: RowExecution, index: int, detail: str | Phrase) -> RowEnd:
    """The trouble with a step did not pass."""
    return _failed(_problem_of(DISCOVERY_UNAVAILABLE, row, index, detail=detail))


def end_unknown(row: RowExecution, index: int) -> RowEnd:
    """Nobody can tell whether a step took effect."""
    return RowEnd(status=RowStatus.UNKNOWN, problem=_problem_of(ANSWER_LOST, row, index))


def end_skipped(row: RowExecution, key: str) -> RowEnd:
    """Another has made what the row would make."""
    found = problem(COURSE_EXISTS, Place(line=row.line, value=key), key=key)
    return RowEnd(status=RowStatus.SKIPPED, problem=found, object_key=key)


def end_held_back(row: RowExecution) -> RowEnd:
    """A run of which not everything was kept is not sent to review."""
    return RowEnd(status=RowStatus.PARTLY_DONE, problem=problem(REVIEW_HELD_BACK, Place(line=row.line)))


def end_without_image(row: RowExecution, address: str, error: ImageError) -> RowEnd:
    """A picture cannot be used; said at its cell."""
    column = next((name for name, text in row.texts.items() if text == address), None)
    return _failed(problem(IMAGE_NOT_USABLE, Place(line=row.line, column=column, value=address), detail=error.reason))


def _key_shown(settled: Settled | None) -> str:
    if isinstance(settled, OwnedByOther):
        return settled.key
    return str(settled.result.get(COURSE_KEY, "")) if isinstance(settled, Applied) else ""


def _failed(found: Problem) -> RowEnd:
    return RowEnd(status=RowStatus.FAILED, problem=found)


def _problem_of(kind: Any, row: RowExecution, index: int, *, column: str | None = None, **facts: object) -> Problem:
    doing = Phrase(ACTS[row.steps[index].act].doing)
    place = Place(line=row.line, column=column, value=row.texts.get(column or ""))
    return problem(kind, place, doing=doing, **facts)
