"""The page of a task without a script: preview, apply, results, files, undo, cancel."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationLane, BulkOperationRow, BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on
from tests.csv_files import csv_of
from tests.integration.reports.conftest import BARE, BARE_KEY, FULL_KEY
from tests.integration.web.conftest import PAGE

pytestmark = pytest.mark.usefixtures("names_fetched_once")

CHANGE = {"course_key": FULL_KEY, "title": "A new title", "primary_subject": "Social Sciences"}
SAME = {"course_key": BARE_KEY, "title": "Bare"}
WRONG = {"course_key": BARE_KEY, "level_type": "Nowhere"}


def work(task):
    while work_on(task.pk).is_needed:
        pass
    task.refresh_from_db()


def page_of(client, task, **query):
    answer = client.get(f"{PAGE}/{task.pk}/", query)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count("<h1") == 1
    return text


def texts(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_preview_says_what_would_change_and_what_is_wrong(browser, upload):
    task = upload("course_update", [CHANGE, SAME, WRONG], user="editor", dry_run=True)
    first = texts(page_of(browser("editor"), task))
    assert "1 row will be written; 1 row needs fixing and will be skipped." in first
    assert "Nowhere “Nowhere” is not a known" in first
    assert f"Row 4 Needs fixing {BARE_KEY}" in first
    assert "A new title" not in first
    everything = texts(page_of(browser("editor"), task, outcome="all"))
    assert "was Introduction to Everything, and more becomes A new title" in everything
    assert "was Computer Science becomes Social Sciences" in everything
    assert "Apply these changes" in everything


def test_apply_writes_what_the_preview_showed(browser, upload):
    task = upload("course_update", [CHANGE, WRONG], user="editor", dry_run=True)
    client = browser("editor")
    answer = client.post(f"{PAGE}/{task.pk}/apply/")
    assert answer["Location"] == f"{PAGE}/{task.pk}/"
    assert "Writing to the catalog" in page_of(client, task)
    work(task)
    page = texts(page_of(client, task))
    assert "1 of 2 rows were written; 1 needs your attention." in page
    again = client.post(f"{PAGE}/{task.pk}/apply/", follow=True)
    assert b"applied or discarded before" in again.content


def test_discarding_a_preview_writes_nothing(browser, upload):
    task = upload("course_update", [CHANGE], user="editor", dry_run=True)
    client = browser("editor")
    client.post(f"{PAGE}/{task.pk}/cancel/")
    work(task)
    page = texts(page_of(client, task))
    assert "Cancelled before anything was written." in page
    assert "Not applied:" in page
    again = client.post(f"{PAGE}/{task.pk}/cancel/", follow=True)
    assert b"It had ended already" in again.content


def test_results_show_first_what_is_to_be_fixed(browser, upload):
    task = upload("course_update", [CHANGE, SAME, WRONG], user="editor")
    page = page_of(browser("editor"), task)
    assert "Nowhere" in page
    assert "A new title" not in page
    everything = page_of(browser("editor"), task, outcome="all")
    assert "A new title" in everything
    assert 'href="https://publisher.example.org/courses/' in everything
    assert 'aria-label="Done: 1, No change: 1, Needs fixing: 1"' in everything


def test_rows_are_filtered_by_outcome(browser, upload):
    task = upload("course_update", [CHANGE, SAME, WRONG], user="editor")
    for outcome, keys in (("succeeded", [FULL_KEY]), ("unchanged", [BARE_KEY]), ("skipped", [])):
        page = page_of(browser("editor"), task, outcome=outcome)
        assert re.findall(r'class="key-text"[^>]*>([^<]*)', page) == keys
    assert "No row has this outcome." in page


def test_files_of_a_task(browser, upload):
    task = upload("course_update", [CHANGE, WRONG], user="editor", name="my “courses”.csv")
    client = browser("editor")
    for path, name, line in (
        ("results.csv", "my%20%E2%80%9Ccourses%E2%80%9D-results.csv", b"A new title"),
        ("failed.csv", "my%20%E2%80%9Ccourses%E2%80%9D-failed.csv", b"Nowhere"),
        ("undo.csv", "my%20%E2%80%9Ccourses%E2%80%9D-undo.csv", b"Introduction to Everything"),
        ("uploaded/", "my%20%E2%80%9Ccourses%E2%80%9D.csv", b"Nowhere"),
    ):
        answer = client.get(f"{PAGE}/{task.pk}/{path}")
        assert name in answer["Content-Disposition"]
        assert answer["Content-Disposition"].startswith("attachment")
        assert line in b"".join(answer.streaming_content)


def test_files_of_a_task_as_workbooks(browser, upload):
    task = upload("course_update", [CHANGE, WRONG], user="editor")
    client = browser("editor")
    page = page_of(client, task)
    for kind in ("results", "failed", "undo"):
        path = f"{PAGE}/{task.pk}/{kind}.xlsx"
        assert f'href="{path}"' in page
        answer = client.get(path)
        assert answer["Content-Disposition"] == f'attachment; filename="courses-{kind}.xlsx"'
        assert b"".join(answer.streaming_content).startswith(b"PK")
    assert 'aria-label="Rows to fix as a workbook (.xlsx)"' in page


def test_a_workbook_that_cannot_be_made_says_so_on_the_page(browser, upload):
    task = upload("course_update", [WRONG], user="editor", dry_run=True)
    assert f'href="{PAGE}/{task.pk}/failed.xlsx"' in page_of(browser("editor"), task)
    task.rows.update(cells=dict.fromkeys(task.rows.get().cells, "x" * 32_767))
    answer = browser("editor").get(f"{PAGE}/{task.pk}/failed.xlsx", follow=True)
    assert "A cell of a workbook cannot hold it. Download the CSV file instead." in answer.content.decode()


def test_undo_is_a_preview_first(browser, upload):
    task = upload("course_update", [CHANGE], user="editor")
    client = browser("editor")
    answer = client.post(f"{PAGE}/{task.pk}/undo/")
    undone = BulkOperationTask.objects.latest("pk")
    assert answer["Location"] == f"{PAGE}/{undone.pk}/"
    assert (undone.options, undone.origin, undone.origin_kind) == ({"dry_run": True}, task, "undo")
    work(undone)
    page = texts(page_of(client, undone))
    assert "was A new title becomes Introduction to Everything, and more" in page


def test_undo_of_what_changed_nothing_says_so(browser, upload):
    task = upload("course_update", [SAME], user="editor")
    client = browser("editor")
    assert "Undo..." not in page_of(client, task)
    answer = client.post(f"{PAGE}/{task.pk}/undo/", follow=True)
    assert b"This upload changed nothing." in answer.content
    assert b"This upload changed nothing." in client.get(f"{PAGE}/{task.pk}/undo.csv", follow=True).content


def test_retry_does_what_was_left_over_once(browser, upload):
    task = upload("course_update", [CHANGE, SAME, WRONG], user="editor", dry_run=True)
    client = browser("editor")
    client.post(f"{PAGE}/{task.pk}/cancel/")
    work(task)
    assert "Retry unfinished rows" in page_of(client, task)

    first, second = (client.post(f"{PAGE}/{task.pk}/retry/")["Location"] for _ in range(2))
    retried = BulkOperationTask.objects.get(parent=task)
    assert first == second == f"{PAGE}/{retried.pk}/"
    work(retried)
    assert "1 row will be written" in texts(page_of(client, retried))
    assert f"Retries #{task.pk}" in texts(page_of(client, retried))
    old = texts(page_of(client, task))
    assert f"Retry #{retried.pk}" in old
    assert "Retry unfinished rows" not in old


def test_what_has_to_be_corrected_first_is_not_retried(browser, upload):
    task = upload("course_update", [WRONG], user="editor")
    client = browser("editor")
    assert "Retry unfinished rows" not in page_of(client, task)
    answer = client.post(f"{PAGE}/{task.pk}/retry/", follow=True)
    assert b"There is nothing to retry" in answer.content
    assert BulkOperationTask.objects.filter(parent=task).count() == 0


def test_running_task_can_be_watched_and_cancelled(browser, upload, django_user_model):
    editor = django_user_model.objects.get(username="editor")
    file = ContentFile(csv_of([BARE]), name="courses.csv")
    task = service.submit(editor, file=file, task_type="course_create", site_domain="testserver").task
    client = browser("editor")
    page = page_of(client, task)
    assert "Waiting for a worker" in page
    part = client.get(f"{PAGE}/{task.pk}/progress/?stopping=0")
    assert 'hx-trigger="load delay:1s, look-again"' in part.content.decode()
    assert "HX-Retarget" not in part.headers

    client.post(f"{PAGE}/{task.pk}/cancel/")
    changed = client.get(f"{PAGE}/{task.pk}/progress/?stopping=0")
    assert changed["HX-Retarget"] == "#task"
    assert "Cancelling..." in changed.content.decode()

    work(task)
    ended = client.get(f"{PAGE}/{task.pk}/progress/?stopping=1")
    assert ended["HX-Retarget"] == "#task"
    assert "<title>Cancelled: courses.csv – Bulk operations</title>" in ended.content.decode()
    assert "look-again" not in ended.content.decode()


def test_looking_slows_down(browser, upload, django_user_model):
    editor = django_user_model.objects.get(username="editor")
    file = ContentFile(csv_of([BARE]), name="courses.csv")
    task = service.submit(editor, file=file, task_type="course_create", site_domain="testserver").task
    client, delays = browser("editor"), []
    for minutes in (0, 1, 5, 60):
        BulkOperationTask.objects.filter(pk=task.pk).update(created=timezone.now() - timedelta(minutes=minutes))
        part = client.get(f"{PAGE}/{task.pk}/progress/").content.decode()
        delays.append(int(re.search(r"delay:(\d+)s", part)[1]))
    assert delays == [1, 2, 5, 15]


NOT_BEGUN = "No worker has started this upload yet"
STANDING_STILL = "No progress right now. If a worker stopped, another will take over."


@pytest.mark.parametrize(("status", "said"), [("pending", NOT_BEGUN), ("processing", STANDING_STILL)])
def test_standing_still_is_said(browser, upload, django_user_model, status, said):
    editor = django_user_model.objects.get(username="editor")
    file = ContentFile(csv_of([BARE]), name="courses.csv")
    task = service.submit(editor, file=file, task_type="course_create", site_domain="testserver").task
    client = browser("editor")
    assert "contact your catalog administrators" not in page_of(client, task)

    long_ago = timezone.now() - timedelta(minutes=2)
    BulkOperationTask.objects.filter(pk=task.pk).update(status=status, modified=long_ago)
    page = page_of(client, task)
    assert said in page
    assert f"contact your catalog administrators and mention upload #{task.pk}." in page

    BulkOperationLane.objects.filter(task=task).update(lease_owner="worker", lease_until=timezone.now() + timedelta(1))
    assert said not in page_of(client, task)


def test_queued_upload_names_what_it_waits_for_and_its_place(browser, upload, django_user_model, settings):
    """A preview shares the queue of previews only: it never waits for a run."""
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "ACTIVE_TASKS_PER_USER": 1}
    editor = django_user_model.objects.get(username="editor")

    def submit(**options):
        file = ContentFile(csv_of([BARE]), name="courses.csv")
        return service.submit(editor, file=file, task_type="course_create", options=options).task

    first, second, third = (submit() for _upload in range(3))
    preview = submit(dry_run=True)
    client = browser("editor")
    assert "Queued" not in page_of(client, second)

    BulkOperationTask.objects.filter(pk=first.pk).update(status="processing")
    BulkOperationTask.objects.filter(pk=third.pk).update(modified=timezone.now() - timedelta(minutes=2))
    page = page_of(client, third)
    assert "Number 2 in your queue. It starts automatically." in page
    assert f'Queued behind your <a href="{PAGE}/{first.pk}/">upload #{first.pk}</a>.' in page
    assert NOT_BEGUN not in page
    assert "Queued" not in page_of(client, preview)
    assert "Waiting for a worker" in page_of(client, preview)


def test_nothing_to_apply_leads_to_the_corrected_file(browser, upload):
    task = upload("course_update", [WRONG], user="editor", dry_run=True)
    page = page_of(browser("editor"), task)
    assert "Apply these changes" not in page
    assert "Rows to fix" in page
    assert re.search(r'href="([^"]*)">\s*<svg[^>]*>.*?</svg>Upload the corrected file', page)[1] == (
        f"{PAGE}/?operation=course_update"
    )
    assert f'href="{PAGE}/?operation=course_update#columns"' in page


def test_names_cells_and_problems_are_text(browser, upload):
    evil = "<svg onload=alert(1)>"
    rows = [{"course_key": FULL_KEY, "title": evil}, {"course_key": evil, "level_type": evil}]
    task = upload("course_update", rows, user="editor", name=f"{evil}.csv", dry_run=True)
    for path in (f"{PAGE}/{task.pk}/?outcome=all", f"{PAGE}/history/", f"{PAGE}/"):
        page = browser("editor").get(path).content.decode()
        assert "<svg onload" not in page
        assert "&lt;svg onload=alert(1)&gt;" in page


def test_task_of_an_operation_that_is_gone_is_still_readable(browser, upload):
    task = upload("course_update", [CHANGE, WRONG], user="editor")
    BulkOperationTask.objects.filter(pk=task.pk).update(task_type="no_longer_there")
    page = texts(page_of(browser("editor"), task, outcome="all"))
    assert "A new title" in page
    assert "no_longer_there" in page


def test_refused_file_without_rows_says_why(browser, upload):
    task = upload("course_create", [{**BARE, "number": "NEW1"}], user="editor")
    BulkOperationRow.objects.filter(task=task).delete()
    note = {
        "code": "FILE_MISSING",
        "message": "The uploaded file is gone.",
        "hint": "Upload it again.",
        "severity": "error",
    }
    counts = {f"{name}_count": 0 for name in ("total", "succeeded")}
    BulkOperationTask.objects.filter(pk=task.pk).update(status="failed", notes=[note], **counts)
    page = texts(page_of(browser("editor"), task))
    assert "The file could not be read, and nothing was changed." in page
    assert "The uploaded file is gone. Upload it again." in page


def many_rows(task, number):
    lines = range(100, 100 + number)
    problem = {"code": "BAD_DATE", "message": "“x” is not a date.", "severity": "error", "column": "title"}
    BulkOperationRow.objects.bulk_create(
        BulkOperationRow(
            task=task,
            line=line,
            status="failed",
            action="update",
            object_key=f"edX+N{line}",
            problems=[{**problem, "line": line}],
            changes={"title": ["before", f"after {line}"], "level_type": [None, "Advanced"]},
        )
        for line in lines
    )
    BulkOperationTask.objects.filter(pk=task.pk).update(failed_count=number)


def test_queries_do_not_grow_with_the_rows(browser, upload):
    task = upload("course_update", [CHANGE], user="editor")
    client = browser("editor")
    many_rows(task, 60)
    page_of(client, task, outcome="all")  # what is kept between requests is there now
    with CaptureQueriesContext(
        connection,
    ) as few:
        page_of(client, task, outcome="all")
    task.rows.filter(line__gte=100).delete()
    many_rows(task, 3000)
    with CaptureQueriesContext(connection) as many:
        page = page_of(client, task, outcome="all")
    assert len(many) == len(few)
    assert len(many) <= 18
    assert "Page 1 of 61" in page
    assert page.count('role="rowheader"') == 50


def test_pages_keep_the_filter(browser, upload):
    task = upload("course_update", [CHANGE], user="editor")
    many_rows(task, 120)
    page = page_of(browser("editor"), task, outcome="failed", page="2")
    assert "Page 2 of 3" in page
    assert "edX+N150" in page
    assert 'href="?outcome=failed&amp;page=3"' in page


def test_pages_that_there_are_not_are_the_nearest(browser, upload):
    task = upload("course_update", [CHANGE], user="editor")
    shown = {page: page_of(browser("editor"), task, outcome="all", page=page) for page in ("0", "-1", "x", "999999")}
    assert [page for page, text in shown.items() if "A new title" not in text] == []
