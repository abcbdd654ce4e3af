"""`manage.py bulk_operations_gc`: deletes uploaded files, and old tasks if wanted, whose time is over."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from course_discovery_bulk import conf
from course_discovery_bulk.exceptions import StorageUnavailable
from course_discovery_bulk.service.retention import Collected, Policy, collect

ORPHAN_HOURS = 24.0
LONGEST = 100 * 366


class Command(BaseCommand):
    """For a daily cron job; running it twice, or beside workers, does no harm."""

    help = "Delete files that no task names, files of tasks that ended long ago, and old tasks if the settings say so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        settings = conf.read()
        parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
        parser.add_argument(
            "--orphan-age-hours",
            type=_hours,
            default=ORPHAN_HOURS,
            metavar="N",
            help="age of a file that no task names; a younger one may be an upload under way (default: %(default)s)",
        )
        parser.add_argument(
            "--retention-days",
            type=_days,
            default=settings.file_retention_days,
            metavar="N",
            help="days that a file is kept after the end of its task; 0: for ever (FILE_RETENTION_DAYS: %(default)s)",
        )
        parser.add_argument(
            "--record-retention-days",
            type=_days,
            default=settings.record_retention_days,
            metavar="N",
            help="days that a task and its rows are kept after its end; 0: for ever (RECORD_RETENTION_DAYS: "
            "%(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        policy = Policy(
            orphan_hours=options["orphan_age_hours"],
            file_days=options["retention_days"],
            record_days=options["record_retention_days"],
            dry_run=options["dry_run"],
        )
        try:
            collected = collect(policy)
        except StorageUnavailable as error:
            raise CommandError(f"The storage of uploaded files does not answer ({error}). Try again later.") from error
        self.stdout.write("\n".join(_lines(collected, policy)))


def _lines(collected: Collected, policy: Policy) -> list[str]:
    verb = "Would delete" if policy.dry_run else "Deleted"
    left = f" ({collected.young_orphans} younger than {policy.orphan_hours:g} h left alone)"
    lines = [f"{verb} {_count(collected.orphans, 'file')} that no task names{left if collected.young_orphans else ''}."]
    if policy.file_days:
        files = _count(collected.files, "file")
        lines.append(f"{verb} {files} of tasks that ended more than {policy.file_days} days ago.")
    if policy.record_days:
        tasks = _count(collected.tasks, "task")
        lines.append(f"{verb} {tasks} that ended more than {policy.record_days} days ago, with all rows.")
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _hours(text: str) -> float:
    hours = float(text)
    if not (math.isfinite(hours) and 0 <= hours <= LONGEST * 24):
        raise ArgumentTypeError(f"{text} is no number of hours")
    return hours


def _days(text: str) -> int:
    days = int(text)
    if not 0 <= days <= LONGEST:
        raise ArgumentTypeError(f"{text} is no number of days")
    return days
