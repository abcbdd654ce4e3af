"""What is deleted when its time is over: files that no task names, files of old tasks, and old tasks if wanted.

Safe to run at any time, twice and beside running workers. The database goes first and the file second: what is
interrupted in between leaves a file that no task names, which the next run deletes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from course_discovery_bulk.choices import FINAL_TASK_STATUSES
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.storage.uploads import upload_storage
from course_discovery_bulk.text.logs import get_logger
from course_discovery_bulk.workers.sweeper import forget_dead_course_leases

logger = get_logger(__name__)

PAGE: Final = 500
# The names that the model gives, with what a storage adds where one is taken: nothing else is ever deleted.
OUR_NAME: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(_[A-Za-z0-9]+)?\.upload")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How long things are kept; `file_days` and `record_days` of 0 mean for ever. A dry run only counts."""

    orphan_hours: float
    file_days: int
    record_days: int
    dry_run: bool = False


@dataclass(frozen=True, kw_only=True)
class Collected:
    """How much was deleted, or would be; `young_orphans` may belong to uploads under way and were left alone."""

    orphans: int = 0
    young_orphans: int = 0
    files: int = 0
    tasks: int = 0


def collect(policy: Policy) -> Collected:
    """Delete what is due; StorageUnavailable where the files cannot be reached."""
    tasks = _delete_tasks(policy)
    files = _delete_files(policy)
    orphans, young = _delete_orphans(policy)
    if not policy.dry_run:
        forget_dead_course_leases()
    found = Collected(orphans=orphans, young_orphans=young, files=files, tasks=tasks)
    logger.info("collected", extra={"event": "bulk.collected", "dry_run": policy.dry_run, **asdict(found)})
    return found


def _delete_orphans(policy: Policy) -> tuple[int, int]:
    """Files without a task: how many were old enough to go, and how many were not."""
    storage = upload_storage()
    oldest_kept = timezone.now() - timedelta(hours=policy.orphan_hours)
    deleted = young = 0
    for name in _unnamed_files():
        try:
            modified = storage.get_modified_time(name)
        except FileNotFoundError:  # another run was faster
            continue
        if modified > oldest_kept:
            young += 1
        elif policy.dry_run or _delete_unnamed(name):
            deleted += 1
    return deleted, young


def _unnamed_files() -> Iterator[str]:
    """Stored files that no task names. Listed before the tasks are looked at: what is stored meanwhile is not seen."""
    try:
        stored = sorted(name for name in upload_storage().listdir("")[1] if OUR_NAME.fullmatch(name))
    except FileNotFoundError:  # nothing was ever uploaded
        return
    for start in range(0, len(stored), PAGE):
        page = stored[start : start + PAGE]
        named = set(BulkOperationTask.objects.filter(csv_file__in=page).values_list("csv_file", flat=True))
        yield from (name for name in page if name not in named)


def _delete_files(policy: Policy) -> int:
    """Files of tasks that ended long ago. A file that a task shares with the task it retries waits for both."""
    if not policy.file_days:
        return 0
    is_old = _ended_before(policy.file_days)
    kept = BulkOperationTask.objects.exclude(is_old).exclude(csv_file="").values("csv_file")
    old = BulkOperationTask.objects.filter(is_old).exclude(csv_file="")
    if policy.dry_run and policy.record_days:  # those are counted with their tasks, which would go first
        old = old.exclude(_ended_before(policy.record_days))
    names = set(old.exclude(csv_file__in=kept).values_list("csv_file", flat=True))
    if policy.dry_run:
        return len(names)
    deleted = 0
    for name in sorted(names):
        old.filter(csv_file=name).update(csv_file="", modified=timezone.now())
        deleted += _delete_unnamed(name)
    return deleted


def _delete_tasks(policy: Policy) -> int:
    """Tasks that ended long ago, each with its rows in a transaction of its own."""
    if not policy.record_days:
        return 0
    due = BulkOperationTask.objects.filter(_ended_before(policy.record_days))
    if policy.dry_run:
        return due.count()
    deleted = 0
    while page := _first(due):
        for pk, name in page:
            with transaction.atomic():
                deleted += due.filter(pk=pk).delete()[1].get(BulkOperationTask._meta.label, 0)
            if name:
                _delete_unnamed(name)
    return deleted


def _first(tasks: QuerySet[BulkOperationTask]) -> list[tuple[int, str]]:
    return list(tasks.order_by("pk").values_list("pk", "csv_file")[:PAGE])


def _ended_before(days: int) -> Q:
    return Q(status__in=FINAL_TASK_STATUSES, finished_at__lt=timezone.now() - timedelta(days=days))


def _delete_unnamed(name: str) -> bool:
    """Delete a file unless a task names it, by now or still."""
    if BulkOperationTask.objects.filter(csv_file=name).exists():
        return False
    upload_storage().delete(name)
    return True
