"""The uploader's own rights: what discovery refuses the person is refused to the file, and it names the person."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.models import ChangeLog, Course, CourseEditor
from tests.integration.pipeline.conftest import Run, csv_of, good_row, row_results


def test_an_editor_is_told_that_another_organization_is_forbidden(run: Run) -> None:
    task = run(csv_of(good_row("MINE"), good_row("THEIRS", organization="MITx")), user="editor")

    assert row_results(task) == [(2, "succeeded", []), (3, "invalid", ["FORBIDDEN"])]
    assert "MITx" in task.rows.get(line=3).problems[0]["message"]
    assert not Course.objects.filter(key__startswith="MITx+").exists()


def test_history_and_editors_name_the_uploader(run: Run) -> None:
    run(csv_of(good_row("WHO")), user="editor")

    course = Course.objects.get(key="edX+WHO")
    assert [editor.user.username for editor in CourseEditor.objects.filter(course=course)] == ["editor"]
    written = ChangeLog.objects.filter(object_key__contains="WHO")
    assert {entry.user.username for entry in written if entry.user} == {"editor"}
    assert written.exists()


def test_a_right_that_is_gone_since_the_upload_is_refused_by_discovery(submit: Run) -> None:
    task = submit(csv_of(good_row("GONE1"), good_row("GONE2")), user="editor")
    work_on_one_row(task.pk)
    get_user_model().objects.get(username="editor").groups.clear()
    get_user_model().objects.get(username="editor").groups.add(Group.objects.get(name="MITx-grp"))

    work_on(task.pk)

    assert row_results(task)[1] == (3, "failed", ["FORBIDDEN"])
    assert not Course.objects.filter(key="edX+GONE2").exists()


def test_somebody_who_left_every_organization_is_told_so(submit: Run) -> None:
    task = submit(csv_of(good_row("LEFT")), user="editor")
    get_user_model().objects.get(username="editor").groups.clear()

    work_on(task.pk)

    task.refresh_from_db()
    assert (task.status, [note["code"] for note in task.notes]) == ("failed", ["FORBIDDEN"])
    assert task.notes[0]["message"] == "You don't have permission: your account doesn't belong to an organization."


def test_a_file_of_somebody_without_an_account_is_not_processed(submit: Run) -> None:
    task = submit(csv_of(good_row("LEFT")), user="editor")
    get_user_model().objects.filter(username="editor").update(is_active=False)

    work_on(task.pk)

    task.refresh_from_db()
    assert (task.status, [note["code"] for note in task.notes]) == ("cancelled", ["UPLOADER_GONE"])
    assert not Course.objects.filter(key="edX+LEFT").exists()


def test_a_column_for_staff_is_refused_to_others(run: Run) -> None:
    content = csv_of(good_row("DEADLINE")).replace("verified_price", "verified_price,upgrade_deadline_override_date")
    content = content.replace(",49", ",49,2030-03-01")

    for_editor, for_staff = run(content, user="editor"), run(content, user="staff")

    assert row_results(for_editor) == [(2, "invalid", ["STAFF_ONLY"])]
    assert row_results(for_staff) == [(2, "succeeded", [])]


def test_over_http_only_staff_may_upload(run: Run, settings: object) -> None:
    settings.BULK_OPERATIONS = {  # type: ignore[attr-defined]
        **settings.BULK_OPERATIONS,  # type: ignore[attr-defined]
        "TRANSPORT": "http",
        "DISCOVERY_URL": "http://127.0.0.1:9",
        "DISCOVERY_TOKEN": "some-token",
    }

    with pytest.raises(UploadRefused) as refusal:
        run(csv_of(good_row("HTTP")), user="editor")

    assert [problem.code for problem in refusal.value.problems] == ["FORBIDDEN"]


def work_on_one_row(task_pk: int) -> None:
    """Lets a job do the first row and then stop, as a slice that is over does."""
    from django.conf import settings

    chosen = settings.BULK_OPERATIONS
    settings.BULK_OPERATIONS = {**chosen, "SLICE_SECONDS": 0.0}
    try:
        work_on(task_pk)
    finally:
        settings.BULK_OPERATIONS = chosen
