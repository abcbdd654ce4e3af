"""The part of a lane that takes rows: each is planned on the current state, executed and recorded before the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import F

from course_discovery_bulk.choices import RowAction, RowStatus, StepState
from course_discovery_bulk.data import CleanRow, RowOutcome, RowPlan, Step
from course_discovery_bulk.db.retrying import renew_connection
from course_discovery_bulk.exceptions import INTERRUPTIONS, DiscoveryError, LeaseLost, Transient, WorkersLost
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.pipeline.error_reports import report_incident
from course_discovery_bulk.pipeline.execute import execute_row, settle_row
from course_discovery_bulk.pipeline.executing.execution import ExecutionContext, RowExecution
from course_discovery_bulk.pipeline.record import (
    record_outcome,
    record_pause,
    record_skipped,
    record_start,
    record_steps,
    record_taken,
    was_sent,
)
from course_discovery_bulk.pipeline.record_unowned import record_late_calls
from course_discovery_bulk.pipeline.validate import clean_safely
from course_discovery_bulk.problems import ANSWER_LOST, DISCOVERY_UNAVAILABLE, WORKER_LOST, Place, Problem, problem
from course_discovery_bulk.text.logs import about, get_logger
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.workers import course_leases, leases
from course_discovery_bulk.workers.batches import Batch, read_batches
from course_discovery_bulk.workers.context import Bench, stored_row
from course_discovery_bulk.workers.preview import courses_of, current_state, find_staleness, fingerprint, plan_on
from course_discovery_bulk.workers.selection import Clock, Turn, halt, rows_of, take_groups

logger = get_logger(__name__)

OUTAGE_ROWS = 5


@dataclass(frozen=True, kw_only=True)
class Slice:
    """What one turn of a lane remembers from row to row."""

    clock: Clock
    deferred: set[str] = field(default_factory=set)  # groups whose course another lane has, for now


def process_slice(bench: Bench) -> Turn:
    """Work on rows, a share of the courses at a time, until the slice is over or nothing is left to take."""
    turn = Slice(clock=Clock(bench=bench))
    while groups := take_groups(bench, turn.deferred):
        try:
            ended = _process_groups(bench, groups, turn)
        finally:
            course_leases.give_back_all(bench.lease)
        if ended:
            return ended
    return Turn.ALL_TAKEN


def _process_groups(bench: Bench, groups: frozenset[str], turn: Slice) -> Turn | None:
    """Work on the rows of courses that are ours now; why the turn ended, if it did."""
    rows = rows_of(bench, groups)
    clean = {row.line: clean_safely(stored_row(row), bench.validator) for row in rows}
    for batch in read_batches(bench, rows, clean, turn.deferred):
        ended = _process_batch(bench, batch, turn)
        if ended:
            return ended
    return None


def _process_batch(bench: Bench, batch: Batch, turn: Slice) -> Turn | None:
    for row in batch.rows:
        ended = halt(bench)
        if ended:
            return ended
        if row.group not in turn.deferred:
            with about(line=row.line, request_id=_request_id(bench, row)):
                _process_safely(bench, row, batch)
        if turn.clock.is_over():
            return Turn.MORE
    return None


def _process_safely(bench: Bench, row: BulkOperationRow, batch: Batch) -> None:
    has_failed = False
    try:
        record_taken(row, bench.lease.epoch)
        if row.crashes >= bench.settings.lost_claims:
            _quarantine(bench, row)
            return
        has_failed = _process(bench, row, batch)
    except DiscoveryError:
        record_pause(row.pk, bench.lease.epoch)
        raise
    except SoftTimeLimitExceeded:
        _give_way_to_a_hang(bench, row)
        raise
    except (LeaseLost, WorkersLost, *INTERRUPTIONS):
        raise
    except Exception as error:  # noqa: BLE001 - one row: a bug of ours must not take the other rows down
        _record_incident(bench, row, error)
    if has_failed and _is_outage(bench.task):
        raise Transient(Phrase(_("discovery failed on several rows one after another")))
    _count_progress(bench)


def _give_way_to_a_hang(bench: Bench, row: BulkOperationRow) -> None:
    """Time ran out within a call: that is an outage, unless it happens to one row again and again."""
    renew_connection()
    steps = BulkOperationRow.objects.values_list("steps", flat=True).get(pk=row.pk)
    if row.attempts < bench.settings.row_attempts and any(step["state"] == StepState.SENDING for step in steps):
        record_pause(row.pk, bench.lease.epoch)
        raise Transient(Phrase(_("a call to it did not end")))


def _quarantine(bench: Bench, row: BulkOperationRow) -> None:
    """Give up a row on which worker after worker died; several in a row mean that it is not the rows."""
    found = problem(WORKER_LOST, Place(line=row.line), times=row.crashes)
    outcome = _unseen(row, found, unsent=RowStatus.FAILED)
    record_start(row, bench.lease.epoch, None)
    record_outcome(row, bench.lease.epoch, outcome, object_url=row.object_url)
    logger.error("row given up", extra={"event": "bulk.quarantine", "times": row.crashes})
    leases.write_task(bench.lease, claims_without_progress=0, quarantines=F("quarantines") + 1)
    bench.task.refresh_from_db(fields=["quarantines"])
    if bench.task.quarantines >= bench.settings.lost_claims:
        raise WorkersLost(row.crashes)


def _process(bench: Bench, row: BulkOperationRow, batch: Batch) -> bool:
    """Bring a row to its end; whether that is a failure of discovery."""
    epoch = bench.lease.epoch
    if was_sent(row):
        record_start(row, epoch, None)
    else:
        plan = _plan_now(bench, row, batch)
        url = bench.course_page(plan.course_uuid)
        if not plan.steps:
            record_skipped(row, epoch, plan, object_url=url)
            return _is_failure(plan.problems)
        record_start(row, epoch, plan, object_url=url)
    courses = courses_of(bench, batch.clean[row.line], batch.state)
    batch.changed.update([row.group, *(course.uuid for course in courses)])
    return _is_failure(_execute(bench, row).problems)


def _plan_now(bench: Bench, row: BulkOperationRow, batch: Batch) -> RowPlan:
    """The plan of a row on what discovery holds now; a plan of a preview must still be the same."""
    clean = batch.clean[row.line]
    if batch.unread:
        return _unreadable(clean, batch.unread)
    named = [row.group, *(course.uuid for course in courses_of(bench, clean, batch.state))]
    is_outdated = not batch.changed.isdisjoint(named)
    state = current_state(bench, [clean]) if is_outdated else batch.state
    plan = plan_on(bench, clean, state)
    if not row.fingerprint or not plan.steps:
        return plan
    stale = find_staleness(bench, row, plan, fingerprint(bench, clean, state))
    if stale is None:
        return plan
    return RowPlan(
        line=row.line,
        action=plan.action,
        status=RowStatus.FAILED,
        object_key=plan.object_key,
        course_uuid=plan.course_uuid,
        problems=(stale,),
    )


def _unreadable(row: CleanRow, detail: str) -> RowPlan:
    """Discovery does not show the course of this row, however often it is asked, and shows others."""
    found = problem(DISCOVERY_UNAVAILABLE, Place(line=row.line), doing="read its course", detail=detail)
    return RowPlan(line=row.line, action=RowAction.NONE, status=RowStatus.FAILED, problems=(found,))


def _execute(bench: Bench, row: BulkOperationRow) -> RowOutcome:
    execution = _execution(bench, row)
    try:
        outcome = execute_row(execution, _context(bench, row))
        url = bench.course_page(outcome.object_uuid) or row.object_url
        record_outcome(row, bench.lease.epoch, outcome, object_url=url)
    except LeaseLost:
        _tell_of_late_calls(row, execution.steps)
        raise
    return outcome


def _tell_of_late_calls(row: BulkOperationRow, steps: tuple[Step, ...]) -> None:
    """Between the last check and a call there is a gap: a worker that stands still in it long enough calls too late."""
    for code in record_late_calls(row.pk, steps):
        logger.error("call sent late by a worker that stood still", extra={"event": "bulk.called_late", "code": code})


def settle_left(bench: Bench, stopped_for: Problem | None, *, can_ask: bool) -> None:
    """End rows of a stopped task that a worker left in the middle, as far as no other lane has their course."""
    while groups := take_groups(bench, set()):
        try:
            for row in rows_of(bench, groups):
                leases.extend(bench.lease)
                with about(line=row.line, request_id=_request_id(bench, row)):
                    _settle_safely(bench, row, stopped_for, can_ask=can_ask)
        finally:
            course_leases.give_back_all(bench.lease)


def _settle_safely(bench: Bench, row: BulkOperationRow, stopped_for: Problem | None, *, can_ask: bool) -> None:
    try:
        _settle(bench, row, stopped_for, can_ask=can_ask)
    except (DiscoveryError, LeaseLost, *INTERRUPTIONS):
        raise
    except Exception as error:  # noqa: BLE001 - one row: a bug of ours must not keep a stopped task from its end
        _record_incident(bench, row, error)


def _settle(bench: Bench, row: BulkOperationRow, stopped_for: Problem | None, *, can_ask: bool) -> None:
    record_taken(row, bench.lease.epoch)
    record_start(row, bench.lease.epoch, None)
    outcome = _settled(bench, row, stopped_for) if can_ask else _given_up(row, stopped_for)
    record_outcome(row, bench.lease.epoch, outcome, object_url=row.object_url)


def _settled(bench: Bench, row: BulkOperationRow, stopped_for: Problem | None) -> RowOutcome:
    """What became of a row by reading back, without sending anything more."""
    try:
        return settle_row(_execution(bench, row), _context(bench, row), stopped_for)
    except DiscoveryError:
        record_pause(row.pk, bench.lease.epoch)
        raise


def _given_up(row: BulkOperationRow, reason: Problem | None) -> RowOutcome:
    """A row of which nobody can say any more what became of it, if anything of it was sent."""
    if reason is None and was_sent(row):
        reason = problem(ANSWER_LOST, doing=Phrase(_("finish this row")))
    return _unseen(row, replace(reason, line=row.line) if reason else None, unsent=RowStatus.NOT_PROCESSED)


def _unseen(row: BulkOperationRow, found: Problem | None, *, unsent: RowStatus) -> RowOutcome:
    """The end of a row that is not looked up in discovery: nothing can be said of one of which anything was sent."""
    return RowOutcome(
        line=row.line,
        status=RowStatus.UNKNOWN if was_sent(row) else unsent,
        problems=(found,) if found else (),
        steps=tuple(Step.from_dict(step) for step in row.steps),
        object_key=row.object_key,
    )


def _context(bench: Bench, row: BulkOperationRow) -> ExecutionContext:
    return ExecutionContext(
        client=bench.client.marked(_request_id(bench, row)),
        fetch_image=bench.fetch_image,
        save_steps=partial(_save_steps, bench, row),
        alone=partial(course_leases.alone, bench.lease),
        uploader_email=bench.uploader_email,
        attempts=bench.settings.row_attempts,
        retry_seconds=bench.settings.retry_seconds,
        settle_delay_seconds=bench.settings.quiet_seconds,
        call_seconds=bench.settings.connect_seconds + bench.settings.read_seconds,
        has_time=bench.has_time,
        now=partial(leases.database_time, bench.lease),
    )


def _request_id(bench: Bench, row: BulkOperationRow) -> str:
    """What marks the calls for a row at this attempt."""
    return f"bulk-{bench.task.pk}-{row.line}-{row.attempts + 1}"


def _save_steps(bench: Bench, row: BulkOperationRow, steps: tuple[Step, ...]) -> None:
    """The last thing before a call: the lane is still ours, and with it the course, and so is the row."""
    leases.extend(bench.lease)
    record_steps(row.pk, bench.lease.epoch, steps)


def _execution(bench: Bench, row: BulkOperationRow) -> RowExecution:
    return RowExecution(
        line=row.line,
        object_key=row.object_key,
        steps=tuple(Step.from_dict(step) for step in row.steps),
        columns=bench.column_of_field,
        texts=bench.operation.texts(row.cells),
        tries=row.attempts,
    )


def _record_incident(bench: Bench, row: BulkOperationRow, error: Exception) -> None:
    found = report_incident(error, line=row.line)
    row.refresh_from_db()
    outcome = _unseen(row, found, unsent=RowStatus.FAILED)
    record_outcome(row, bench.lease.epoch, outcome, object_url=row.object_url)


def _is_outage(task: BulkOperationTask) -> bool:
    """Whether discovery failed on the last rows one after another: then the others had better wait.

    Asked of the database, because slices end and several lanes are at work.
    """
    tried = task.rows.filter(started_at__isnull=False, finished_at__isnull=False).order_by("-finished_at")
    last = [map(Problem.from_dict, problems) for problems in tried.values_list("problems", flat=True)[:OUTAGE_ROWS]]
    return len(last) == OUTAGE_ROWS and all(map(_is_failure, last))


def _is_failure(problems: Iterable[Problem]) -> bool:
    return any(found.code == DISCOVERY_UNAVAILABLE.code for found in problems)


def _count_progress(bench: Bench) -> None:
    task = bench.task
    if task.pauses or task.claims_without_progress or task.quarantines:
        leases.write_task(bench.lease, pauses=0, claims_without_progress=0, quarantines=0)
        task.pauses = task.claims_without_progress = task.quarantines = 0
