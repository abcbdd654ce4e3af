"""`manage.py bulk_operations_export`: what the catalog has now, as a file to edit and upload."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from course_discovery_bulk import service
from course_discovery_bulk.exceptions import DiscoveryError, DocumentRefused, UnknownOperation
from course_discovery_bulk.management.sites import host_of
from course_discovery_bulk.management.tables import write_table
from course_discovery_bulk.reports.export_choice import RUN_STATUSES, read_choice
from course_discovery_bulk.reports.operation_files import export
from course_discovery_bulk.text.messages import translated

FILTERS: Final = {
    "org": "key of an organization: only its courses",
    "keys": "keys of courses or runs, between commas",
    "subject": "name or slug of a subject",
    "status": f"statuses of runs, between commas: {', '.join(RUN_STATUSES)}",
    "starts_from": "a date such as 2027-01-31: only runs that start then or later (UTC)",
    "starts_until": "a date: only runs that start then or earlier (UTC)",
}


class Command(BaseCommand):
    """Exports with the rights of the person it is made for."""

    help = "Write what the catalog has now as a file for an operation. Uploaded as it is, it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to write, as CSV or .xlsx")
        parser.add_argument("--type", required=True, metavar="OPERATION", help="the operation that the file is for")
        parser.add_argument("--user", required=True, help="user name or email address; only courses they may edit")
        parser.add_argument("--host", help="host name of the site; default: IN_PROCESS_HOST, or the default site")
        for name, text in FILTERS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", default="", help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        user = service.find_user(options["user"])
        if user is None or not service.may_use(user):
            raise CommandError(f"There is no user {options['user']} who may use bulk operations.")
        try:
            choice = read_choice({name: options[name] for name in FILTERS})
            write_table(export(options["type"], user, host_of(options["host"]), choice), options["file"])
        except UnknownOperation as error:
            raise CommandError(f"There is no operation {error}.") from error
        except (DocumentRefused, DiscoveryError) as error:
            raise CommandError(translated(error.detail)) from error
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be written: {error.strerror}.") from error
