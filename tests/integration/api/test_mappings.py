"""Sheets with headers of their own over REST: matched, chosen, remembered, shared."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from course_discovery_bulk.models import BulkOperationTask, SavedMapping

pytestmark = pytest.mark.django_db

TASKS = "/api/v1/bulk_operation_tasks/"
MAPPINGS = f"{TASKS}mappings/"
SHEET = "Course Name,Code,Starts,Ends,Coordinator\nRivers,RIV1,2027-09-01,2027-12-15,Ann\n"
REST = {
    "organization": "edX",
    "course_enrollment_track": "Audit Only",
    "course_run_enrollment_track": "Audit Only",
    "course_pacing": "Self-Paced",
}
MAPPING = {"columns": {"Code": "number", "Coordinator": None}, "constants": REST}


def upload(client: Client, content: str = SHEET, *, url: str = TASKS, mapping: Any = None, **fields: str) -> Any:
    file = SimpleUploadedFile("fall.csv", content.encode())
    given = {"mapping": json.dumps(mapping)} if mapping is not None else {}
    return client.post(url, {"csv_file": file, "task_type": "course_create", **given, **fields})


def save(client: Client, **changes: Any) -> Any:
    body = {
        "name": "Partner A",
        "task_type": "course_create",
        "headers": ["Course Name", "Code", "Starts", "Ends", "Coordinator"],
        "mapping": {
            "columns": {"Course Name": "title", "Starts": "start_date", "Ends": "end_date", **MAPPING["columns"]}
        }
        | {"constants": REST},
        **changes,
    }
    return client.post(MAPPINGS, json.dumps(body), content_type="application/json")


def codes(answer: Any) -> list[str]:
    return [note["code"] for note in answer.json()["notes"]]


def test_what_is_certain_is_taken_and_what_is_likely_is_asked(client_of) -> None:
    body = upload(client_of("editor"), url=f"{TASKS}inspect/").json()

    assert body["acceptable"] is False
    assert [(cell["text"], cell["column"], cell["proposed"], cell["reason"]) for cell in body["header"]] == [
        ("Course Name", "title", "title", "usual_name"),
        ("Code", "", "number", "possible_name"),
        ("Starts", "start_date", "start_date", "usual_name"),
        ("Ends", "end_date", "end_date", "usual_name"),
        ("Coordinator", "", "", "none"),
    ]
    assert set(body["missing"]) == set(REST)


def test_an_upload_with_a_mapping_is_read_by_it(client_of) -> None:
    answer = upload(client_of("editor"), mapping=MAPPING)

    assert answer.status_code == 201, answer.json()
    assert codes(answer) == ["COLUMNS_MATCHED"]
    task = BulkOperationTask.objects.get()
    assert task.mapping["columns"] == {
        "code": "number",
        "coordinator": "",
        "course_name": "title",
        "starts": "start_date",
        "ends": "end_date",
    }
    assert answer.json()["mapping"] == task.mapping


def test_the_same_headers_are_read_the_same_the_next_time(client_of) -> None:
    upload(client_of("editor"), mapping=MAPPING)

    moved = "Coordinator,Ends,Starts,Code,Course Name\nAnn,2027-12-15,2027-09-01,RIV2,Lakes\n"
    answer = upload(client_of("editor"), moved)

    assert answer.status_code == 201
    assert codes(answer) == ["MAPPING_REMEMBERED"]
    first, second = BulkOperationTask.objects.order_by("pk")
    assert second.mapping == first.mapping
    assert upload(client_of("mit_editor"), moved).status_code == 400


def test_what_is_chosen_as_it_was_before_is_told_to_be_remembered(client_of) -> None:
    upload(client_of("editor"), mapping=MAPPING)
    shown = upload(client_of("editor"), url=f"{TASKS}inspect/").json()["mapping"]

    assert codes(upload(client_of("editor"), mapping=shown)) == ["MAPPING_REMEMBERED"]
    shown["constants"]["course_pacing"] = "Instructor-Paced"
    assert codes(upload(client_of("editor"), mapping=shown)) == []


def test_a_mapping_that_does_not_fit_is_refused_by_name(client_of) -> None:
    wrong = {"columns": {"Kode": "number", "Code": "numbr"}}

    answer = upload(client_of("editor"), mapping=wrong)

    assert answer.status_code == 400
    assert {found["code"] for found in answer.json()["problems"]} == {"UNKNOWN_MAPPED_HEADER", "UNKNOWN_MAPPED_COLUMN"}
    assert not BulkOperationTask.objects.exists()


@pytest.mark.parametrize(
    "mapping", ["{", "[]", '{"colums": {}}', '{"columns": []}', '{"joins": {"title": {"headers": ["a"]}}}']
)
def test_what_is_no_mapping_is_refused(mapping: str, client_of) -> None:
    file = SimpleUploadedFile("fall.csv", SHEET.encode())
    given = {"csv_file": file, "task_type": "course_create", "mapping": mapping}

    answer = client_of("editor").post(TASKS, given)

    assert answer.status_code == 400
    assert "mapping" in str(answer.json())


def test_a_saved_mapping_is_found_by_its_owner_alone(client_of) -> None:
    saved = save(client_of("editor"))

    assert saved.status_code == 201, saved.json()
    assert codes(upload(client_of("editor"))) == ["MAPPING_REMEMBERED"]
    assert client_of("mit_editor").get(MAPPINGS).json()["results"] == []
    assert client_of("mit_editor").get(f"{MAPPINGS}{saved.json()['id']}/").status_code == 404
    assert upload(client_of("mit_editor")).status_code == 400


def test_a_shared_mapping_serves_the_members_of_the_organization(client_of, people) -> None:
    people["mit_editor"].groups.add(people["editor"].groups.get())
    url = f"{MAPPINGS}{save(client_of('editor')).json()['id']}/"

    shared = client_of("editor").patch(url, json.dumps({"shared_with": "edX"}), content_type="application/json")

    assert shared.json()["shared_with"] == "edX"
    assert codes(upload(client_of("mit_editor"))) == ["MAPPING_REMEMBERED"]
    assert client_of("mit_editor").get(url).json()["may_change"] is False
    assert client_of("mit_editor").delete(url).status_code == 403
    assert client_of("editor").delete(url).status_code == 204
    assert not SavedMapping.objects.exists()


def test_a_mapping_is_shared_with_no_organization_of_others(client_of) -> None:
    assert save(client_of("editor"), shared_with="MITx").status_code == 400


def test_a_mapping_is_renamed_but_not_to_a_name_that_is_taken(client_of) -> None:
    save(client_of("editor"), name="Partner B")
    url = f"{MAPPINGS}{save(client_of('editor')).json()['id']}/"

    def rename(name: str) -> Any:
        return client_of("editor").patch(url, json.dumps({"name": name}), content_type="application/json")

    assert rename("Partner B").status_code == 400
    assert rename("Partner C").json()["name"] == "Partner C"


def test_a_mapping_that_names_what_is_not_there_is_not_saved(client_of) -> None:
    answer = save(client_of("editor"), mapping={"columns": {"Course Name": "tittle"}})

    assert answer.status_code == 400
    assert answer.json()["problems"][0]["code"] == "UNKNOWN_MAPPED_COLUMN"


TITLES = "Fall 2027 catalog,,,,\nprepared for the partners,,,,\n"


def test_titles_above_headers_of_ones_own_are_left_out_and_dates_below_them_are_proved(client_of) -> None:
    rows = "Rivers,RIV1,03/04/2027,12/15/2027,Ann\n"

    answer = upload(client_of("editor"), TITLES + SHEET.partition("\n")[0] + "\n" + rows, mapping=MAPPING)

    assert answer.status_code == 201, answer.json()
    assert codes(answer) == ["HEADER_BELOW", "COLUMNS_MATCHED", "DATES_READ"]
    assert BulkOperationTask.objects.get().reading["header_line"] == 3


def test_what_is_wrong_with_a_header_below_titles_stands_in_its_line(client_of) -> None:
    answer = upload(client_of("editor"), TITLES + SHEET, url=f"{TASKS}inspect/")

    assert {found["line"] for found in answer.json()["problems"] if found["code"] == "MISSING_COLUMN"} == {3}
