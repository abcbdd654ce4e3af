"""The part of a lane that takes rows: each is planned on the current state, executed and recorded before the next."""

from __future__ import annotations

from dataclasses import dataclass, field

from course_discovery_bulk.data import RowOutcome, Step
from course_discovery_bulk.exceptions import AnswerLost, DiscoveryError, LeaseLost, Transient
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.pipeline.execute import execute_row
from course_discovery_bulk.pipeline.record import (
    record_outcome,
    record_pause,
    record_skipped,
    record_start,
    record_taken,
    was_sent,
)
from course_discovery_bulk.pipeline.record_unowned import record_late_calls
from course_discovery_bulk.text.logs import about, get_logger
from course_discovery_bulk.workers import course_leases
from course_discovery_bulk.workers.batches import Batch, read_batches
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.outages import count_progress, gives_up, is_failure, remedy_of
from course_discovery_bulk.workers.preview import clean_some, courses_of
from course_discovery_bulk.workers.replanning import plan_now
from course_discovery_bulk.workers.row_context import context_of, execution_of, request_id
from course_discovery_bulk.workers.row_ends import follow, give_up, has_lost_workers, quarantine
from course_discovery_bulk.workers.selection import halt, rows_of, take_groups
from course_discovery_bulk.workers.task_life import RowsEnd
from course_discovery_bulk.workers.trouble import Remedy
from course_discovery_bulk.workers.turns import Clock
from course_discovery_bulk.workers.verdicts import Scope, Verdict, judge

logger = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Slice:
    """What one turn of a lane remembers from row to row."""

    clock: Clock
    deferred: set[str] = field(default_factory=set)  # groups whose course another lane has, or whose row is put off


def process_slice(bench: Bench) -> RowsEnd:
    """Work on rows, a share of the courses at a time, until the slice is over or nothing is left to take."""
    turn = Slice(clock=Clock(bench=bench))
    while groups := take_groups(bench, turn.deferred):
        try:
            ended = _process_groups(bench, groups, turn)
        finally:
            course_leases.give_back_all(bench.lease)
        if ended:
            return ended
    return RowsEnd.ALL_TAKEN


def _process_groups(bench: Bench, groups: frozenset[str], turn: Slice) -> RowsEnd | None:
    """Work on the rows of courses that are ours now; why the turn ended, if it did."""
    rows = rows_of(bench, groups)
    clean = clean_some(bench, rows)
    rows = rows[: len(clean)]  # the others are taken again
    for batch in read_batches(bench, rows, clean, turn.deferred):
        ended = _process_batch(bench, batch, turn)
        if ended:
            return ended
    return None


def _process_batch(bench: Bench, batch: Batch, turn: Slice) -> RowsEnd | None:
    for row in batch.rows:
        ended = halt(bench)
        if ended:
            return ended
        if row.group not in turn.deferred:
            with about(line=row.line, request_id=request_id(bench, row)):
                _process_safely(bench, row, batch, turn)
        if has_lost_workers(bench):
            return RowsEnd.WORKERS_LOST
        if turn.clock.is_over():
            return RowsEnd.MORE
    return None


def _process_safely(bench: Bench, row: BulkOperationRow, batch: Batch, turn: Slice) -> None:
    got_through = True
    try:
        record_taken(row, bench.lease.epoch)
        if row.crashes >= bench.settings.lost_claims:
            quarantine(bench, row)
            return
        got_through = _process(bench, row, batch)
    except (AnswerLost, Transient) as error:
        if not _is_put_off(bench, row, error):
            raise
        turn.deferred.add(row.group)  # later rows of its course wait as well
        return
    except Exception as error:
        verdict = judge(error, Scope.ROW)
        follow(bench, row, verdict, error)
        if verdict is not Verdict.STOP:  # that ends this row alone: a bug of ours must not take the others down
            raise
    count_progress(bench, got_through=got_through)


def _is_put_off(bench: Bench, row: BulkOperationRow, error: DiscoveryError) -> bool:
    """Bring a row that has passing trouble to where it waits, or to its end; False if the whole task has to pause."""
    remedy = remedy_of(bench, row, error)
    if remedy is Remedy.END:
        give_up(bench, row, error)
    else:
        record_pause(row, bench.lease.epoch)
    if remedy is Remedy.PUT_OFF:
        logger.warning("row put off", extra={"event": "bulk.put_off", "http_status": error.status})
    return remedy is not Remedy.PAUSE


def _process(bench: Bench, row: BulkOperationRow, batch: Batch) -> bool:
    """Bring a row to its end; whether discovery did not fail on it."""
    epoch = bench.lease.epoch
    if batch.unread:
        return _give_up_unread(bench, row, batch.unread)
    if was_sent(row):
        record_start(row, epoch, None)
    else:
        plan = plan_now(bench, row, batch)
        url = bench.course_page(plan.course_uuid)
        if not plan.steps:
            record_skipped(row, epoch, plan, object_url=url)
            return True
        record_start(row, epoch, plan, object_url=url)
    courses = courses_of(bench, batch.clean[row.line], batch.state)
    batch.changed.update([row.group, *(course.uuid for course in courses)])
    return not is_failure(_execute(bench, row).problems)


def _give_up_unread(bench: Bench, row: BulkOperationRow, error: DiscoveryError) -> bool:
    """End a row whose course discovery does not show, however often it is asked, if it is the row; or raise that."""
    if not gives_up(bench, row, error):
        raise error
    give_up(bench, row, error)
    return False


def _execute(bench: Bench, row: BulkOperationRow) -> RowOutcome:
    execution = execution_of(bench, row)
    try:
        outcome = execute_row(execution, context_of(bench, row))
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
