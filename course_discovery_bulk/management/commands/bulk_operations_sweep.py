"""`manage.py bulk_operations_sweep`: rings for every task that stands still, for a cron job or an operator."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from course_discovery_bulk import service


class Command(BaseCommand):
    """Every worker sweeps by itself; this is for hosts that switched that off, and for people who cannot wait."""

    help = "Send jobs for tasks that stand still because a job was lost or a worker died."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = service.sweep()
        self.stdout.write(f"Sent {sent} job{'' if sent == 1 else 's'}.")
