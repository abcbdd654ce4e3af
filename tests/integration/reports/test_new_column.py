"""A new column is one declaration: in a temporary module, on fields of the sandbox that no column of ours names."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.numbers import Boolean
from course_discovery_bulk.columns.text import Text
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.operations import course_create, partial_updates
from tests.integration.reports.conftest import BARE, BARE_KEY, BARE_RUN, csv_of, statuses

pytestmark = pytest.mark.usefixtures("names_fetched_once")

OF_COURSE = Column(name="hide_from_search_engines", field="excluded_from_seo", kind=Boolean(), help="", example="TRUE")
OF_RUN = Column(on_run=True, name="license", field="license", kind=Text(), help="", example="CC BY")
NEW = {OF_COURSE.name: "TRUE", OF_RUN.name: "CC BY"}
ROW = {"course_run_key": BARE_RUN, **NEW}


@pytest.fixture(autouse=True)
def extra(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two operations like ours with these columns besides."""
    paths = []
    for operation in (partial_updates.OPERATION, course_create.OPERATION):
        module: Any = ModuleType(f"bulk_test_{operation.type}")
        columns = (*operation.columns, OF_COURSE, OF_RUN)
        module.OPERATION = replace(operation, type=f"extra_{operation.type}", columns=columns)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        paths.append(module.__name__)
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "EXTRA_OPERATIONS": paths}


def shown(discovery: DiscoveryClient, key: str) -> tuple[Any, Any]:
    course = discovery.get_course(key)
    return course["excluded_from_seo"], course["course_runs"][0]["license"]


def test_it_is_compared_exported_and_undone(upload, download, discovery) -> None:
    task = upload("extra_partial_updates", [ROW])
    again = upload("extra_partial_updates", [ROW])

    assert statuses(task) == [("succeeded", [])]
    assert task.rows.get().changes == {"excluded_from_seo": [False, True], "run.license": ["", "CC BY"]}
    assert (statuses(again), again.rows.get().steps) == ([("unchanged", [])], [])
    assert shown(discovery, BARE_KEY) == (True, "CC BY")

    export = download("operations/extra_partial_updates/export.csv", keys=BARE_RUN)
    assert NEW.items() <= export.row(course_run_key=BARE_RUN).items()
    assert statuses(upload("extra_partial_updates", export.content)) == [("unchanged", [])]

    undo = download(f"{task.pk}/undo.csv")
    assert (undo.rows[0]["edited_since"], undo.rows[0]["cannot_undo"]) == ("", "")
    assert statuses(upload("extra_partial_updates", undo.content)) == [("succeeded", [])]
    assert shown(discovery, BARE_KEY) == (False, "")


def test_a_new_course_gets_it(upload, discovery) -> None:
    task = upload("extra_course_create", csv_of([{**BARE, **NEW, "number": "EXTRA1"}]))

    assert statuses(task) == [("succeeded", [])]
    assert shown(discovery, "edX+EXTRA1") == (True, "CC BY")


def test_a_value_that_discovery_does_not_keep_is_told_at_its_cell(upload, monkeypatch) -> None:
    original = DiscoveryClient.update_run

    def without_license(self: DiscoveryClient, key: str, body: Any) -> Any:
        return original(self, key, {name: value for name, value in body.items() if name != "license"})

    monkeypatch.setattr(DiscoveryClient, "update_run", without_license)

    row = upload("extra_partial_updates", [ROW]).rows.get()

    assert row.status == "partly_done"
    assert [problem["column"] for problem in row.problems] == ["license"]


def test_a_column_that_discovery_does_not_show_is_left_out_of_an_export(upload, download, monkeypatch) -> None:
    original = DiscoveryClient.list_courses

    def without_watchers(self: DiscoveryClient, *args: Any, **more: Any) -> Any:
        for answer in original(self, *args, **more):
            yield {name: value for name, value in answer.items() if name != "watchers"}

    whole = download("operations/course_update/export.csv").headers
    monkeypatch.setattr(DiscoveryClient, "list_courses", without_watchers)

    sheet = download("operations/course_update/export.csv")

    assert sheet.headers == [name for name in whole if name != "watchers"]
    assert {status for status, _ in statuses(upload("course_update", sheet.content))} == {"unchanged"}
