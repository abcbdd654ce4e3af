"""Outages: what the rows of a task tell about passing trouble, however many slices and lanes have met it.

All facts are asked of the database, because slices end and several lanes are at work.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import Max, Q, QuerySet

from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowStatus, StepState, TaskStatus
from course_discovery_bulk.exceptions import DiscoveryError
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.problems import ANSWER_LOST, DISCOVERY_UNAVAILABLE, Problem
from course_discovery_bulk.workers import leases
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.trouble import LAST_ROUNDS, OUTAGE_ROWS, Remedy, Trouble, concerns_all, remedy_for

LOOKED_AT: Final = 20  # rows that succeeded, the last ones first
FAILURES: Final = frozenset({DISCOVERY_UNAVAILABLE.code, ANSWER_LOST.code})


def gives_up(bench: Bench, row: BulkOperationRow, error: DiscoveryError) -> bool:
    """Whether a row ends that was tried as often as one job may try it."""
    return remedy_for(find_trouble(bench, row, error, has_used_tries=True)) is Remedy.END


def remedy_of(bench: Bench, row: BulkOperationRow, error: DiscoveryError) -> Remedy:
    """What follows from trouble that a job has with a row, if it does not give it up."""
    return remedy_for(find_trouble(bench, row, error, has_used_tries=False))


def find_trouble(bench: Bench, row: BulkOperationRow, error: DiscoveryError, *, has_used_tries: bool) -> Trouble:
    """The facts about trouble with a row that is under way."""
    waiting, failed = _in_trouble(row)
    others = row.task.rows.filter(status__in=OPEN_ROW_STATUSES).exclude(group__in=[row.group, *waiting])
    is_tried = row.attempts + 1 >= LAST_ROUNDS * bench.settings.row_attempts
    pauses = BulkOperationTask.objects.values_list("pauses", flat=True).get(pk=bench.task.pk)
    return Trouble(
        concerns_all=concerns_all(error),
        asks_to_wait=bool(error.retry_after),
        got_others_through=_got_others_through(row),
        rounds=row.attempts + 1,
        most_rounds=bench.settings.row_attempts,
        has_used_tries=has_used_tries,
        rows_in_trouble=len(waiting) + failed + 1,
        is_resuming=pauses > 0,
        has_others=others.exists(),
        got_rest_through=_got_rest_through(row),
        is_only_trouble=is_tried and not _is_elsewhere(row) and _answers(bench),
    )


def is_failure(problems: Iterable[Problem]) -> bool:
    """Whether a row ended because discovery failed."""
    return any(found.code in FAILURES for found in problems)


def count_progress(bench: Bench, *, got_through: bool) -> None:
    """Note that a row was done: what was counted in a row begins anew."""
    counts = ("claims_without_progress", "quarantines", *(["pauses"] if got_through else []))
    if any(getattr(bench.task, name) for name in counts):
        zeros = dict.fromkeys(counts, 0)
        leases.write_task(bench.lease, **zeros)
        for name in zeros:
            setattr(bench.task, name, 0)


def _in_trouble(row: BulkOperationRow) -> tuple[list[str], int]:
    """The courses of other rows that wait since the last row got through, and how many rows failed since."""
    rows = row.task.rows.exclude(pk=row.pk)
    last = rows.filter(status=RowStatus.SUCCEEDED).aggregate(at=Max("finished_at"))["at"]
    recent = rows.filter(started_at__isnull=False, **({"modified__gt": last} if last else {}))
    is_waiting = Q(status=RowStatus.PENDING) | Q(status=RowStatus.RUNNING, attempts__gt=1)  # tried once more
    waiting = recent.filter(is_waiting, attempts__gt=0).order_by().values_list("group", flat=True)[:OUTAGE_ROWS]
    ended = recent.filter(status__in=(RowStatus.FAILED, RowStatus.PARTLY_DONE, RowStatus.UNKNOWN))
    problems = ended.order_by("-finished_at").values_list("problems", flat=True)[:OUTAGE_ROWS]
    return list(waiting), sum(is_failure(map(Problem.from_dict, found)) for found in problems)


def _got_others_through(row: BulkOperationRow) -> bool:
    """Whether a call like the one that fails succeeded for another row, of this task or of any, since the first try."""
    if row.started_at is None:
        return False
    succeeded = BulkOperationRow.objects.filter(status=RowStatus.SUCCEEDED, finished_at__gt=row.started_at)
    return _did_same(row, succeeded.filter(task=row.task_id), succeeded.filter(task__modified__gt=row.started_at))


def _got_rest_through(row: BulkOperationRow) -> bool:
    """Whether such a call succeeded for a row of this task, be it before this row was first tried."""
    return _did_same(row, row.task.rows.filter(status=RowStatus.SUCCEEDED))


def _is_elsewhere(row: BulkOperationRow) -> bool:
    """Whether another task waits as well, with a row of another course: then it may be an outage."""
    tasks = BulkOperationTask.objects.filter(status=TaskStatus.PROCESSING, pauses__gt=0).exclude(pk=row.task_id)
    waiting = BulkOperationRow.objects.filter(task__in=tasks, status=RowStatus.PENDING, attempts__gt=0)
    return waiting.exclude(group=row.group).exists()


def _answers(bench: Bench) -> bool:
    """Whether discovery answers a question that is not about the row."""
    try:
        bench.client.marked(f"bulk-{bench.task.pk}-answers").count_courses()
    except DiscoveryError:
        return False
    return True


def _did_same(row: BulkOperationRow, *others: QuerySet[BulkOperationRow]) -> bool:
    """Whether a call like the one that fails for a row was made for the latest of other rows."""
    steps = BulkOperationRow.objects.values_list("steps", flat=True).get(pk=row.pk)  # as far as they have come
    act = next((step["act"] for step in steps if step["state"] != StepState.DONE), None)
    found = (_acts_done(steps) for rows in others for steps in _latest(rows.exclude(pk=row.pk)))
    return any(act is None or act in acts for acts in found)


def _latest(rows: QuerySet[BulkOperationRow]) -> Iterable[list[dict[str, str]]]:
    return rows.order_by("-finished_at").values_list("steps", flat=True)[:LOOKED_AT]


def _acts_done(steps: Iterable[dict[str, str]]) -> set[str]:
    return {step["act"] for step in steps if step["state"] == StepState.DONE}
