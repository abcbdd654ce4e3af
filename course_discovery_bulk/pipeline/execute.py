"""Execute: makes the calls of one row, each at most once, and says how the row ended.

   RowExecution -> steps, one after another, as decided -> RowEnd, if it ends early -> folded into RowOutcome

`pipeline.executing` has the rules (decisions), what performs them (steps), and the words (endings).
"""

from __future__ import annotations

from collections.abc import Iterator

from course_discovery_bulk.choices import RowStatus, StepState
from course_discovery_bulk.data import RowOutcome
from course_discovery_bulk.discovery.acts import ACTS
from course_discovery_bulk.discovery.acts.base import COURSE_UUID
from course_discovery_bulk.pipeline.executing.decisions import Occasion
from course_discovery_bulk.pipeline.executing.endings import end_held_back
from course_discovery_bulk.pipeline.executing.execution import LOST, ExecutionContext, RowEnd, RowExecution
from course_discovery_bulk.pipeline.executing.steps import StepRunner
from course_discovery_bulk.problems import NOT_SAVED, RECOVERED, STOPPED_HALFWAY, Place, Problem, problem
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


def execute_row(row: RowExecution, context: ExecutionContext) -> RowOutcome:
    """Make the calls that are not made yet. Transient, Misconfigured and LeaseLost pass through to the lane.

    The steps of `row` show how far they have come, whichever way this ends.
    """
    runner = StepRunner(row, context, may_wait=row.tries < context.attempts)
    end = runner.resume_from_steps(Occasion.RESUME) or runner.fetch_images() or _make_steps(row, runner)
    return outcome_of(row, end)


def settle_row(row: RowExecution, context: ExecutionContext, stopped_for: Problem | None) -> RowOutcome:
    """Say how a row ended whose task is stopped, by reading back alone: nothing more is sent."""
    runner = StepRunner(row, context, may_wait=True)  # if time runs out, a later job goes on with it
    end = runner.resume_from_steps(Occasion.STOP) or _stopped_end(row, stopped_for)
    return outcome_of(row, end)


def _make_steps(row: RowExecution, runner: StepRunner) -> RowEnd | None:
    for index, step in enumerate(row.steps):
        if step.state == StepState.DONE:
            continue
        if row.has_lost_fields and step.body.get("draft") is False:
            return end_held_back(row)
        end = runner.make(index)
        if end:
            return end
    return None


def _stopped_end(row: RowExecution, stopped_for: Problem | None) -> RowEnd | None:
    if not row.done:  # also if it was not even planned
        return RowEnd(status=RowStatus.NOT_PROCESSED, problem=stopped_for)
    if len(row.done) < len(row.steps):
        return RowEnd(status=RowStatus.PARTLY_DONE, problem=problem(STOPPED_HALFWAY, Place(line=row.line)))
    return None


def outcome_of(row: RowExecution, end: RowEnd | None) -> RowOutcome:
    """Fold the steps of a row, and how it ended early if it did, into its outcome."""
    last = end.problem if end else None
    uuids = [step.result[COURSE_UUID] for step in row.steps if COURSE_UUID in step.result]
    return RowOutcome(
        line=row.line,
        status=final_status(row, end),
        problems=(*_notes(row), *((last,) if last else ())),
        steps=row.steps,
        object_key=(end.object_key if end else "") or _chosen_name(row) or row.object_key,
        object_uuid=uuids[0] if uuids else "",
    )


def final_status(row: RowExecution, end: RowEnd | None) -> RowStatus:
    """The status of a row: one that fails after something of it took effect is partly done."""
    if end is None:
        return RowStatus.PARTLY_DONE if row.has_lost_fields else RowStatus.SUCCEEDED
    return RowStatus.PARTLY_DONE if end.status == RowStatus.FAILED and row.done else end.status


def _notes(row: RowExecution) -> Iterator[Problem]:
    """What is said about steps that are done: found by reading back, and fields that discovery did not keep."""
    for index, step in enumerate(row.steps):
        if index in row.recovered:
            yield problem(RECOVERED, Place(line=row.line))
        for field, shown in step.result.get(LOST, {}).items():
            column = row.columns.get(field)
            place = Place(line=row.line, column=column, value=row.texts.get(column or ""))
            yield problem(NOT_SAVED, place, field=column or field, actual=shown or Phrase(_("nothing")))


def _chosen_name(row: RowExecution) -> str:
    """The name that discovery chose for what this row made, if it chose one: nobody knew it before."""
    names = ((step, ACTS[step.act].named_by) for step in row.done)
    return next((str(step.result[name]) for step, name in names if name), "")
