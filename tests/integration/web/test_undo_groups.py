"""An undo says before it writes what it puts back, what was edited since, and what it cannot put back."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course
from tests.integration.reports.conftest import BARE_KEY, BASE, FULL_KEY, client_of  # noqa: F401 - fixtures
from tests.integration.web.conftest import PAGE
from tests.integration.web.test_task import page_of, texts, work

pytestmark = pytest.mark.usefixtures("names_fetched_once")

OLD_TITLE = "Introduction to Everything, and more"


def title_of(key: str) -> str:
    return str(Course.objects.get(key=key, draft=True).title)


@pytest.fixture
def edited(upload: Any) -> BulkOperationTask:
    """An upload, after which somebody has edited both titles."""
    rows = [{"course_key": FULL_KEY, "title": "By A", "level_type": "Advanced"}]
    task: BulkOperationTask = upload("course_update", [*rows, {"course_key": BARE_KEY, "title": "By A"}], user="editor")
    Course.objects.filter(key__in=(FULL_KEY, BARE_KEY)).update(title="By B")
    return task


def test_rows_that_are_ticked_are_put_back_too(edited, browser, client_of) -> None:  # noqa: F811
    page, api = browser("editor"), client_of("editor")
    first, again = (page.post(f"{PAGE}/{edited.pk}/undo/")["Location"] for _ in range(2))
    preview = edited.follow_ups.get()
    work(preview)
    assert first == again == f"{PAGE}/{preview.pk}/"
    assert api.get(f"{BASE}/{preview.pk}/").json()["to_apply"]["undo"] == {
        "put_back": 1,
        "edited_since": [2, 3],
        "cannot_undo": [],
    }
    shown = texts(page_of(page, preview))
    assert "1 row will be put back." in shown
    assert "2 rows were edited after the upload. Those edits stay unless you tick the rows." in shown
    assert "It is “By B” now; the upload had set “By A”" in shown

    row = preview.rows.get(origin_line=3)
    page.post(f"{PAGE}/{preview.pk}/overwrite-later-edits/", {"ticked": "1", "line": [row.line]})
    preview.refresh_from_db()
    assert "2 rows will be put back." in texts(page_of(page, preview))
    assert service.apply(preview)
    work(preview)

    assert (title_of(FULL_KEY), title_of(BARE_KEY)) == ("By B", "Bare")
    assert Course.objects.get(key=FULL_KEY, draft=True).level_type.name == "Introductory"
    assert preview.status == "completed"
    assert "Undo..." not in page_of(page, edited)
    refused = api.post(f"{BASE}/{edited.pk}/undo/")
    assert (refused.status_code, refused.json()["code"]) == (409, "ALREADY_UNDONE")


def test_one_call_undoes_and_names_the_rows_that_it_overwrites(edited, client_of) -> None:  # noqa: F811
    api, address = client_of("editor"), f"{BASE}/{edited.pk}/undo/"

    def ask(**body: Any) -> Any:
        return api.post(address, body, content_type="application/json")

    refused = ask(overwrite_lines=[3, 9])
    assert (refused.status_code, refused.json()["code"], refused.json()["lines"]) == (404, "LINE_NOT_FOUND", [9])
    answer = ask(overwrite_lines=[3], dry_run=False)
    task = BulkOperationTask.objects.get(pk=answer.json()["id"])
    work(task)

    assert (answer.status_code, task.status) == (201, "completed")
    assert (title_of(FULL_KEY), title_of(BARE_KEY)) == ("By B", "Bare")


def test_an_undo_asked_for_again_is_the_same_while_it_waits(edited, client_of) -> None:  # noqa: F811
    answers = [client_of("editor").post(f"{BASE}/{edited.pk}/undo/") for _ in range(2)]
    staff = client_of("staff").post(f"{BASE}/{edited.pk}/undo/")

    assert [answer.status_code for answer in (*answers, staff)] == [201, 200, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"] != staff.json()["id"]
    service.cancel(BulkOperationTask.objects.get(pk=staff.json()["id"]), get_user_model().objects.get(username="staff"))
    assert client_of("staff").post(f"{BASE}/{edited.pk}/undo/").status_code == 201


def test_why_something_cannot_be_put_back_is_said_at_its_row(upload, browser) -> None:
    Course.objects.filter(key=FULL_KEY).update(title="x" * 256)
    task = upload("course_update", [{"course_key": FULL_KEY, "title": "Changed"}])
    page = browser("staff")
    page.post(f"{PAGE}/{task.pk}/undo/")
    preview = task.follow_ups.get()
    work(preview)

    shown = texts(page_of(page, preview))
    assert "1 row can't be undone completely." in shown.replace("&#x27;", "'")
    assert "A cell can't hold it." in shown.replace("&#x27;", "'")
    assert title_of(FULL_KEY) == "Changed"
