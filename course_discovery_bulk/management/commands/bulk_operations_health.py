"""`manage.py bulk_operations_health`: says how things stand, and by its exit code whether they stand still."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from course_discovery_bulk import service


class Command(BaseCommand):
    """For monitoring: exit code 0 while work goes on, 1 once something stands still that nobody revives."""

    help = "Show how many tasks are queued, in work, paused and stalled, and for how long."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=("text", "json"), default="text", help="default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        found = asdict(service.health())
        if options["format"] == "json":
            self.stdout.write(json.dumps(found))
        else:
            self.stdout.write("\n".join(f"{name.replace('_', ' ')}: {_shown(value)}" for name, value in found.items()))
        if not found["is_healthy"]:
            sys.exit(1)


def _shown(value: float | tuple[int, ...]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "-"
    return str(value) if isinstance(value, int) else f"{value:.0f}"
