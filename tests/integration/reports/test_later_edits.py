"""Undo of an upload after which somebody edited: the later edit stays and is named, unless it is to be overwritten."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.test import Client

from course_discovery_bulk import service
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.models import Course, CourseRun
from tests.csv_files import csv_of
from tests.integration.reports.conftest import BARE_KEY, BASE, FULL_KEY, FULL_RUN, SECOND_KEY, SECOND_RUN, statuses

pytestmark = pytest.mark.usefixtures("names_fetched_once")

OLD_TITLE = "Introduction to Everything, and more"
LONG = "<p>" + "A text that is longer than what is kept as it is. " * 8 + "</p>"


def finish(pk: int) -> BulkOperationTask:
    for _job in range(20):
        if not work_on(pk).is_needed:
            break
    return BulkOperationTask.objects.get(pk=pk)


def course(key: str = FULL_KEY) -> Course:
    return Course.objects.get(key=key, draft=True)


@pytest.fixture
def edited(upload: Any) -> BulkOperationTask:
    """A first upload, of which a second one has changed the title again."""
    row = {"course_key": FULL_KEY, "title": "By A", "level_type": "Advanced", "short_description": LONG}
    task: BulkOperationTask = upload("course_update", [row])
    upload("course_update", [{"course_key": FULL_KEY, "title": "By B"}])
    return task


def test_a_later_upload_is_kept_and_the_preview_says_so(edited: Any, client_of: Any) -> None:
    answer = client_of("staff").post(f"{BASE}/{edited.pk}/undo/")
    preview = finish(answer.json()["id"])

    (row,) = preview.rows.all()
    (note,) = row.problems
    assert (answer.status_code, preview.status, answer.json()["origin"]) == (
        201,
        "validated",
        {"id": edited.pk, "kind": "undo"},
    )
    assert set(row.changes) == {"level_type", "short_description"}
    assert (note["code"], note["column"], note["severity"]) == ("EDITED_SINCE", "title", "note")
    assert "It is “By B” now; the upload had set “By A”" in note["message"]
    assert course().title == "By B"

    assert service.apply(preview)
    finish(preview.pk)

    assert (course().title, course().level_type.name) == ("By B", "Introductory")
    assert course().short_description == "<p>=SUM(A1:A9)</p>"


def test_a_later_edit_is_overwritten_only_if_that_is_asked_for(edited: Any, client_of: Any) -> None:
    body = {"overwrite_later_edits": True, "dry_run": False}
    answer = client_of("staff").post(f"{BASE}/{edited.pk}/undo/", body, content_type="application/json")
    task = finish(answer.json()["id"])

    assert (task.status, statuses(task)) == ("completed", [("succeeded", [])])
    assert course().title == OLD_TITLE


def test_a_form_without_the_switch_previews(edited: Any, client_of: Any) -> None:
    task = finish(client_of("staff").post(f"{BASE}/{edited.pk}/undo/", {"overwrite_later_edits": "true"}).json()["id"])

    assert (task.status, course().title) == ("validated", "By B")


def test_the_file_keeps_later_edits_when_it_is_uploaded_by_hand(edited: Any, upload: Any, download: Any) -> None:
    sheet = download(f"{edited.pk}/undo.csv")

    task = upload("course_update", sheet.content)

    assert json.loads(sheet.rows[0]["undo_expects"])["title"] == "By A"
    assert (statuses(task), task.notes) == ([("succeeded", ["EDITED_SINCE"])], [])
    assert (course().title, course().level_type.name) == ("By B", "Introductory")


def test_an_edit_after_the_file_was_made_is_kept_too(upload: Any, download: Any) -> None:
    task = upload("course_run_update", [{"course_run_key": FULL_RUN, "length": "12", "minimum_effort": "3"}])
    sheet = download(f"{task.pk}/undo.csv")
    assert sheet.rows[0]["edited_since"] == ""
    CourseRun.objects.filter(key=FULL_RUN).update(weeks_to_complete=20)

    undone = upload("course_run_update", sheet.content)

    run = CourseRun.objects.get(key=FULL_RUN, draft=True)
    assert statuses(undone) == [("succeeded", ["EDITED_SINCE"])]
    assert (run.weeks_to_complete, run.min_effort) == (20, 2)


def test_an_edit_of_a_long_text_is_found(upload: Any, download: Any) -> None:
    task = upload("course_update", [{"course_key": FULL_KEY, "short_description": LONG}])
    sheet = download(f"{task.pk}/undo.csv")
    Course.objects.filter(key=FULL_KEY).update(short_description=f"{LONG}<p>More</p>")

    undone = upload("course_update", sheet.content)

    assert statuses(undone) == [("skipped", ["EDITED_SINCE"])]
    assert course().short_description.endswith("<p>More</p>")


def test_an_edit_between_preview_and_apply_is_kept(edited: Any, client_of: Any) -> None:
    preview = finish(client_of("staff").post(f"{BASE}/{edited.pk}/undo/").json()["id"])
    Course.objects.filter(key=FULL_KEY).update(short_description="<p>By an editor</p>")

    service.apply(preview)
    task = finish(preview.pk)

    assert [code for _status, codes in statuses(task) for code in codes][-1] == "STALE"
    assert course().short_description == "<p>By an editor</p>"
    assert not service.can_retry(task)  # it would find the same, and must not write what nobody was shown
    assert client_of("staff").post(f"{BASE}/{task.pk}/retry/").status_code == 409


def test_columns_of_an_undo_are_not_matched_as_those_of_the_upload_were(upload: Any, download: Any) -> None:
    """The headers of that sheet were our names for something else."""
    swapped = {"course_key": "course_key", "title": "short_description", "short_description": "title"}
    sheet = csv_of([{"course_key": FULL_KEY, "title": "A text", "short_description": "A title"}])
    staff = get_user_model().objects.get(username="staff")
    options: Any = {"file": ContentFile(sheet, name="sheet.csv"), "mapping": ColumnMapping(columns=swapped)}
    task = finish(service.submit(staff, task_type="course_update", site_domain="testserver", **options).task.pk)
    assert (task.status, course().title) == ("completed", "A title")
    file = download(f"{task.pk}/undo.csv").content

    undone = finish(service.undo(task, staff, "testserver", dry_run=False).task.pk)

    assert (undone.status, undone.mapping, undone.notes) == ("completed", {}, [])
    assert (course().title, course().short_description) == (OLD_TITLE, "<p>=SUM(A1:A9)</p>")
    assert statuses(upload("course_update", file)) == [("unchanged", [])]


def test_a_row_of_which_nothing_is_left_to_undo_is_skipped(upload: Any, download: Any, client_of: Any) -> None:
    task = upload("course_update", [{"course_key": BARE_KEY, "title": "By A"}])
    Course.objects.filter(key=BARE_KEY).update(title="By an editor")

    preview = finish(client_of("staff").post(f"{BASE}/{task.pk}/undo/").json()["id"])

    assert statuses(preview) == [("skipped", ["EDITED_SINCE"])]
    assert course(BARE_KEY).title == "By an editor"


def test_a_cell_that_was_emptied_lets_its_row_overwrite(edited: Any, upload: Any, download: Any) -> None:
    row = {**download(f"{edited.pk}/undo.csv").rows[0], "undo_expects": ""}

    task = upload("course_update", csv_of([row]))

    assert statuses(task) == [("succeeded", [])]
    assert course().title == OLD_TITLE


@pytest.mark.parametrize("cell", ["{", "title", "[1]"])
def test_a_cell_that_is_not_ours_writes_nothing(edited: Any, upload: Any, download: Any, cell: str) -> None:
    row = {**download(f"{edited.pk}/undo.csv").rows[0], "undo_expects": cell}

    task = upload("course_update", csv_of([row]))

    assert statuses(task) == [("invalid", ["BAD_UNDO_EXPECTS"])]
    assert course().title == "By B"


def test_a_price_that_was_edited_in_the_course_is_kept_in_every_row(upload: Any, download: Any) -> None:
    upload("course_rerun", [SECOND_RUN])
    rows = [{"course_run_key": key, "verified_price": "70"} for key in (FULL_RUN, SECOND_KEY)]
    task = upload("partial_updates", rows)
    sheet = download(f"{task.pk}/undo.csv")
    upload("course_update", [{"course_key": FULL_KEY, "verified_price": "99"}])

    undone = upload("partial_updates", sheet.content)

    assert statuses(undone) == [("skipped", ["EDITED_SINCE"])] * 2
    assert {str(entitlement.price) for entitlement in course().entitlements.all()} == {"99.00"}


def test_what_cannot_be_put_back_is_said_at_its_row(upload: Any, client_of: Any) -> None:
    Course.objects.filter(key=FULL_KEY).update(title="x" * 256)
    task = upload("course_update", [{"course_key": FULL_KEY, "title": "Changed", "level_type": "Advanced"}])

    preview = finish(client_of("staff").post(f"{BASE}/{task.pk}/undo/").json()["id"])

    (row,) = preview.rows.all()
    assert [(found["code"], found["column"]) for found in row.problems] == [("CANNOT_PUT_BACK", "title")]
    assert set(row.changes) == {"level_type"}


@pytest.mark.parametrize(
    ("type_name", "row", "code"),
    [
        ("course_rerun", SECOND_RUN, "CANNOT_UNDO"),
        ("course_update", {"course_key": BARE_KEY, "title": "Bare"}, "NOTHING_TO_UNDO"),
    ],
)
def test_what_cannot_be_undone_is_refused(upload: Any, client_of: Any, type_name: str, row: Any, code: str) -> None:
    task = upload(type_name, [row])

    answer = client_of("staff").post(f"{BASE}/{task.pk}/undo/")

    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_what_is_back_already_makes_no_task(upload: Any, client_of: Any) -> None:
    task = upload("course_update", [{"course_key": BARE_KEY, "title": "Changed"}])
    upload("course_update", [{"course_key": BARE_KEY, "title": "Bare"}])
    before = BulkOperationTask.objects.count()

    answer = client_of("staff").post(f"{BASE}/{task.pk}/undo/")

    assert (answer.status_code, answer.json()["code"]) == (409, "NOTHING_TO_UNDO")
    assert BulkOperationTask.objects.count() == before


def test_an_undo_by_staff_is_not_offered_to_the_uploader_who_may_not_see_it(upload: Any) -> None:
    task = upload("course_update", [{"course_key": FULL_KEY, "title": "By A"}], user="editor")
    pages = {}
    for name in ("staff", "editor"):
        page = Client()
        page.force_login(get_user_model().objects.get(username=name))
        if name == "staff":
            page.post(f"/bulk-operations/{task.pk}/undo/")
        pages[name] = page.get(f"/bulk-operations/{task.pk}/").content.decode()

    undo = BulkOperationTask.objects.latest("pk")
    assert (undo.uploaded_by.username, undo.origin_id) == ("staff", task.pk)
    assert (f"Undo #{undo.pk}" in pages["staff"], f"Undo #{undo.pk}" in pages["editor"]) == (True, False)


def test_the_page_shows_the_origin_and_offers_to_overwrite(edited: Any) -> None:
    page = Client()
    page.force_login(get_user_model().objects.get(username="staff"))
    address = "/bulk-operations"

    first = finish(int(page.post(f"{address}/{edited.pk}/undo/").url.rstrip("/").rpartition("/")[2]))
    shown = page.get(f"{address}/{first.pk}/").content.decode()
    second = finish(int(page.post(f"{address}/{first.pk}/overwrite-later-edits/").url.rstrip("/").rpartition("/")[2]))
    origin = page.get(f"{address}/{edited.pk}/").content.decode()

    assert f"Undoes #{edited.pk}" in shown
    assert "1 row was edited after the upload. Those edits stay unless you tick the row." in shown
    assert second.rows.get().changes["title"] == ["By B", OLD_TITLE]
    assert (finish(first.pk).status, second.status) == ("cancelled", "validated")
    assert f"Undo #{second.pk}" in origin
    assert course().title == "By B"
