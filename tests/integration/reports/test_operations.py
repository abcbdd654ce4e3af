"""What the API says of operations: their columns, the values of the moment, schemas and templates."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import Transient
from course_discovery_bulk.operations.registry import all_operations
from sandbox.discovery.models import Subject
from tests.integration.reports.conftest import BASE, statuses

TYPES = [operation.type for operation in all_operations()]


@pytest.fixture
def ask(upload, client_of):
    """Reads an address about operations."""

    def read(path: str = "", user: str = "staff", code: int = 200):
        answer = client_of(user).get(f"{BASE}/operations/{path}")
        assert answer.status_code == code
        return answer.json()

    return read


def column(operation, name):
    return next(column for column in operation["columns"] if column["name"] == name)


def test_all_operations_are_listed_with_all_of_their_columns(ask) -> None:
    shown = {operation["type"]: [item["name"] for item in operation["columns"]] for operation in ask()}

    assert shown == {operation.type: [item.name for item in operation.columns] for operation in all_operations()}


@pytest.mark.parametrize("type_name", TYPES)
def test_one_operation_is_shown_as_in_the_list(ask, type_name) -> None:
    assert ask(f"{type_name}/") == next(operation for operation in ask() if operation["type"] == type_name)


def test_a_column_is_explained(ask) -> None:
    operation = ask("course_create/")

    assert column(operation, "course_pacing") == {
        "name": "course_pacing",
        "aliases": ["pacing_type"],
        "type": "choice",
        "required": True,
        "help": "Instructor-paced or self-paced.",
        "example": "Self-Paced",
        "allowed": ["Instructor-Paced", "Self-Paced"],
        "can_be_cleared": False,
        "staff_only": False,
    }
    assert column(operation, "upgrade_deadline_override_date")["staff_only"] is True
    assert column(operation, "topics")["can_be_cleared"] is True
    assert column(operation, "topics")["allowed"] == []


def test_an_operation_says_where_its_files_are(ask, client_of) -> None:
    update, create = ask("course_update/"), ask("course_create/")

    for name in ("schema_url", "template_url", "export_url"):
        assert client_of("staff").get(update[name]).status_code == 200
    assert (create["export_url"], create["can_be_undone"]) == (None, False)
    assert (update["can_be_undone"], update["either"]) == (True, ["course_key", "course_uuid"])
    assert create["on_existing"] == ["skip", "update"]


def test_allowed_values_are_those_of_the_moment(ask) -> None:
    assert "Poetry" not in column(ask("course_update/"), "primary_subject")["allowed"]

    Subject.objects.create(slug="poetry", name="Poetry")
    cache.clear()  # they are kept for a minute

    assert "Poetry" in column(ask("course_update/"), "primary_subject")["allowed"]


def test_allowed_values_are_those_of_the_user(ask) -> None:
    assert column(ask("course_create/", "staff"), "organization")["allowed"] == ["edX", "MITx", "TermX"]
    assert column(ask("course_create/", "mit_editor"), "organization")["allowed"] == ["MITx"]


def test_lookups_are_read_once_for_several_questions(ask, monkeypatch) -> None:
    read = []
    listed = DiscoveryClient.list_subjects
    monkeypatch.setattr(DiscoveryClient, "list_subjects", lambda self: read.append(1) or listed(self))

    ask()
    ask("course_create/")
    ask("course_create/schema.json")
    ask("", "editor")

    assert len(read) == 2  # once for each user


def test_operations_are_described_while_discovery_is_away(ask, monkeypatch) -> None:
    def away(self):
        raise Transient("no connection")

    monkeypatch.setattr(DiscoveryClient, "course_options", away)

    operation, schema = ask("course_create/"), ask("course_create/schema.json")

    assert operation["allowed_error"] == "no connection"
    assert {item["allowed"] for item in operation["columns"]} == {None}
    assert len(operation["columns"]) == len(schema["fields"]) > 30
    assert not any("enum" in field["constraints"] for field in schema["fields"])


def test_exports_say_that_discovery_is_away(upload, client_of, monkeypatch) -> None:
    def away(self):
        raise Transient("no connection")

    monkeypatch.setattr(DiscoveryClient, "count_courses", away)

    answer = client_of("staff").get(f"{BASE}/operations/course_update/export.csv")

    assert (answer.status_code, answer.json()["code"]) == (503, "DISCOVERY_UNAVAILABLE")
    assert answer["Retry-After"] == "30"


def test_over_http_only_staff_read_from_discovery(upload, client_of, settings) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "TRANSPORT": "http"}

    export = client_of("editor").get(f"{BASE}/operations/course_update/export.csv")
    operation = client_of("editor").get(f"{BASE}/operations/course_update/").json()

    assert (export.status_code, export.json()["code"]) == (403, "PERMISSION_DENIED")
    assert "only staff" in operation["allowed_error"]


@pytest.mark.parametrize("path", ["nothing/", "nothing/schema.json", "nothing/template.csv", "nothing/export.csv"])
def test_an_operation_that_there_is_not_is_not_found(ask, path) -> None:
    answer = ask(path, code=404)

    assert answer["code"] == "NOT_FOUND"
    assert "Known operations: course_create" in answer["detail"]


# --- schemas


def test_a_table_schema(ask) -> None:
    schema = ask("course_create/schema.json")
    fields = {field["name"]: field for field in schema["fields"]}

    assert (schema["name"], schema["missingValues"]) == ("course_create", ["", "[clear]"])
    assert fields["title"] == {
        "name": "title",
        "title": "Title",
        "description": "Title of the course, up to 255 characters.",
        "type": "string",
        "constraints": {"required": True},
        "example": "Introduction to Computing",
        "aliases": [],
    }
    assert fields["primary_subject"]["constraints"]["enum"][0] == "Computer Science"
    assert fields["course_pacing"]["constraints"] == {"required": True, "enum": ["Instructor-Paced", "Self-Paced"]}
    types = {name: fields[name]["type"] for name in ("start_date", "start_time", "length", "verified_price")}
    assert types == {"start_date": "date", "start_time": "time", "length": "integer", "verified_price": "number"}
    assert "enum" not in fields["transcript_languages"]["constraints"]  # a cell holds several


# --- templates


@pytest.mark.parametrize("type_name", TYPES)
def test_a_template_has_the_columns_and_nothing_else(upload, download, type_name) -> None:
    sheet = download(f"operations/{type_name}/template.csv")

    assert sheet.headers == [item["name"] for item in sheet_columns(type_name)]
    assert sheet.rows == []
    assert sheet.answer["Content-Disposition"] == f'attachment; filename="{type_name}-template.csv"'


def test_a_template_with_an_example_shows_what_cells_look_like(upload, download) -> None:
    sheet = download("operations/course_create/template.csv", example="true")

    (row,) = sheet.rows
    assert (row["organization"], row["number"], row["start_date"]) == ("edX", "CS101", "2027-09-01")


def test_the_example_of_new_courses_is_a_good_row(upload, download) -> None:
    row = download("operations/course_create/template.csv", example="true").rows[0]
    task = upload("course_create", [{**row, "image": "", "organization_logo_override": ""}], dry_run=True)

    assert statuses(task) == [("pending", [])], task.rows.get().problems


def sheet_columns(type_name):
    operation = next(operation for operation in all_operations() if operation.type == type_name)
    return [{"name": item.name} for item in operation.columns]
