"""`manage.py bulk_operation`: runs an upload in the foreground, in the name of a person, by the checks of everybody."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

from django.contrib.auth.models import AbstractBaseUser
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from course_discovery_bulk import service
from course_discovery_bulk.choices import RowStatus, TaskStatus
from course_discovery_bulk.exceptions import DiscoveryError, DocumentRefused, UnknownOperation, UploadRefused
from course_discovery_bulk.management.confirming import agrees_to_preview, number_of_rows
from course_discovery_bulk.management.interrupts import StopWish, stop_wish
from course_discovery_bulk.management.mappings import add_mapping_arguments, chosen_mapping, save_mapping
from course_discovery_bulk.management.opening import open_input
from course_discovery_bulk.management.progress import ProgressDisplay
from course_discovery_bulk.management.reading import READING_OPTIONS, add_reading_arguments
from course_discovery_bulk.management.refusals import Refusal
from course_discovery_bulk.management.replacing import Replacement, add_replacing_arguments, facts_of, replace_values
from course_discovery_bulk.management.reports import Report, problem_lines
from course_discovery_bulk.management.sites import host_of
from course_discovery_bulk.management.tables import write_table
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.cells import CellAddresses
from course_discovery_bulk.presentation.labels import is_held_back
from course_discovery_bulk.reports.kinds import task_files
from course_discovery_bulk.text.messages import translated

ALL_DONE, NOT_ALL_DONE, REFUSED, INTERRUPTED = 0, 1, 2, 130
OPTIONS: Final = ("on_error", "stop_after", "on_existing", "date_order", "notify", "overwrite_later_edits")


class Command(BaseCommand):
    """Works without a broker and without a worker, and beside them."""

    help = (
        "Run a file as a bulk operation, in the foreground. Ends with 0 when every row is done, 1 when some are not, "
        "2 when the file, an option or the user is refused, 130 when it was interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        choices = {name: ", ".join(values) for name, values in service.option_choices().items()}
        names = ", ".join(operation.type for operation in service.operations())
        parser.add_argument("file", help="CSV or Excel file; - reads standard input")
        parser.add_argument("--type", required=True, metavar="OPERATION", help=names)
        parser.add_argument("--user", required=True, help="user name or e-mail address of the one who uploads")
        plan = parser.add_mutually_exclusive_group()
        plan.add_argument("--dry-run", action="store_true", help="plan every row, show the changes, write nothing")
        plan.add_argument("--apply", action="store_true", help="show the changes first, ask, and then write just those")
        parser.add_argument("--yes", action="store_true", help="do not ask before writing")
        parser.add_argument("--on-error", metavar="WORD", help=choices["on_error"])
        parser.add_argument("--stop-after", metavar="N", help="with --on-error stop: after so many failures")
        parser.add_argument("--on-existing", metavar="WORD", help=choices["on_existing"])
        parser.add_argument("--date-order", metavar="WORD", help=choices["date_order"])
        parser.add_argument("--notify", default="never", metavar="WORD", help=f"{choices['notify']}; usual: never")
        parser.add_argument(
            "--overwrite-later-edits", action="store_true", help="of an undo: put back edited fields too"
        )
        parser.add_argument("--host", help="host name of the site; usual: IN_PROCESS_HOST, or that of the default site")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="default: %(default)s")
        parser.add_argument("--show", type=int, default=50, metavar="N", help="most problems in a text; 0: all")
        parser.add_argument("--full", action="store_true", help="show long texts whole, not only the part that changes")
        add_reading_arguments(parser)
        add_mapping_arguments(parser)
        add_replacing_arguments(parser)
        for file in task_files():
            parser.add_argument(
                f"--{file.option_name}",
                type=Path,
                metavar="FILE",
                help=f"where to write, as CSV or .xlsx: {file.summary}",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        options["apply"] |= bool(options["set"]) and not options["dry_run"]  # values are replaced in a preview
        try:
            user, task = _submit(options)
        except Refusal as refusal:
            self._refuse(refusal, options)
        if options["save_mapping"]:
            self._say(save_mapping(user, task, options))
        try:
            code = self._run(task, user, options)
        except Refusal as refusal:
            self._refuse(refusal, options)
        if code:
            sys.exit(code)

    def _run(self, task: BulkOperationTask, user: AbstractBaseUser, options: dict[str, Any]) -> int:
        """Bring the task to its end and report; the exit code."""
        is_interrupted = self._work(task, user, options)
        replaced = list[Replacement]()
        if options["set"] and task.status == TaskStatus.VALIDATED and not is_interrupted:
            replaced = self._replace(task, user, options)
            is_interrupted = self._work(task, user, options)
        report = Report(task=task, user=user)
        if options["apply"] and task.status == TaskStatus.VALIDATED and not is_interrupted:
            self._answer(task, user, options, report)
            is_interrupted = self._work(task, user, options)
        code = INTERRUPTED if is_interrupted else _exit_code(task)
        self._write_files(task, user, options)
        if options["format"] == "json":
            document = {"exit_code": code, **facts_of(replaced), **report.document()}
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(report.lines(options["show"], is_full=options["full"])))
        return code

    def _work(self, task: BulkOperationTask, user: AbstractBaseUser, options: dict[str, Any]) -> bool:
        """Work until the task rests; whether somebody interrupted that."""
        display = ProgressDisplay(task, self.stderr) if options["verbosity"] else None
        with stop_wish(self._say) as wish:
            try:
                service.work_here(task, lambda: _look(task, user, wish, display))
            except KeyboardInterrupt:
                self._leave(task, user)
                return True
            finally:
                if display:
                    display.close()
        return wish.is_there and task.status == TaskStatus.CANCELLED

    def _leave(self, task: BulkOperationTask, user: AbstractBaseUser) -> None:
        """Somebody cannot wait: the stop is asked for, and whoever comes first carries it out."""
        service.cancel(task, user)
        self._say(f"Left. A worker, or the next sweep, stops task {task.pk}; what is written stays written.")

    def _write_files(self, task: BulkOperationTask, user: AbstractBaseUser, options: dict[str, Any]) -> None:
        """Write the files that were asked for; say why if one cannot be made."""
        for file in task_files():
            path: Path | None = options[file.option_name]
            if path is None:
                continue
            try:
                write_table(file.make(task, user, task.site_domain), path)
            except (DocumentRefused, DiscoveryError) as error:
                self._say(f"{path} was not written. {translated(error.detail)}")

    def _answer(self, task: BulkOperationTask, user: AbstractBaseUser, options: dict[str, Any], report: Report) -> None:
        """Apply the preview, or discard it, as the person in front says."""
        if not options["yes"]:
            self._say("\n".join(report.lines(options["show"], is_full=options["full"])))
        is_possible = not is_held_back(task, report.counts)
        if not is_possible:
            self._say(f"{report.sentence} Or run it again with --on-error continue, to write the rows that are ready.")
        if is_possible and (options["yes"] or agrees_to_preview(service.before_applying(task))):
            service.apply(task, rings=False)
        else:
            service.cancel(task, user, rings=False)

    def _replace(self, task: BulkOperationTask, user: AbstractBaseUser, options: dict[str, Any]) -> list[Replacement]:
        """Replace values in the preview and say so; if a column is not there, nothing is written."""
        try:
            replaced = replace_values(task, user, options["set"])
        except Refusal:
            self._work(task, user, options)
            raise
        self._say("\n".join(item.sentence for item in replaced))
        return replaced

    def _say(self, text: str) -> None:
        with suppress(OSError):
            self.stderr.write(text, style_func=str)

    def _refuse(self, refusal: Refusal, options: dict[str, Any]) -> NoReturn:
        placed = CellAddresses((), {}).place(refusal.problems)
        if options["format"] == "json":
            problems = [problem.as_dict() for problem in refusal.problems]
            document = {"exit_code": REFUSED, "status": "refused", "summary": str(refusal), "problems": problems}
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        raise CommandError("\n".join([str(refusal), *problem_lines(placed)]), returncode=REFUSED)


def _look(task: BulkOperationTask, user: AbstractBaseUser, wish: StopWish, display: ProgressDisplay | None) -> None:
    """Between two rows: stop if that is wanted, and show where things stand."""
    if wish.is_there and not task.cancel_requested_at:
        service.cancel(task, user, rings=False)
    if display:
        display()


def _submit(options: dict[str, Any]) -> tuple[AbstractBaseUser, BulkOperationTask]:
    user = service.find_user(options["user"])
    if user is None:
        raise Refusal(f"There is no user {options['user']}, or several have that address.")
    if not service.may_use(user):
        raise Refusal(f"{options['user']} may not use bulk operations.")
    for path in filter(None, (options[file.option_name] for file in task_files())):
        if not path.parent.is_dir():
            raise Refusal(f"There is no folder {path.parent}.")
    if options["apply"] and not options["yes"] and not sys.stdin.isatty():
        raise Refusal("--apply asks before it writes: add --yes where nobody can answer.")
    with open_input(options["file"]) as file:
        return user, _accept(user, file, options)


def _accept(user: AbstractBaseUser, file: File[bytes], options: dict[str, Any]) -> BulkOperationTask:
    """Submit the file; if much would be written without a preview, ask for the number of its rows first."""
    asks = None if options["yes"] else service.Confirmation()
    try:
        return _send(user, file, options, asks)
    except service.ConfirmationNeeded as needed:
        return _send(user, file, options, service.Confirmation(number=number_of_rows(needed.rows)))


def _send(
    user: AbstractBaseUser, file: File[bytes], options: dict[str, Any], confirmation: service.Confirmation | None
) -> BulkOperationTask:
    chosen = {name: options[name] for name in (*OPTIONS, *READING_OPTIONS)}
    try:
        submission = service.submit(
            user,
            file=file,
            task_type=options["type"],
            options={**chosen, "dry_run": options["dry_run"] or options["apply"]},
            mapping=chosen_mapping(user, options),
            site_domain=host_of(options["host"]),
            confirmation=confirmation,
            rings=False,
        )
    except UploadRefused as refusal:
        raise Refusal("The file was not accepted, and nothing was changed.", refusal.problems) from refusal
    except UnknownOperation as error:
        names = ", ".join(operation.type for operation in service.operations())
        raise Refusal(f"There is no operation {error}. There are: {names}.") from error
    except service.TooManyTasks as error:
        raise Refusal("Too many tasks of this user wait already. Try again when some have ended.") from error
    except service.StorageUnavailable as error:
        raise Refusal("The file cannot be stored or read at the moment. Try again later.") from error
    return submission.task


def _exit_code(task: BulkOperationTask) -> int:
    if task.status == TaskStatus.VALIDATED:
        bad = task.rows.filter(status__in=(RowStatus.INVALID, RowStatus.FAILED)).exists()
        return NOT_ALL_DONE if bad else ALL_DONE
    return ALL_DONE if task.status == TaskStatus.COMPLETED else NOT_ALL_DONE
