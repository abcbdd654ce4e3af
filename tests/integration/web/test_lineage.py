"""Follow-ups and their origins: what was corrected or retried counts down there, and each end names the other."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.pipeline.record_fixes import record_fixes
from sandbox.discovery.models import Course
from tests.csv_files import csv_of
from tests.integration.api.records import make_rows, make_task
from tests.integration.reports.conftest import BARE_KEY, BASE, FULL_KEY, client_of, download  # noqa: F401 - fixtures
from tests.integration.web.conftest import PAGE
from tests.integration.web.test_task import page_of, texts, work

pytestmark = pytest.mark.usefixtures("names_fetched_once")

GOOD = {"course_key": FULL_KEY, "title": "A new title", "level_type": ""}
NO_LEVEL = {"course_key": BARE_KEY, "title": "", "level_type": "Nowhere"}
NO_COURSE = {"course_key": "edX+NONE", "title": "Lost", "level_type": ""}


def say(task: BulkOperationTask, line: int, **cells: str) -> None:
    """What somebody edits in a preview before it is checked."""
    row = task.rows.get(line=line)
    row.cells |= cells
    row.save()


def apply_preview(task: BulkOperationTask) -> None:
    work(task)
    assert service.apply(task)
    work(task)


def told(client: Any, task: BulkOperationTask) -> dict[str, Any]:
    return {name: client.get(f"{BASE}/{task.pk}/").json()[name] for name in ("origin", "follow_ups", "to_fix")}


def test_rows_that_failed_are_fixed_in_follow_ups_until_none_is_left(upload, browser, client_of, download) -> None:  # noqa: F811
    origin = upload("course_update", [GOOD, NO_LEVEL, NO_COURSE], user="editor")
    page, api = browser("editor"), client_of("editor")
    assert "Fix the 2 rows that failed" in texts(page_of(page, origin))
    assert told(api, origin) == {"origin": None, "follow_ups": [], "to_fix": {"now": 2, "at_first": 2}}

    opened, again = (page.post(f"{PAGE}/{origin.pk}/correct/")["Location"] for _ in range(2))
    first = BulkOperationTask.objects.latest("pk")
    assert opened == again == f"{PAGE}/{first.pk}/"
    assert list(first.rows.values_list("line", "origin_line")) == [(3, 3), (4, 4)]
    assert (first.options["dry_run"], first.uploaded_by.username) == (True, "editor")
    say(first, 3, level_type="Advanced")
    apply_preview(first)

    assert Course.objects.get(key=BARE_KEY, draft=True).level_type.name == "Advanced"
    assert told(api, origin)["to_fix"] == {"now": 1, "at_first": 2}
    assert told(api, first)["origin"] == {"id": origin.pk, "kind": "correction"}
    assert [row["line"] for row in download(f"{origin.pk}/failed.csv", "editor").rows] == ["4"]
    assert api.post(f"{BASE}/{origin.pk}/correct/").json()["id"] == first.pk  # the row that is left is there

    answer = api.post(f"{BASE}/{first.pk}/correct/")
    second = BulkOperationTask.objects.get(pk=answer.json()["id"])
    say(second, 4, course_key=BARE_KEY)
    apply_preview(second)

    assert (answer.status_code, Course.objects.get(key=BARE_KEY, draft=True).title) == (201, "Lost")
    assert told(api, first)["to_fix"] == {"now": 0, "at_first": 1}
    assert told(api, origin) == {
        "origin": None,
        "follow_ups": [{"id": first.pk, "kind": "correction", "status": "partially_completed"}],
        "to_fix": {"now": 0, "at_first": 2},
    }
    assert api.get(f"{BASE}/{origin.pk}/rows/4/").json()["fixed_by"] == second.pk
    shown = texts(page_of(page, origin))
    assert "0 of 2 rows still need fixing." in shown
    assert f"Follow-ups: Correction #{first.pk} (Partly completed)" in shown
    assert "Fix the" not in shown
    assert f"Corrects #{first.pk}" in texts(page_of(page, second))
    assert "to fix" not in texts(page.get(f"{PAGE}/history/").content.decode())
    assert api.post(f"{BASE}/{second.pk}/correct/").json()["code"] == "NOT_POSSIBLE"
    admin = browser("staff").get(f"/admin/course_discovery_bulk/bulkoperationtask/{origin.pk}/change/")
    of_admin = texts(admin.content.decode())
    assert f"Correction #{first.pk} (Partially completed)" in of_admin
    assert "0 of 2" in of_admin


def test_rows_to_fix_that_are_corrected_by_hand_count_down(upload, client_of, download) -> None:  # noqa: F811
    origin = upload("course_update", [NO_LEVEL, NO_COURSE], user="editor")
    rows = [{**row, "level_type": "Advanced"} for row in download(f"{origin.pk}/failed.csv", "editor").rows]
    theirs = upload("course_update", csv_of(rows), user="mit_editor")
    mine = upload("course_update", csv_of(rows[::-1]), user="editor")

    assert theirs.origin_id is None  # another's upload is not theirs to follow
    assert list(mine.rows.values_list("line", "origin_line", "status")) == [(2, 3, "invalid"), (3, 2, "succeeded")]
    assert told(client_of("editor"), origin) == {
        "origin": None,
        "follow_ups": [{"id": mine.pk, "kind": "correction", "status": "partially_completed"}],
        "to_fix": {"now": 1, "at_first": 2},
    }
    assert upload("course_run_update", csv_of([{**rows[0], "course_run_key": "x"}]), user="editor").origin_id is None


def test_only_what_a_follow_up_has_done_counts(upload) -> None:
    editor = get_user_model().objects.get(username="editor")
    statuses = ("failed", "partly_done", "unknown", "invalid", "succeeded")

    def following(status: str, **fields: Any) -> tuple[BulkOperationTask, BulkOperationTask]:
        origin = make_task(editor)
        for row, of_origin in zip(make_rows(origin, len(statuses)), statuses, strict=True):
            type(row).objects.filter(task=origin, line=row.line).update(status=of_origin)
        follower = make_task(editor, origin=origin, **fields)
        make_rows(follower, len(statuses), status=status)
        for row in follower.rows.all():
            follower.rows.filter(pk=row.pk).update(origin_line=row.line)
        return origin, follower

    expected = {
        ("succeeded", "retry", False): [2, 3, 4, 5],
        ("unchanged", "correction", False): [2, 3, 4, 5],
        ("skipped", "correction", False): [2, 4, 5],  # what is there in part was not completed
        ("failed", "correction", False): [],
        ("succeeded", "correction", True): [2, 3, 4, 5],
        ("unchanged", "correction", True): [],  # a preview that was discarded
        ("skipped", "correction", True): [],
        ("succeeded", "undo", False): [],
    }
    found = {}
    for status, kind, is_cancelled in expected:
        origin, follower = following(status, origin_kind=kind)
        for _again in range(2):  # a worker may have crashed before the end was written
            record_fixes(follower, is_cancelled=is_cancelled)
        origin.refresh_from_db()
        marked = list(origin.rows.filter(fixed_by=follower.pk).order_by("line").values_list("line", flat=True))
        assert origin.fixed_count == len(marked)
        found[status, kind, is_cancelled] = marked
    assert found == expected

    origin, follower = following("skipped", origin_kind="correction")
    follower.rows.update(is_left_out=True)
    record_fixes(follower, is_cancelled=False)
    assert not origin.rows.filter(fixed_by__isnull=False).exists()


def test_rows_of_a_discarded_correction_are_free_again(upload) -> None:
    origin = upload("course_update", [NO_LEVEL], user="editor")
    editor = get_user_model().objects.get(username="editor")
    first = service.correct(origin, editor).task
    assert service.cancel(first, editor)
    work(first)

    second = service.correct(origin, get_user_model().objects.get(username="staff")).task

    assert (second.pk > first.pk, second.uploaded_by, second.idempotency_key) == (
        True,
        editor,
        f"correction-2-of-{origin.pk}",
    )
