"""A look at a file before it is uploaded: what is said of it, and that nothing of it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from course_discovery_bulk.models import BulkOperationTask
from tests.integration.api.test_upload import COURSES, HEADER, ROW, form, stored_files

pytestmark = pytest.mark.django_db

URL = "/api/v1/bulk_operation_tasks/inspect/"
WITH_COLOUR = "organization;title;colour\nedX;Año;red\nMITx;;red\nedX;B;blue\n".encode("cp1252")


def test_a_good_file(client_of) -> None:
    answer = client_of("editor").post(URL, form(HEADER + ROW * 7))

    body = answer.json()
    assert answer.status_code == 200
    assert (body["acceptable"], body["row_count"], body["problems"]) == (True, 7, [])
    assert body["reading"]["encoding"] == "utf-8"
    assert body["reading"]["delimiter"] == ","
    assert body["header"][1] == {
        "letter": "B",
        "text": "title",
        "column": "title",
        "is_ours": False,
        "proposed": "title",
        "is_certain": True,
        "reason": "name",
        "samples": ["Intro"],
        "others": [],
    }
    assert [row["line"] for row in body["rows"]] == [2, 3, 4, 5, 6]
    assert body["rows"][0]["cells"][:3] == ["edX", "Intro", "CS101"]
    assert body["profile"][1] == {
        "header": "title",
        "filled": 7,
        "distinct": 1,
        "most_frequent": [{"value": "Intro", "count": 7}],
        "longest": 5,
    }


def test_a_file_that_an_upload_would_refuse_for_its_header(client_of) -> None:
    body = client_of("editor").post(URL, form(WITH_COLOUR)).json()

    assert (body["acceptable"], body["row_count"]) == (False, 3)
    assert (body["reading"]["encoding"], body["reading"]["delimiter"]) == ("cp1252", ";")
    assert [cell["column"] for cell in body["header"]] == ["organization", "title", ""]
    codes = {(found["code"], found["column"], found["address"]) for found in body["problems"]}
    assert {("UNKNOWN_COLUMN", "colour", "C1"), ("MISSING_COLUMN", "number", "")} <= codes
    assert [(column["header"], column["filled"], column["distinct"]) for column in body["profile"]] == [
        ("organization", 3, 2),
        ("title", 2, 2),
        ("colour", 3, 2),
    ]
    assert body["profile"][2]["most_frequent"] == [{"value": "red", "count": 2}, {"value": "blue", "count": 1}]


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "EMPTY_FILE"), (HEADER, "NO_ROWS"), (b"%PDF-1.7\n", "NOT_A_TABLE")]
)
def test_a_file_that_cannot_be_read(client_of, content: bytes, code: str) -> None:
    answer = client_of("editor").post(URL, form(content))

    body = answer.json()
    assert answer.status_code == 200
    assert [found["code"] for found in body.pop("problems")] == [code]
    assert body == {
        "acceptable": False,
        "row_count": None,
        "reading": {},
        "header": [],
        "rows": [],
        "profile": [],
        "mapping": {},
        "remembered": None,
        "missing": [],
        "sheets": [],
        "recalled": {},
        "better_operation": None,
        "unknown_values": [],
    }


def test_nothing_is_kept(client_of, upload_folder: Path) -> None:
    client_of("editor").post(URL, form())

    assert not BulkOperationTask.objects.exists()
    assert not stored_files(upload_folder)


def test_problems_are_english_whatever_the_client_speaks(client_of) -> None:
    client = client_of("editor")

    english, spanish = (
        client.post(URL, form(WITH_COLOUR), headers={"Accept-Language": language}).json() for language in ("en", "es")
    )

    assert english == spanish


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"csv_file": ""}, "csv_file"), ({"task_type": ""}, "task_type"), ({"task_type": "x"}, "task_type")],
)
def test_a_form_that_is_not_complete_is_refused(client_of, changed, field) -> None:
    answer = client_of("editor").post(URL, {**form(), **changed})

    assert answer.status_code == 400
    assert field in answer.json()


def test_a_body_that_is_too_large_is_not_read(client_of, bulk_settings) -> None:
    bulk_settings(MAX_FILE_BYTES=100)

    answer = client_of("editor").post(URL, form(b"x" * 100_000))

    assert (answer.status_code, answer.json()["code"]) == (413, "FILE_TOO_LARGE")


def test_it_counts_as_an_upload(client_of, settings) -> None:
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "bulk_operations": "1/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    client: Client = client_of("editor")

    assert [client.post(URL, form()).status_code for _time in range(2)] == [200, 429]


def test_an_upload_and_a_look_agree(client_of) -> None:
    for content in (COURSES, WITH_COLOUR, HEADER):
        look = client_of("editor").post(URL, form(content)).json()
        upload = client_of("editor").post("/api/v1/bulk_operation_tasks/", form(content))

        assert look["acceptable"] == (upload.status_code == 201)
