"""How a sheet was read is remembered with what its columns mean, and applied to the next one with the same headers."""

from __future__ import annotations

import json
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from course_discovery_bulk.models import BulkOperationTask, SavedMapping
from tests.unit.reading.workbooks import fill, saved

pytestmark = pytest.mark.django_db

TASKS = "/api/v1/bulk_operation_tasks/"
HEADERS = ["Our name", "Our number", "Begin", "Finish"]
MAPPING = {
    "columns": {"Our name": "title", "Our number": "number", "Begin": "start_date", "Finish": "end_date"},
    "constants": {
        "organization": "edX",
        "course_enrollment_track": "Audit Only",
        "course_run_enrollment_track": "Audit Only",
        "course_pacing": "Self-Paced",
    },
}
CHOICES = {"sheet": "Courses", "header_row": "2", "date_order": "dmy", "decimal": "comma"}
CHOSEN = {"sheet": "Courses", "header_row": 2, "date_order": "dmy", "decimal": "comma"}


def book(sheet: str = "Courses", title: str = "Rivers") -> bytes:
    """A cover with a table of its own, and a sheet with a title above headers that nobody knows."""
    made = openpyxl.Workbook()
    fill(made.active, [["Department", "Contact"], ["Geography", "Ann"]])
    rows = [[title, "R1", "03/04/2030", "05/06/2030"]]
    fill(made.create_sheet(sheet), [["Plans of", "the year"], HEADERS, *rows])
    return saved(made)


def send(client: Client, content: bytes, url: str = TASKS, *, mapping: Any = None, **fields: str) -> Any:
    given = {"mapping": json.dumps(mapping)} if mapping else {}
    file = SimpleUploadedFile("plans.xlsx", content)
    return client.post(url, {"csv_file": file, "task_type": "course_create", **given, **fields}).json()


def newest() -> BulkOperationTask:
    return BulkOperationTask.objects.latest("pk")


def told(body: dict[str, Any]) -> list[str]:
    return [note["code"] for note in body["notes"] if note["code"].endswith("_REMEMBERED")]


def test_the_next_file_with_these_headers_needs_no_choice(client_of) -> None:
    client = client_of("editor")
    send(client, book(), mapping=MAPPING, **CHOICES)
    look = send(client, book(title="Lakes"), f"{TASKS}inspect/")
    body = send(client, book(title="Lakes"))
    task = newest()
    again = send(client, book(title="Seas"))

    assert (look["acceptable"], look["recalled"], look["row_count"]) == (True, CHOSEN, 1)
    assert [(sheet["name"], sheet["is_hidden"]) for sheet in look["sheets"]] == [("Sheet", False), ("Courses", False)]
    assert told(body) == told(again) == ["READING_REMEMBERED", "MAPPING_REMEMBERED"]
    assert "sheet = Courses, header_row = 2, date_order = dmy, decimal = comma" in str(body["notes"])
    assert (task.options, task.date_order, task.total_count) == ({}, "dmy", 1)
    assert task.reading["sheet"] == newest().reading["sheet"] == "Courses"
    assert newest().date_order == "dmy"


def test_what_is_chosen_counts_and_a_sheet_that_is_not_there_is_not_recalled(client_of) -> None:
    client = client_of("editor")
    send(client, book(), mapping=MAPPING, **CHOICES)
    chosen = send(client, book(), f"{TASKS}inspect/", sheet="Courses", header_row="2", date_order="mdy")
    renamed = send(client, book(sheet="Plans"), f"{TASKS}inspect/")

    assert chosen["recalled"] == {"decimal": "comma"}
    assert (renamed["recalled"], renamed["reading"]["sheet"]) == ({}, "Sheet")


def test_a_saved_mapping_keeps_how_its_sheet_is_read(client_of) -> None:
    body = {"name": "Plans", "task_type": "course_create", "headers": HEADERS, "mapping": MAPPING, "reading": CHOSEN}
    client = client_of("editor")
    kept = client.post(f"{TASKS}mappings/", json.dumps(body), content_type="application/json").json()
    wrong = {**body, "reading": {"on_error": "stop"}}
    refused = client.post(f"{TASKS}mappings/", json.dumps(wrong), content_type="application/json")
    look = send(client, book(), f"{TASKS}inspect/")

    assert (kept["reading"], SavedMapping.objects.get().reading) == (CHOSEN, CHOSEN)
    assert refused.status_code == 400
    assert (look["recalled"], look["remembered"]) == (CHOSEN, "Plans")


def test_an_encoding_is_recalled_only_if_the_file_cannot_be_read_without(client_of) -> None:
    client = client_of("editor")
    table = "Our name,Our number,Begin,Finish\nÅrhus,R1,2030-01-01,2030-02-01\n"
    send(client, table.encode("cp1252"), mapping=MAPPING, encoding="cp1252")
    look = send(client, table.encode(), f"{TASKS}inspect/")

    assert (look["recalled"], look["reading"]["encoding"]) == ({}, "utf-8")
    assert look["rows"][0]["cells"][0] == "Århus"


def test_inspection_names_the_operation_that_fits_better(client_of) -> None:
    file = SimpleUploadedFile("a.csv", b"course_run_key,length\nx,4\n")
    body = client_of("editor").post(f"{TASKS}inspect/", {"csv_file": file, "task_type": "course_update"}).json()

    assert body["better_operation"] == "course_run_update"
