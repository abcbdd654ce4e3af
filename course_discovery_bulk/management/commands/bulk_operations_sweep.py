"""`manage.py bulk_operations_sweep`: rings for every task that stands still, for a cron job or an operator."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from course_discovery_bulk import service


class Command(BaseCommand):
    """Every worker sweeps by itself; this is for hosts that switched that off, and for people who cannot wait."""

    help = "Send jobs for tasks that stand still because a job was lost or a worker died."

    def handle(self, *args: Any, **options: Any) -> None:
        swept = service.sweep()
        if swept.sent < swept.overdue:
            raise CommandError(
                f"Sent {swept.sent} of {_jobs(swept.overdue)}: the message broker does not answer. Nothing is lost; "
                "workers send them again once they reach it."
            )
        self.stdout.write(f"Sent {_jobs(swept.sent)}.")


def _jobs(number: int) -> str:
    return f"{number} job" if number == 1 else f"{number} jobs"
