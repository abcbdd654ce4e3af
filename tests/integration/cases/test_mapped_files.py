"""Sheets read by a mapping: what comes of the files that we make of them, and what is remembered."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile

from course_discovery_bulk import service
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.reports.csv import write_csv
from course_discovery_bulk.reports.results import failed_table
from sandbox.discovery.models import Course
from tests.integration.cases.stored import codes
from tests.integration.operations.conftest import work
from tests.integration.operations.test_preview import client


def staff() -> Any:
    return get_user_model().objects.get(username="staff")


def upload(content: str | bytes, mapping: dict[str, Any] | None = None, **options: Any) -> BulkOperationTask:
    raw = content.encode() if isinstance(content, str) else content
    chosen = None if mapping is None else ColumnMapping.from_dict(mapping)
    file = ContentFile(raw, name="sheet.csv")
    made = service.submit(
        staff(), file=file, task_type="course_update", options=options, site_domain="testserver", mapping=chosen
    )
    return work(made.task)


def topics(key: str) -> list[str]:
    return sorted(client().get_course(key)["topics"])


def test_rows_to_fix_of_a_sheet_with_columns_called_like_ours_are_read_as_before(catalog: None) -> None:
    mapping = {"columns": {"Key": "course_key", "Status": "topics", "Line": None}}
    first = upload("Key,Status,Line\nedX+BASE1,rivers,7\nedX+NONE,lakes,8\n", mapping)
    to_fix = b"".join(write_csv(failed_table(first))).replace(b"edX+NONE", b"edX+BASE2")

    second = upload(to_fix)
    third = upload("Line,Key,Status\n9,edX+BASE3,seas\n")

    assert b"Key (uploaded),Status (uploaded),Line (uploaded)" in to_fix
    assert [topics(f"edX+BASE{number}") for number in (1, 2, 3)] == [["rivers"], ["lakes"], ["seas"]]
    assert [[note["code"] for note in task.notes] for task in (second, third)] == [["MAPPING_REMEMBERED"]] * 2


def test_what_one_value_for_all_rows_named_can_be_undone(catalog: None) -> None:
    task = upload("title\nRivers\n", {"constants": {"course_key": "edX+BASE1"}})
    assert Course.objects.get(key="edX+BASE1", draft=True).title == "Rivers"

    work(service.undo(task, staff(), "testserver", dry_run=False).task)

    assert Course.objects.get(key="edX+BASE1", draft=True).title == "First course"


def test_a_preview_that_was_discarded_is_not_remembered(catalog: None) -> None:
    wrong = {"columns": {"Kennung": "course_key", "Foo": "topics"}}
    preview = upload("Kennung,Foo\nedX+BASE1,rivers\n", wrong, dry_run=True)
    assert codes(preview, 2) == []
    service.cancel(preview, staff())
    work(preview)

    with pytest.raises(UploadRefused):
        upload("Kennung,Foo\nedX+BASE1,rivers\n")
