"""A new operation is one module: named in the settings, it is offered and works wherever operations are."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from course_discovery_bulk.management.commands.bulk_operation import Command
from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course
from tests.host_operation import LABEL, TYPE, add_operation
from tests.integration.operations.conftest import work
from tests.integration.pipeline.conftest import csv_of, good_row
from tests.integration.promises.conftest import ADMIN, PAGE, REST

pytestmark = pytest.mark.usefixtures("names_fetched_once")

HEADER = "organization,title,number,"


@pytest.fixture(autouse=True)
def host_operation(private_files: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    add_operation(tmp_path, settings, monkeypatch)


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("courses.csv", csv_of(good_row("HOST1")).encode())


def content_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def finish() -> None:
    """Work on the only task until it rests; it has made its course."""
    task = work(BulkOperationTask.objects.get())
    assert (task.task_type, task.status) == (TYPE, "completed")
    assert Course.objects.filter(key="edX+HOST1").exists()


def test_rest_describes_it_last_and_runs_it(staff: Client) -> None:
    assert [operation["type"] for operation in staff.get(f"{REST}/operations/").json()][-1] == TYPE
    assert staff.get(f"{REST}/operations/{TYPE}/").json()["label"] == LABEL
    assert staff.get(f"{REST}/operations/{TYPE}/schema.json").json()["name"] == TYPE
    assert content_of(staff.get(f"{REST}/operations/{TYPE}/template.csv")).startswith(HEADER)

    answer = staff.post(f"{REST}/", {"csv_file": file(), "task_type": TYPE})

    assert answer.status_code == 201
    finish()


def test_the_page_offers_it_last_and_runs_it(staff: Client) -> None:
    page = staff.get(f"{PAGE}/").content.decode()
    offered = re.findall(r'name="operation" value="(\w+)"( checked)?', page)
    assert offered[0] == ("course_create", " checked")
    assert offered[-1] == (TYPE, "")
    assert LABEL in page
    assert content_of(staff.get(f"{PAGE}/operations/{TYPE}/template.csv")).startswith(HEADER)

    sent = {"csv_file": file(), "task_type": TYPE, "wish": "run", "is_whole": "1", "sent_once": "0" * 32}
    answer = staff.post(f"{PAGE}/", sent)

    assert answer.status_code == 302
    finish()
    assert LABEL in staff.get(answer["Location"]).content.decode()


def test_the_admin_offers_it_last_and_runs_it(staff: Client) -> None:
    page = staff.get(f"{ADMIN}/add/").content.decode()
    select = page[page.index('<select name="task_type"') :].partition("</select>")[0]
    offered = re.findall(r'<option value="(\w+)"', select)
    assert (offered[0], offered[-1]) == ("course_create", TYPE)

    answer = staff.post(f"{ADMIN}/add/", {"csv_file": file(), "task_type": TYPE, "sent_once": "0" * 32})

    assert answer.status_code == 302
    finish()
    assert LABEL in staff.get(f"{ADMIN}/").content.decode()


def test_the_command_names_it_last_and_runs_it(staff: Client, tmp_path: Path) -> None:
    parser = Command().create_parser("manage.py", "bulk_operation")
    (named,) = [action.help for action in parser._actions if "--type" in action.option_strings]
    assert (named or "").endswith(f", {TYPE}")
    path = tmp_path / "courses.csv"
    path.write_bytes(file().read())
    out = io.StringIO()

    call_command(
        "bulk_operation", str(path), f"--type={TYPE}", "--user=staff", "--host=testserver", stdout=out, stderr=out
    )

    assert LABEL in out.getvalue()
    finish()
