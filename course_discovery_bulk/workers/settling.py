"""Settling: rows of a stopped task that were sent are read back from discovery, and nothing more is sent for them."""

from __future__ import annotations

from dataclasses import replace

from course_discovery_bulk.data import RowOutcome
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.pipeline.execute import settle_row
from course_discovery_bulk.pipeline.record import record_outcome, record_start, record_taken, was_sent
from course_discovery_bulk.pipeline.row_life import RowEvent
from course_discovery_bulk.problems import ANSWER_LOST, Problem, problem
from course_discovery_bulk.text.logs import about
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.workers import course_leases, leases
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.row_context import context_of, execution_of, request_id
from course_discovery_bulk.workers.row_ends import follow, unseen
from course_discovery_bulk.workers.selection import rows_of, take_groups
from course_discovery_bulk.workers.verdicts import Scope, Verdict, judge


def settle_left(bench: Bench, stopped_for: Problem | None, *, can_ask: bool) -> None:
    """End rows of a stopped task that a worker left in the middle, as far as no other lane has their course."""
    while groups := take_groups(bench, set()):
        try:
            for row in rows_of(bench, groups):
                leases.extend(bench.lease)
                with about(line=row.line, request_id=request_id(bench, row)):
                    _settle_safely(bench, row, stopped_for, can_ask=can_ask)
        finally:
            course_leases.give_back_all(bench.lease)


def _settle_safely(bench: Bench, row: BulkOperationRow, stopped_for: Problem | None, *, can_ask: bool) -> None:
    try:
        _settle(bench, row, stopped_for, can_ask=can_ask)
    except Exception as error:
        verdict = judge(error, Scope.SETTLED_ROW)
        follow(bench, row, verdict, error)
        if verdict is not Verdict.STOP:  # that ends this row alone: the task must still come to its end
            raise


def _settle(bench: Bench, row: BulkOperationRow, stopped_for: Problem | None, *, can_ask: bool) -> None:
    record_taken(row, bench.lease.epoch)
    record_start(row, bench.lease.epoch, None)
    if can_ask:
        outcome = settle_row(execution_of(bench, row), context_of(bench, row), stopped_for)
    else:
        outcome = _given_up(row, stopped_for)
    record_outcome(row, bench.lease.epoch, outcome, object_url=row.object_url)


def _given_up(row: BulkOperationRow, reason: Problem | None) -> RowOutcome:
    """A row of which nobody can say any more what became of it, if anything of it was sent."""
    if reason is None and was_sent(row):
        reason = problem(ANSWER_LOST, doing=Phrase(_("finish this row")))
    return unseen(row, RowEvent.ABANDONED, replace(reason, line=row.line) if reason else None)
