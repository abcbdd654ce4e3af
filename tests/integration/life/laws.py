"""What holds after every step, whatever happened: the invariants I1 to I9 and I12 of the fault lane, in memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from course_discovery_bulk.choices import (
    OPEN_ROW_STATUSES,
    RESTING_TASK_STATUSES,
    RowStatus,
    TaskStatus,
)
from course_discovery_bulk.models import BulkOperationLane, BulkOperationRow, BulkOperationTask
from course_discovery_bulk.pipeline import row_life
from course_discovery_bulk.workers import course_leases, task_life
from course_discovery_bulk.workers.leases import LIVE
from tests.integration.life.world import World

NOTHING_DONE = frozenset({RowStatus.FAILED, RowStatus.INVALID, RowStatus.UNCHANGED, RowStatus.NOT_PROCESSED})
REQUEST_ID = re.compile(r"^bulk-(?P<task>\d+)-(?P<line>\d+)-\d+$")
TABLES = {
    "task": ("course_discovery_bulk_bulkoperationtask", ""),
    "row": ("course_discovery_bulk_bulkoperationrow", "AND OLD.epoch > 0"),  # what is not taken is checked anew
}
Found = Iterator[str]


class StoredRow(NamedTuple):
    """What the laws look at in a row."""

    task_pk: int
    line: int
    status: str
    object_key: str
    problems: list[dict[str, str]]


def make_audit() -> None:
    """Triggers that note every change of a status, of an epoch, and of a row or task that has ended."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE life_audit (kind, pk, old, new, old_epoch, new_epoch, is_changed_after_end)")
        for kind, (table, is_taken) in TABLES.items():
            after_end = f"OLD.finished_at IS NOT NULL AND NEW.finished_at IS NOT OLD.finished_at {is_taken}"
            cursor.execute(
                f"CREATE TEMP TRIGGER life_{kind} AFTER UPDATE ON {table} "
                f"WHEN OLD.status <> NEW.status OR OLD.epoch <> NEW.epoch OR ({after_end}) BEGIN "
                f"INSERT INTO life_audit VALUES ('{kind}', OLD.id, OLD.status, NEW.status, OLD.epoch, NEW.epoch, "
                f"({after_end})); END"
            )


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Tasks and rows as they are now, read once for all laws."""

    tasks: Mapping[int, BulkOperationTask]
    rows: Mapping[tuple[int, int], StoredRow]  # by task and line
    row_count: int

    @classmethod
    def read(cls) -> Stored:
        rows = BulkOperationRow.objects.order_by().values_list("task_id", "line", "status", "object_key", "problems")
        found = [StoredRow(*row) for row in rows]
        return cls(
            tasks=BulkOperationTask.objects.in_bulk(),
            rows={(row.task_pk, row.line): row for row in found},
            row_count=len(found),
        )

    def rows_of(self, task_pk: int) -> list[StoredRow]:
        return [row for row in self.rows.values() if row.task_pk == task_pk]


def broken(world: World, lines: dict[int, set[int]]) -> list[str]:
    """Everything that does not hold, each line beginning with its invariant; `lines` are those of each file."""
    stored = Stored.read()
    laws = (
        rows_are_those_of_the_file(stored, lines),
        counts_add_up(stored),
        nothing_twice(world),
        claims_are_true(stored, world),
        rows_that_claim_nothing_did_nothing(stored, world),
        an_outage_fails_no_row(stored),
        changes_are_those_of_the_tables(),
        (f"I9 {overlap}" for overlap in world.overlaps),
    )
    return [line for law in laws for line in law]


def broken_at_the_end() -> list[str]:
    """What must hold besides once everything is healed and all jobs have run."""
    left = [
        f"I3 task {task.pk} is {task.status}"
        for task in BulkOperationTask.objects.exclude(status__in=RESTING_TASK_STATUSES)
    ]
    left += [f"I12 {lane} is still leased" for lane in BulkOperationLane.objects.filter(LIVE)]
    return left + [f"I12 {lease}" for lease in course_leases.held()]


def rows_are_those_of_the_file(stored: Stored, lines: dict[int, set[int]]) -> Found:
    expected = {(pk, line) for pk, of_file in lines.items() for line in of_file}
    if stored.rows.keys() != expected or stored.row_count != len(expected):
        yield f"I1 the files have {sorted(expected)}, {stored.row_count} rows are {sorted(stored.rows)}"


def counts_add_up(stored: Stored) -> Found:
    for task in stored.tasks.values():
        if not task.is_final:
            continue
        statuses = Counter(row.status for row in stored.rows_of(task.pk))
        counted = {status: getattr(task, f"{status}_count", 0) for status in RowStatus.values}
        if {name: number for name, number in counted.items() if number} != statuses:
            yield f"I2 task {task.pk} counts {counted}, its rows are {statuses}"
        if not task.total_count == sum(statuses.values()) == task.task_summary["summary"]["total_rows"]:
            yield f"I2 task {task.pk} says {task.total_count}"
        if any(status in OPEN_ROW_STATUSES for status in statuses):
            yield f"I3 task {task.pk} is {task.status} with open rows"


def nothing_twice(world: World) -> Found:
    made = Counter(effect.course for effect in world.effects if effect.verb == "create_run" and not effect.is_late)
    for course, times in made.items():
        if times > 1:
            yield f"I4 {course} has {times} new runs: {world.effects}"


def claims_are_true(stored: Stored, world: World) -> Found:
    runs = {run["key"] for course in world.catalog.courses.values() for run in course["course_runs"]}
    for row in stored.rows.values():
        if row.status == RowStatus.SUCCEEDED and row.object_key not in runs:
            yield f"I5 row {row.line} of task {row.task_pk} succeeded, but there is no {row.object_key!r}"


def rows_that_claim_nothing_did_nothing(stored: Stored, world: World) -> Found:
    for effect in world.effects:
        marked = REQUEST_ID.match(effect.request_id)
        assert marked, effect
        row = stored.rows[int(marked["task"]), int(marked["line"])]
        if row.status in NOTHING_DONE and not effect.is_late:
            yield f"I6 row {row.line} of task {row.task_pk} is {row.status}, but did {effect}"


def an_outage_fails_no_row(stored: Stored) -> Found:
    """A row fails because calls for it fail only if others got through."""
    if any(row.status == RowStatus.SUCCEEDED for row in stored.rows.values()):
        return
    for row in stored.rows.values():
        if row.status == RowStatus.FAILED and any(found["code"] == "DISCOVERY_UNAVAILABLE" for found in row.problems):
            yield f"I10 row {row.line} of task {row.task_pk} failed though no row got through"


def changes_are_those_of_the_tables() -> Found:
    """Changes since this was last asked."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM life_audit RETURNING *")
        for kind, pk, old, new, old_epoch, new_epoch, is_changed_after_end in cursor.fetchall():
            is_allowed = (
                task_life.can_follow(TaskStatus(old), TaskStatus(new))
                if kind == "task"
                else row_life.can_follow(RowStatus(old), RowStatus(new))
            )
            if (old != new and not is_allowed) or is_changed_after_end:
                yield f"I7 {kind} {pk} went from {old} to {new}"
            if new_epoch < old_epoch:
                yield f"I8 {kind} {pk} fell from epoch {old_epoch} to {new_epoch}"
