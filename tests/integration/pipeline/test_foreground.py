"""`manage.py bulk_operation`: a whole upload in this process, its report, and its exit code."""

import io
import json
import sys
from types import SimpleNamespace

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from course_discovery_bulk import service, tasks
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.models import Course
from tests.integration.pipeline.conftest import csv_of, good_row

pytestmark = pytest.mark.usefixtures("names_fetched_once")

GOOD = csv_of(good_row("ONE"))
MIXED = csv_of(good_row("ONE"), good_row("TWO", organization="NobodyX"))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def command(seeded, tmp_path):
    """Run the command on a file of this content: exit code, standard output, standard error."""

    def call(content=GOOD, *arguments, user="staff", operation="course_create", stderr=None, file=None):
        path = tmp_path / "courses.csv"
        path.write_text(content)
        out, err = io.StringIO(), stderr or io.StringIO()
        try:
            call_command(
                "bulk_operation",
                file or str(path),
                f"--type={operation}",
                f"--user={user}",
                "--host=testserver",
                *arguments,
                stdout=out,
                stderr=err,
            )
        except SystemExit as ended:
            return ended.code, out.getvalue(), err.getvalue()
        except CommandError as error:
            return error.returncode, out.getvalue(), err.getvalue() + str(error)
        return 0, out.getvalue(), err.getvalue()

    return call


def statuses():
    return [row.status for row in BulkOperationTask.objects.get().rows.order_by("line")]


def made():
    return set(Course.objects.filter(key__in=["edX+ONE", "edX+TWO"]).values_list("key", flat=True))


# --- the files that are asked for


def test_an_undo_is_written_where_there_is_one(command, tmp_path):
    undo = tmp_path / "undo.csv"
    command(GOOD)

    code, _, _ = command("course_key,title\nedX+ONE,New title\n", f"--undo={undo}", operation="course_update")

    assert code == 0
    assert undo.read_text("utf-8-sig").splitlines()[1].startswith("edX+ONE,Course ONE")


def test_a_file_that_cannot_be_made_is_told_and_changes_nothing_else(command, tmp_path):
    undo = tmp_path / "undo.csv"

    code, out, told = command(GOOD, f"--undo={undo}")

    assert (code, statuses(), undo.exists()) == (0, ["succeeded"], False)
    assert "The row was written." in out
    assert f"{undo} was not written. Create courses: what was created can't be undone." in told


# --- the end


def test_all_rows_done_is_0(command):
    code, out, _ = command(GOOD)

    assert (code, statuses(), made()) == (0, ["succeeded"], {"edX+ONE"})
    assert "The row was written." in out
    assert "1  Done" in out
    task = BulkOperationTask.objects.get()
    assert (task.status, task.uploaded_by.username, task.site_domain) == ("completed", "staff", "testserver")
    assert f"More: https://testserver/bulk-operations/{task.pk}/" in out


def test_some_rows_not_done_is_1_and_each_problem_is_told_at_its_cell(command):
    code, out, _ = command(MIXED)

    assert (code, statuses()) == (1, ["succeeded", "invalid"])
    assert "A3, row 3, organization 'NobodyX': " in out
    assert "(UNKNOWN_" in out


def test_uploader_may_be_named_by_address_and_has_no_more_rights_than_always(command):
    code, _, _ = command(csv_of(good_row("ONE", organization="MITx")), user="EDITOR@example.org")

    assert code == 1
    assert BulkOperationTask.objects.get().uploaded_by.username == "editor"
    assert statuses() != ["succeeded"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"user": "nobody"}, "There is no user nobody"),
        ({"user": "outsider"}, "may not use bulk operations"),
        ({"operation": "course_paint"}, "There is no operation course_paint. There are: course_create"),
        ({"file": "/no/such/file.csv"}, "/no/such/file.csv cannot be read: No such file"),
        ({"file": "/"}, "cannot be read: Is a directory"),
        ({"content": "title\nOne\n"}, "(MISSING_COLUMN)"),
        ({"content": ""}, "(EMPTY_FILE)"),
        ({"arguments": ["--on-error=panic"]}, "(BAD_OPTION)"),
        ({"arguments": ["--notify=loudly"]}, "(BAD_OPTION)"),
        ({"arguments": ["--stop-after=3"]}, "(BAD_OPTION)"),
        ({"arguments": ["--output=/no/such/folder/results.csv"]}, "There is no folder /no/such/folder"),
        ({"arguments": ["--apply"]}, "add --yes where nobody can answer"),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_refused_is_2_and_leaves_nothing(command, changed, words, form, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    if not get_user_model().objects.filter(username="outsider").exists():
        get_user_model().objects.create_user("outsider")
    given = {"content": GOOD, "arguments": [], **changed}

    code, out, err = command(given.pop("content"), *given.pop("arguments"), f"--format={form}", **given)

    assert code == 2
    assert words in err
    assert not BulkOperationTask.objects.exists()
    if form == "json":
        document = json.loads(out)
        assert (document["exit_code"], document["status"]) == (2, "refused")
        assert all(found["code"] in err for found in document["problems"])


def test_json_is_one_document_with_everything(command):
    code, out, _ = command(MIXED, "--format=json")

    document = json.loads(out)
    assert (code, document["exit_code"], document["status"], document["total"]) == (1, 1, "partially_completed", 2)
    assert (document["counts"]["succeeded"], document["counts"]["invalid"]) == (1, 1)
    [found] = [found for found in document["problems"] if found["severity"] == "error"]
    assert (found["cell"], found["line"], found["column"], found["value"]) == ("A3", 3, "organization", "NobodyX")
    assert found["message"]
    assert document["changes"] == []


def test_files_of_results_and_of_what_is_to_be_fixed(command, tmp_path):
    command(MIXED, f"--output={tmp_path / 'results.csv'}", f"--failed={tmp_path / 'failed.csv'}")

    results, failed = ((tmp_path / name).read_text("utf-8-sig").splitlines() for name in ("results.csv", "failed.csv"))
    assert (len(results), len(failed)) == (3, 2)
    assert "NobodyX" in failed[1]


def test_the_end_of_a_name_asks_for_a_workbook(command, tmp_path):
    failed = tmp_path / "failed.xlsx"

    command(MIXED, f"--failed={failed}")

    header, *rows = openpyxl.load_workbook(failed).active.iter_rows(values_only=True)
    assert (len(rows), rows[0][header.index("organization *")]) == (1, "NobodyX")


def test_standard_input(command, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(GOOD.encode()), isatty=lambda: False))

    assert command(file="-")[0] == 0
    assert BulkOperationTask.objects.get().original_filename == "stdin.csv"


