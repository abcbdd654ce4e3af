"""An edited export writes nothing over what was changed in the catalog since it was made."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from course_discovery_bulk.columns.headers import EXPORTED_AT, EXPORTED_VERSION
from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course, CourseEditor, CourseRun
from tests.csv_files import csv_of
from tests.integration.reports.conftest import (
    BARE_KEY,
    BARE_RUN,
    FULL_KEY,
    FULL_RUN,
    SECOND_KEY,
    SECOND_RUN,
    statuses,
)

pytestmark = pytest.mark.usefixtures("names_fetched_once")


def told(task: BulkOperationTask) -> list[tuple[str, Any]]:
    return [(found["code"], found["column"]) for row in task.rows.order_by("line") for found in row.problems]


def title_of(key: str) -> str:
    return Course.objects.get(key=key, draft=True).title


def test_a_row_that_would_overwrite_a_later_change_is_refused_and_others_are_written(upload, download) -> None:
    sheet = download("operations/course_update/export.csv")
    rows = [{**row, "title": "Ours", "url_slug": ""} for row in sheet.rows if row["course_key"] in (FULL_KEY, BARE_KEY)]
    Course.objects.filter(key=FULL_KEY).update(title="Theirs")

    task = upload("course_update", csv_of(rows))

    assert statuses(task) == [("invalid", ["STALE_EXPORT"]), ("succeeded", [])]
    assert (title_of(FULL_KEY), title_of(BARE_KEY)) == ("Theirs", "Ours")
    (found,) = task.rows.get(line=2).problems
    assert found["column"] == "title"
    assert "“Theirs” now" in found["message"]


def test_what_a_row_leaves_alone_may_have_changed(upload, download) -> None:
    row = download("operations/course_update/export.csv").row(course_key=FULL_KEY)
    Course.objects.filter(key=FULL_KEY).update(title="Theirs", additional_information="<p>Also theirs</p>")

    task = upload("course_update", csv_of([{**row, "title": "Theirs", "additional_information": ""}]))

    assert statuses(task) == [("unchanged", [])]
    assert title_of(FULL_KEY) == "Theirs"


def test_a_row_that_nobody_edited_takes_nothing_back(upload, download) -> None:
    content = download("operations/course_run_update/export.csv").content
    CourseRun.objects.filter(key=FULL_RUN).update(min_effort=4)

    task = upload("course_run_update", content)

    assert ("STALE_EXPORT", "minimum_effort") in told(task)
    assert task.rows.exclude(status="unchanged").get().status == "invalid"
    assert CourseRun.objects.get(key=FULL_RUN, draft=True).min_effort == 4


def test_an_emptied_mark_overwrites_and_so_does_the_option_and_a_damaged_one_is_refused(upload, download) -> None:
    row = download("operations/course_update/export.csv").row(course_key=FULL_KEY)
    Course.objects.filter(key=FULL_KEY).update(title="Theirs")
    edited = {**row, "title": "Ours", "url_slug": ""}

    damaged = upload("course_update", csv_of([{**edited, EXPORTED_VERSION: "v1.x"}]))
    asked = upload("course_update", csv_of([edited]), dry_run=True, overwrite_later_edits=True)
    emptied = upload("course_update", csv_of([{**edited, EXPORTED_VERSION: ""}]))

    assert told(damaged) == [("BAD_EXPORTED_VERSION", EXPORTED_VERSION)]
    assert asked.rows.get().changes["title"] == ["Theirs", "Ours"]
    assert statuses(emptied) == [("succeeded", [])]
    assert title_of(FULL_KEY) == "Ours"


def test_a_row_that_was_added_by_hand_needs_no_mark_nor_its_file_a_date(upload, download) -> None:
    row = download("operations/course_update/export.csv").row(course_key=FULL_KEY)
    edited = {name: text for name, text in {**row, "title": "Ours"}.items() if name != EXPORTED_AT}
    Course.objects.filter(key=BARE_KEY).update(title="Theirs")

    task = upload("course_update", csv_of([edited, {"course_key": BARE_KEY, "title": "Mine"}]), dry_run=True)

    assert [sorted(row.changes) for row in task.rows.order_by("line")] == [["title"], ["title"]]
    assert task.notes == []


def test_rows_of_one_course_do_not_stand_in_their_own_way(upload, download) -> None:
    upload("course_rerun", [SECOND_RUN])
    sheet = download("operations/partial_updates/export.csv", keys=FULL_KEY)
    rows = [{**row, "title": "Ours", "verified_price": "99", "length": "9", "url_slug": ""} for row in sheet.rows]

    task = upload("partial_updates", csv_of(rows))

    assert [row["course_run_key"] for row in rows] == [FULL_RUN, SECOND_KEY]
    assert statuses(task) == [("succeeded", []), ("succeeded", [])]


def test_an_editor_who_was_removed_since_is_not_brought_back(upload, download) -> None:
    person = {"username_or_email": "editor@example.org", "course_key_or_uuid": FULL_KEY, "action": "add"}
    upload("course_editor_update", [person])
    row = download("operations/course_editor_update/export.csv", keys=FULL_KEY).row(**person)
    CourseEditor.objects.filter(course__key=FULL_KEY, user__email="editor@example.org").delete()

    task = upload("course_editor_update", csv_of([row]))

    assert told(task) == [("STALE_EXPORT", "username_or_email")]
    assert not CourseEditor.objects.filter(course__key=FULL_KEY, user__email="editor@example.org").exists()


def test_a_new_run_is_not_made_from_values_that_changed(upload, download) -> None:
    row = download("operations/course_rerun/export.csv", keys=FULL_KEY).row(last_active_run_key=FULL_RUN)
    filled = {**row, "start_date": "2031-01-15", "end_date": "2031-06-15"}

    before = upload("course_rerun", csv_of([filled]), dry_run=True)
    CourseRun.objects.filter(key=FULL_RUN).update(max_effort=7)
    after = upload("course_rerun", csv_of([filled]))

    assert statuses(before) == [("pending", [])]
    assert told(after) == [("STALE_EXPORT", "maximum_effort")]
    assert not CourseRun.objects.filter(key=SECOND_KEY).exists()


def test_the_title_of_the_course_stands_beside_its_key_and_is_not_read(upload, download) -> None:
    sheet = download("operations/course_run_update/export.csv", keys=BARE_RUN)
    editors = download("operations/course_editor_update/export.csv", keys=BARE_KEY)

    task = upload("course_run_update", csv_of([{**sheet.rows[0], sheet.headers[1]: "Something else"}]))

    assert sheet.headers[:2] == ["course_run_key", "course_title (for reference)"]
    assert editors.headers[:3] == ["username_or_email", "course_key_or_uuid", "course_title (for reference)"]
    assert sheet.rows[0]["course_title (for reference)"] == "Bare"
    assert (statuses(task), task.notes) == ([("unchanged", [])], [])


def test_the_command_exports_as_the_page_does(upload, download, tmp_path) -> None:
    upload("course_update", csv_of([{"course_key": BARE_KEY, "title": "Bare"}]))
    path = tmp_path / "courses.csv"

    call_command("bulk_operations_export", path, "--type=course_update", "--user=staff", f"--keys={BARE_KEY}")
    with pytest.raises(CommandError, match="“done” is not the status of a run"):
        call_command("bulk_operations_export", path, "--type=course_update", "--user=staff", "--status=done")

    written = path.read_bytes()
    expected = download("operations/course_update/export.csv", keys=BARE_KEY).content
    assert written.rpartition(b",")[0] == expected.rpartition(b",")[0]  # up to when they were made
