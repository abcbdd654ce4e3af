"""Names in a request that mean nothing are refused, with the one that was probably meant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from course_discovery_bulk.models import BulkOperationTask
from tests.integration.api.test_upload import URL, form


@pytest.mark.parametrize(
    ("name", "meant"),
    [("dryrun", "dry_run"), ("DRY_RUN", "dry_run"), ("dry-run", "dry_run"), ("on-existing", "on_existing")],
)
def test_a_form_field_that_means_nothing_is_refused(client_of: Any, name: str, meant: str) -> None:
    answer = client_of("editor").post(URL, form(**{name: "true"}))

    assert answer.status_code == 400
    assert answer.json()[name] == [f"Unknown name. Did you mean {meant}?"]
    assert not BulkOperationTask.objects.exists()


@pytest.mark.parametrize("name", ["total_count", "idempotency_key"])
def test_what_is_neither_a_field_nor_shown_is_refused(client_of: Any, name: str) -> None:
    assert list(client_of("editor").post(URL, form(**{name: "9"})).json()) == ["code", "detail", name]


def test_a_name_like_no_other_is_refused_with_the_known_ones(client_of: Any) -> None:
    (text,) = client_of("editor").post(URL, form(xyz="1")).json()["xyz"]

    assert text.startswith("Unknown name. Use one of: ")
    assert "dry_run" in text


def test_fields_that_a_task_shows_may_be_sent_and_are_not_read(client_of: Any) -> None:
    answer = client_of("editor").post(URL, form(status="completed", uploaded_by="staff", csrfmiddlewaretoken="x"))

    assert answer.status_code == 201
    assert (answer.json()["status"], answer.json()["uploaded_by"]) == ("pending", "editor")


@pytest.mark.parametrize(
    ("address", "name", "text"),
    [
        (f"{URL}?stauts=failed", "stauts", "Unknown name. Did you mean status?"),
        (f"{URL}operations/course_create/export.csv?organization=edX", "organization", "org"),
        (f"{URL}operations/?page=2", "page", "Unknown name. This address takes none."),
    ],
)
def test_a_query_that_means_nothing_is_refused(client_of: Any, address: str, name: str, text: str) -> None:
    answer = client_of("staff").get(address)

    assert answer.status_code == 400
    assert text in answer.json()[name][0]


def test_an_option_in_the_address_of_an_upload_is_refused(client_of: Any) -> None:
    answer = client_of("editor").post(f"{URL}?dry_run=true", form())

    assert answer.status_code == 400
    assert list(answer.json()) == ["code", "detail", "dry_run"]
    assert not BulkOperationTask.objects.exists()


@pytest.mark.parametrize("status", ["verified", "errored"])
def test_statuses_of_the_in_tree_loaders_give_an_empty_list(client_of: Any, status: str) -> None:
    client_of("editor").post(URL, form())

    assert client_of("staff").get(f"{URL}?status={status}").json()["results"] == []
    assert client_of("staff").get(f"{URL}?status=pending,{status}").json()["count"] == 1


@pytest.mark.parametrize(
    ("address", "fields", "wrong"),
    [
        (f"{URL}?status=a%00", None, "status"),
        (f"{URL}?page=%00", None, "page"),
        (URL, {"sheet": "a\x00"}, "sheet"),
        (URL, {"mapping": '{"columns": {"a\\u0000": "title"}}'}, "mapping"),
        (f"{URL}mappings/", {"name": "m", "mapping": {"columns": {"a\x00": "title"}}}, "mapping"),
    ],
)
def test_null_characters_are_refused_before_a_database_sees_them(
    client_of: Any, address: str, fields: dict[str, Any] | None, wrong: str
) -> None:
    client = client_of("editor")
    if fields is None:
        answer = client.get(address)
    elif address == URL:
        answer = client.post(address, form(**fields))
    else:
        answer = client.post(address, json.dumps(fields), content_type="application/json")

    assert answer.status_code == 400
    assert "ull character" in str(answer.json()[wrong]), answer.json()
    assert not BulkOperationTask.objects.exists()