def test_number_of_problems_shown_is_bounded(command):
    rows = [good_row(f"N{number}", organization=f"Nobody{number}") for number in range(4)]

    _, few, _ = command(csv_of(*rows), "--show=2")
    _, all_of_them, _ = command(csv_of(*rows), "--show=0")

    assert "row 3, " in few
    assert "row 4, " not in few
    assert "more problems; --show 0 shows all" in few
    assert "row 5, " in all_of_them


# --- previews


def test_dry_run_shows_changes_and_writes_nothing(command):
    code, out, _ = command(GOOD, "--dry-run")

    assert (code, made(), BulkOperationTask.objects.get().status) == (0, set(), "validated")
    assert "1 row will be written; nothing has been written yet." in out
    assert "row 2, create, edX+ONE" in out
    assert "title: (empty) -> Course ONE" in out
    assert "Apply or discard it: https://testserver/bulk-operations/" in out


def test_dry_run_with_rows_to_fix_is_1(command):
    code, out, _ = command(MIXED, "--dry-run", "--format=json")

    document = json.loads(out)
    assert code == document["exit_code"] == 1
    [row] = document["changes"]
    assert (row["line"], row["action"], row["key"]) == (2, "create", "edX+ONE")
    assert {"field": "title", "before": "", "after": "Course ONE"} in row["changes"]


def test_apply_writes_what_was_shown(command):
    code, out, _ = command(GOOD, "--apply", "--yes")

    assert (code, made()) == (0, {"edX+ONE"})
    assert "The row was written." in out


@pytest.mark.parametrize(("answer", "code", "keys"), [("y", 0, {"edX+ONE"}), ("", 1, set()), ("no", 1, set())])
def test_apply_asks(command, monkeypatch, answer, code, keys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", lambda: answer)

    found, _, err = command(GOOD, "--apply")

    assert (found, made()) == (code, keys)
    assert "title: (empty) -> Course ONE" in err
    assert BulkOperationTask.objects.get().is_final


# --- who else is told, and rung for


def test_nobody_is_rung_for(command, monkeypatch):
    published = []
    monkeypatch.setattr(tasks, "_publish", lambda job, args, **options: published.append((job.name, args)))

    assert command(GOOD)[0] == 0
    assert published == []


def test_mail_is_sent_only_if_asked_for(command, mailoutbox):
    command(MIXED)
    assert mailoutbox == []

    command(MIXED, "--notify=always")
    assert len(mailoutbox) == 1


# --- progress


def test_progress_is_a_bar_on_a_terminal(command):
    _, out, err = command(GOOD, stderr=Terminal())

    assert "[------------------------] 0/1 rows" in err
    assert err.endswith("\r\x1b[2K")
    assert "\x1b" not in out


def test_progress_is_lines_elsewhere_and_nothing_if_not_wanted(command):
    _, _, lines = command(GOOD)
    _, _, nothing = command(GOOD, "--verbosity=0")

    assert "\x1b" not in lines
    assert "0/1 rows · " in lines
    assert nothing == ""


def test_progress_that_nobody_reads_stops_nothing(command):
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    assert command(GOOD, stderr=Closed())[0] == 0


# --- waiting


def test_it_waits_behind_other_tasks_of_the_same_person(submit, settings):
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "ACTIVE_TASKS_PER_USER": 1}
    other, task = submit(GOOD), submit(csv_of(good_row("TWO")))
    BulkOperationTask.objects.filter(pk=other.pk).update(status="processing")
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            BulkOperationTask.objects.filter(pk=other.pk).update(status="completed")

    service.work_here(task, lambda: None, sleep)

    assert (waits, task.status) == ([1.0, 1.0, 1.0], "completed")


def test_it_waits_while_a_task_is_paused(submit):
    task = submit(GOOD)
    BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at="2099-01-01T00:00Z")
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        if len(waits) == 2:
            BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=None)

    service.work_here(task, lambda: None, sleep)

    assert (waits, task.status) == ([1.0, 1.0], "completed")


def test_it_ends_where_somebody_else_has_done_the_work(submit):
    task = submit(GOOD)
    while work_on(task.pk).is_needed:
        pass

    service.work_here(task, lambda: None)

    assert task.status == "completed"
    assert statuses() == ["succeeded"]


def test_stop_asked_for_between_rows_is_the_end(submit):
    task = submit(csv_of(*(good_row(f"N{number}") for number in range(4))))

    def watch():
        if task.rows.filter(status="succeeded").count() == 2:
            service.cancel(task, task.uploaded_by, rings=False)

    service.work_here(task, watch)

    assert task.status == "cancelled"
    assert statuses() == ["succeeded", "succeeded", "not_processed", "not_processed"]
