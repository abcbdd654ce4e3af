"""What an uploader says about how a file is read: over REST, on the page, with the command."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from course_discovery_bulk.models import BulkOperationTask
from tests.integration.reports.conftest import BARE
from tests.unit.reading.workbooks import fill, saved

pytestmark = pytest.mark.django_db

TASKS = "/api/v1/bulk_operation_tasks/"
CHECK = "/bulk-operations/check/"
CHOICES = {"sheet": "Fall 2027", "header_row": "3"}


def book() -> bytes:
    """A cover, and a sheet with two header lines: names of somebody else's above ours."""
    made = openpyxl.Workbook()
    fill(made.active, [["Catalog of the department"]])
    fill(
        made.create_sheet("Fall 2027"),
        [["title", "number"], ["as in", "the old system"], list(BARE), list(BARE.values())],
    )
    return saved(made)


def send(client: Client, content: bytes, url: str = TASKS, **fields: str) -> Any:
    file = SimpleUploadedFile("catalog.xlsx", content)
    return client.post(url, {"csv_file": file, "task_type": "course_create", **fields})


def stored() -> tuple[dict[str, Any], dict[str, Any], int]:
    task = BulkOperationTask.objects.get()
    return task.options, task.reading, task.total_count


def test_sheet_and_row_of_the_header_are_chosen_over_rest(client_of: Any) -> None:
    look = send(client_of("editor"), book(), f"{TASKS}inspect/", **CHOICES).json()
    answer = send(client_of("editor"), book(), **CHOICES)

    assert look["acceptable"] is True
    assert (look["reading"]["sheet"], look["reading"]["header_line"]) == ("Fall 2027", 3)
    assert answer.status_code == 201, answer.json()
    options, reading, count = stored()
    assert options == {"sheet": "Fall 2027", "header_row": 3}
    assert (reading["sheet"], reading["header_line"], count) == ("Fall 2027", 3, 1)


@pytest.mark.parametrize(("given", "name"), [("bar", "bar"), ("|", "bar")])
def test_encoding_and_delimiter_are_chosen_over_rest(client_of: Any, given: str, name: str) -> None:
    table = "\n".join(["|".join(BARE), "|".join({**BARE, "title": "Århus"}.values()), ""])
    answer = send(client_of("editor"), table.encode("cp1252"), encoding="windows-1252", delimiter=given, decimal=",")

    assert answer.status_code == 201, answer.json()
    options, reading, _count = stored()
    assert options == {"encoding": "cp1252", "delimiter": name, "decimal": "comma"}
    assert reading["evidence"]["chosen_mark"] == ","
    assert (reading["encoding"], reading["delimiter"]) == ("cp1252", "|")


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"sheet": "Spring"}, "NO_SUCH_SHEET"),
        ({"sheet": "x" * 256}, "BAD_OPTION"),
        ({"header_row": "0"}, "BAD_OPTION"),
        ({"delimiter": "blank"}, "BAD_OPTION"),
        ({"decimal": "blank"}, "BAD_OPTION"),
    ],
)
def test_choices_that_cannot_be_are_refused(client_of: Any, choice: dict[str, str], code: str) -> None:
    for url in (TASKS, f"{TASKS}inspect/"):
        answer = send(client_of("editor"), book(), url, **choice)
        assert [found["code"] for found in answer.json()["problems"]] == [code]


def test_page_offers_the_sheets_of_a_workbook_that_begins_with_a_cover(people: Any) -> None:
    client = Client()
    client.force_login(people["editor"])

    refused = send(client, book(), CHECK).content.decode()
    chosen = send(client, book(), CHECK, **CHOICES).content.decode()

    assert '<option value="Fall 2027">Fall 2027' in refused
    assert '<option selected value="Fall 2027">Fall 2027' in chosen
    assert "The file can be used" in chosen
    assert '<th scope="row">3</th><td class="head">' in re.sub(r">\s+<", "><", chosen)


def test_command_takes_the_same_choices(people: Any, tmp_path: Path) -> None:
    file = tmp_path / "catalog.xlsx"
    file.write_bytes(book())
    arguments = ("--type=course_create", "--user=editor", "--host=testserver", "--dry-run")
    quiet = {"stdout": io.StringIO(), "stderr": io.StringIO()}

    with suppress(SystemExit):  # the stand-in has no catalog here; the file is taken all the same
        call_command("bulk_operation", str(file), *arguments, "--sheet=Fall 2027", "--header-row=3", **quiet)

    assert stored()[0] == {"sheet": "Fall 2027", "header_row": 3, "dry_run": True, "notify": "never"}
