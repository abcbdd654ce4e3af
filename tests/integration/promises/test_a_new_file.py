"""A new file made of a task is one entry of the table: REST, the page, the admin and the command offer it."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import clear_url_caches

from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.reports import kinds
from course_discovery_bulk.reports.table import Table
from tests.integration.pipeline.conftest import Run, csv_of, good_row
from tests.integration.promises.conftest import ADMIN, PAGE, REST

pytestmark = pytest.mark.usefixtures("names_fetched_once")


def lines_table(task: BulkOperationTask, user: Any, host: str) -> Table:
    """The numbers of the rows, and for whom."""
    lines = task.rows.order_by("line").values_list("line", flat=True)
    return Table(headers=("line", "who"), rows=((str(line), f"{user.get_username()}@{host}") for line in lines))


LINES = kinds.TaskFile(
    kind="lines", label="Row numbers", summary="The numbers", make=lines_table, is_offered=lambda _task, _counts: True
)
CONTENT = "line,who\r\n2,staff@testserver\r\n"


def _read_addresses_anew() -> None:
    """As a process does when it starts."""
    for name in ("api.urls", "web.urls", "urls", "root_urls"):  # by name: tests of other hosts import the last one anew
        importlib.reload(importlib.import_module(f"course_discovery_bulk.{name}"))
    clear_url_caches()


@pytest.fixture(autouse=True)
def lines_file() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kinds, "TASK_FILES", (*kinds.TASK_FILES, LINES))
        _read_addresses_anew()
        yield
    _read_addresses_anew()


@pytest.fixture
def task(run: Run) -> BulkOperationTask:
    return run(csv_of(good_row("LINES")))


def check(answer: Any) -> None:
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="courses-lines.csv"'
    assert b"".join(answer.streaming_content).decode("utf-8-sig") == CONTENT


def test_rest_gives_its_address_and_the_file(staff: Client, task: BulkOperationTask) -> None:
    described = staff.get(f"{REST}/{task.pk}/").json()

    assert described["lines_url"] == f"http://testserver{REST}/{task.pk}/lines.csv"
    check(staff.get(described["lines_url"]))


def test_the_page_has_a_button_for_it(staff: Client, task: BulkOperationTask) -> None:
    page = staff.get(f"{PAGE}/{task.pk}/").content.decode()

    assert f'href="{PAGE}/{task.pk}/lines.csv"' in page
    assert "Row numbers</a>" in page
    check(staff.get(f"{PAGE}/{task.pk}/lines.csv"))


def test_the_page_of_a_preview_has_it_too(staff: Client, run: Run) -> None:
    preview = run(csv_of(good_row("LINES")), dry_run=True)

    assert f'href="{PAGE}/{preview.pk}/lines.csv"' in staff.get(f"{PAGE}/{preview.pk}/").content.decode()


def test_the_admin_links_to_it(staff: Client, task: BulkOperationTask) -> None:
    address = f"{ADMIN}/{task.pk}/lines.download"

    assert f'<a href="{address}">Row numbers</a>' in staff.get(f"{ADMIN}/{task.pk}/change/").content.decode()
    check(staff.get(address))


def test_the_command_writes_it(seeded: None, tmp_path: Path) -> None:
    source, target = tmp_path / "courses.csv", tmp_path / "lines.csv"
    source.write_text(csv_of(good_row("LINES")), encoding="utf-8")
    said = io.StringIO()

    arguments = (str(source), "--type=course_create", "--user=staff", "--host=testserver", f"--lines={target}")
    call_command("bulk_operation", *arguments, stdout=said, stderr=said)

    assert target.read_bytes().decode("utf-8-sig") == CONTENT
