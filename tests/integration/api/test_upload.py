"""POST: what becomes a task, what is refused and how it is said."""

from __future__ import annotations

import socket
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.tokens import issue_token
from tests.integration.api.records import make_task
from tests.unit.reading.workbooks import workbook

pytestmark = pytest.mark.django_db

URL = "/api/v1/bulk_operation_tasks/"
FORM = "multipart/form-data; boundary=cut"
HEADER = (
    b"organization,title,number,course_enrollment_track,course_run_enrollment_track,"
    b"start_date,end_date,course_pacing\r\n"
)
ROW = b"edX,Intro,CS101,Audit Only,Audit Only,2027-01-01,2027-06-30,Self-Paced\r\n"
COURSES = HEADER + ROW


def form(content: bytes = COURSES, *, name: str = "courses.csv", **fields: object) -> dict[str, object]:
    return {"csv_file": SimpleUploadedFile(name, content), "task_type": "course_create", **fields}


def raw_form(*, name: str = "courses.csv") -> bytes:
    return (
        b'--cut\r\nContent-Disposition: form-data; name="task_type"\r\n\r\ncourse_create\r\n'
        + f'--cut\r\nContent-Disposition: form-data; name="csv_file"; filename="{name}"\r\n'.encode()
        + b"Content-Type: text/csv\r\n\r\n"
        + COURSES
        + b'\r\n--cut\r\nContent-Disposition: form-data; name="date_order"\r\n\r\ndmy\r\n--cut--\r\n'
    )


def stored_files(folder) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_an_upload_becomes_a_task_of_the_uploader(client_of, people) -> None:
    answer = client_of("editor").post(URL, form())

    task = BulkOperationTask.objects.get()
    body = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"http://testserver{URL}{task.pk}/"
    assert (body["id"], body["uploaded_by"], body["status"]) == (task.pk, "editor", "pending")
    assert (body["task_type"], body["original_filename"]) == ("course_create", "courses.csv")
    assert task.uploaded_by == people["editor"]
    assert task.csv_file.open().read() == COURSES


def test_the_answer_has_upstreams_fields_and_ours(client_of) -> None:
    body = client_of("staff").post(URL, form()).json()

    upstream = {"id", "csv_file", "uploaded_by", "task_summary", "task_type", "status", "task_id"}
    upstream |= {"created", "modified", "result"}
    ours = {"original_filename", "options", "notes", "counts", "started_at", "finished_at", "progress_url", "rows_url"}
    ours |= {
        "results_url",
        "failed_url",
        "undo_url",
        "origin",
        "follow_ups",
        "to_fix",
        "to_apply",
        "reading",
        "mapping",
    }
    assert set(body) == upstream | ours


def test_a_workbook_that_cannot_be_read_now_is_to_be_sent_later(client_of, monkeypatch) -> None:
    monkeypatch.setattr("course_discovery_bulk.reading.workbook.process._CHILD", "no_such_module")

    answer = client_of("editor").post(URL, form(workbook([["title"], ["a"]])))

    assert (answer.status_code, answer.json()["code"]) == (503, "STORAGE_UNAVAILABLE")
    assert answer["Retry-After"] == "30"
    assert not BulkOperationTask.objects.exists()


def test_options_are_kept(client_of) -> None:
    client_of("editor").post(URL, form(on_error="all_or_nothing", date_order="dmy", notify="never"))

    options = BulkOperationTask.objects.get().options
    assert options == {"on_error": "all_or_nothing", "date_order": "dmy", "notify": "never"}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("on_error", "panic"),
        ("on_existing", "eat"),
        ("date_order", "ymd"),
        ("notify", "true"),
        ("stop_after", "0"),
        ("stop_after", "-1"),
    ],
)
def test_an_option_without_meaning_is_refused_and_named(client_of, option, value) -> None:
    answer = client_of("editor").post(URL, form(**{option: value}))

    assert answer.status_code == 400
    assert [(found["code"], found["column"]) for found in answer.json()["problems"]] == [("BAD_OPTION", option)]
    assert not BulkOperationTask.objects.exists()


def test_a_switch_that_is_neither_on_nor_off_is_a_field_error(client_of) -> None:
    answer = client_of("editor").post(URL, form(dry_run="perhaps"))

    assert answer.status_code == 400
    assert list(answer.json()) == ["code", "detail", "dry_run"]
    assert answer.json()["code"] == "BAD_FIELD"
    assert not BulkOperationTask.objects.exists()


def test_a_preview_is_never_taken_for_the_real_thing(client_of) -> None:
    answer = client_of("editor").post(URL, form(dry_run="true"))

    tasks = BulkOperationTask.objects.all()
    assert answer.status_code == 400 or [task.options.get("dry_run") for task in tasks] in ([True], ["true"], ["True"])


def test_what_is_not_the_clients_to_say_is_not_read(client_of, people) -> None:
    claims = {
        "status": "completed",
        "task_summary": "{}",
        "uploaded_by": "staff",
        "task_id": "mine",
    }

    answer = client_of("editor").post(URL, form(**claims, id="77", finished_at="2020-01-01"))

    task = BulkOperationTask.objects.get()
    assert answer.status_code == 201
    assert (task.status, task.task_summary, task.uploaded_by) == ("pending", None, people["editor"])
    assert (task.total_count, task.finished_at) == (1, None)
    assert task.task_id != "mine"
    assert task.pk != 77


def test_the_same_key_and_file_answer_with_the_first_task(client_of) -> None:
    client = client_of("editor")
    first = client.post(URL, form(), headers={"Idempotency-Key": "k1"})

    second = client.post(URL, form(), headers={"Idempotency-Key": "k1"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert second["Location"] == first["Location"]
    assert BulkOperationTask.objects.count() == 1


def test_an_upload_that_was_accepted_is_answered_again_when_the_queue_is_full(client_of, settings) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "WAITING_TASKS_PER_USER": 1}
    client = client_of("editor")
    first = client.post(URL, form(), headers={"Idempotency-Key": "k1"})

    second = client.post(URL, form(), headers={"Idempotency-Key": "k1"})
    other = client.post(URL, form(), headers={"Idempotency-Key": "k2"})

    assert (second.status_code, other.status_code) == (200, 429)
    assert second["Location"] == first["Location"]


def test_the_same_key_with_another_file_is_a_conflict(client_of) -> None:
    client = client_of("editor")
    client.post(URL, form(), headers={"Idempotency-Key": "k1"})

    answer = client.post(URL, form(COURSES + ROW), headers={"Idempotency-Key": "k1"})

    assert answer.status_code == 409
    assert answer.json()["code"] == "KEY_REUSED"
    assert BulkOperationTask.objects.count() == 1


def test_keys_of_different_users_do_not_meet(client_of) -> None:
    codes = [
        client_of(who).post(URL, form(), headers={"Idempotency-Key": "k1"}).status_code for who in ("editor", "staff")
    ]

    assert codes == [201, 201]


def test_a_key_that_is_too_long_is_refused(client_of) -> None:
    answer = client_of("editor").post(URL, form(), headers={"Idempotency-Key": "k" * 256})

    assert answer.status_code == 400
    assert not BulkOperationTask.objects.exists()


def test_a_file_that_cannot_be_used_is_refused_with_its_problems(client_of, upload_folder) -> None:
    answer = client_of("editor").post(URL, form(COURSES.replace(b"title,", b"", 1)))

    body = answer.json()
    assert answer.status_code == 400
    assert body["code"] == "UPLOAD_REFUSED"
    assert [(found["code"], found["column"]) for found in body["problems"]] == [("MISSING_COLUMN", "title")]
    assert {"message", "hint", "line", "value"} <= set(body["problems"][0])
    assert body["csv_file"] == [found["message"] for found in body["problems"]]
    assert not BulkOperationTask.objects.exists()
    assert stored_files(upload_folder) == []


def test_an_empty_file_is_a_problem_of_the_catalogue(client_of) -> None:
    answer = client_of("editor").post(URL, form(b""))

    assert answer.status_code == 400
    assert [found["code"] for found in answer.json()["problems"]] == ["EMPTY_FILE"]


def test_an_operation_nobody_registered_is_a_field_error(client_of) -> None:
    answer = client_of("editor").post(URL, {**form(), "task_type": "course_burn"})

    assert answer.status_code == 400
    assert list(answer.json()) == ["code", "detail", "task_type"]
    assert "course_create" in answer.json()["task_type"][0]


@pytest.mark.parametrize("field", ["csv_file", "task_type"])
def test_a_missing_field_is_named(client_of, field) -> None:
    sent = form()
    del sent[field]

    answer = client_of("editor").post(URL, sent)

    assert answer.status_code == 400
    assert list(answer.json()) == ["code", "detail", field]
    assert answer.json()["detail"] == f"The request was not accepted; see {field}."


def test_a_form_that_comes_in_chunks_is_told_why_it_is_not_seen(client_of) -> None:
    answer = client_of("editor").generic("POST", URL, headers={"Transfer-Encoding": "chunked", "Content-Type": FORM})

    assert (answer.status_code, answer.json()["code"]) == (411, "LENGTH_REQUIRED")


def test_a_body_over_the_limit_is_refused_before_it_is_read(client_of, bulk_settings) -> None:
    bulk_settings(MAX_FILE_BYTES=1000)

    answer = client_of("editor").post(URL, form(b"x" * 70_000))

    assert answer.status_code == 413
    assert answer.json()["code"] == "FILE_TOO_LARGE"
    assert "1,000 bytes" in answer.json()["detail"]
    assert not answer.wsgi_request._read_started


def test_a_file_a_little_over_the_limit_is_refused_with_413_too(client_of, bulk_settings) -> None:
    bulk_settings(MAX_FILE_BYTES=1000)

    answer = client_of("editor").post(URL, form(COURSES + ROW * 100))

    assert answer.status_code == 413
    assert [found["code"] for found in answer.json()["problems"]] == ["FILE_TOO_LARGE"]
    assert "1000" in answer.json()["csv_file"][0]


@pytest.mark.parametrize("missing", [6, 20, 70, 120, 200])
def test_a_form_that_was_cut_off_leaves_nothing_behind(client_of, upload_folder, missing) -> None:
    """Also where the file came whole and only the fields behind it, or the last boundary, are missing."""
    answer = client_of("editor").generic("POST", URL, raw_form()[:-missing], content_type=FORM)

    assert answer.status_code == 400
    assert answer.json()["code"] == "PARSE_ERROR"
    assert not BulkOperationTask.objects.exists()
    assert stored_files(upload_folder) == []


def test_the_whole_form_is_accepted(client_of, upload_folder) -> None:
    answer = client_of("editor").generic("POST", URL, raw_form(), content_type=FORM)

    assert answer.status_code == 201
    assert answer.json()["options"]["date_order"] == "dmy"
    assert len(stored_files(upload_folder)) == 1


def test_a_connection_that_ends_in_the_middle_leaves_nothing_behind(live_server, people, upload_folder) -> None:
    body = raw_form()
    head = (
        f"POST {URL} HTTP/1.1\r\nHost: {live_server.thread.host}\r\nConnection: close\r\n"
        f"Authorization: JWT {issue_token('editor')}\r\n"
        f"Content-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((live_server.thread.host, live_server.thread.port), timeout=10) as connection:
        connection.sendall(head.encode() + body[:-20])
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert not BulkOperationTask.objects.exists()
    assert stored_files(upload_folder) == []


def test_too_many_fields_are_a_broken_form(client_of) -> None:
    answer = client_of("editor").post(URL, form(**{f"field{number}": "x" for number in range(1100)}))

    assert answer.status_code == 400
    assert answer.json()["code"] == "PARSE_ERROR"


def test_json_is_not_a_form(client_of) -> None:
    answer = client_of("editor").post(URL, {"task_type": "course_create"}, content_type="application/json")

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("..\\\\..\\\\evil.csv", "evil.csv"),
        ("a\x00b.csv", "ab.csv"),
        ("\u202egnp.csv", "gnp.csv"),
        ("<script>alert(1)</script>.csv", "script>.csv"),
        ("spring 100% ü?#.csv", "spring 100% ü?#.csv"),
    ],
)
def test_a_hostile_file_name_is_made_harmless(client_of, upload_folder, sent, shown) -> None:
    body = raw_form(name=sent)

    answer = client_of("editor").generic("POST", URL, body, content_type=FORM)

    assert answer.status_code == 201, answer.content
    link = answer.json()["csv_file"]
    assert unquote(link.rsplit("/", 1)[-1]) == shown.replace(" ", "_")
    assert answer.json()["original_filename"] == shown
    assert [name for name in stored_files(upload_folder) if not name.endswith(".upload")] == []
    assert client_of(None).get(link).status_code == 200


def test_a_very_long_file_name_is_clipped(client_of) -> None:
    body = raw_form(name="n" * 300 + ".csv")

    answer = client_of("editor").generic("POST", URL, body, content_type=FORM)

    assert answer.status_code == 201
    assert len(answer.json()["original_filename"]) <= 255
    assert client_of(None).get(answer.json()["csv_file"]).status_code == 200


def test_a_session_needs_a_csrf_token(people) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["staff"])

    answer = client.post(URL, form())

    assert answer.status_code == 403
    assert not BulkOperationTask.objects.exists()


def test_storage_that_cannot_be_written_is_503_and_no_task(client_of, upload_folder) -> None:
    upload_folder.write_text("a file where the folder should be")

    answer = client_of("editor").post(URL, form())

    assert answer.status_code == 503
    assert answer.json()["code"] == "STORAGE_UNAVAILABLE"
    assert int(answer["Retry-After"]) > 0
    assert not BulkOperationTask.objects.exists()


def test_uploads_are_throttled_where_the_host_says_so_and_reads_are_not(client_of, settings) -> None:
    cache.clear()
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "bulk_operations": "2/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    client = client_of("editor")

    uploads = [client.post(URL, form()) for _ in range(3)]
    reads = [client.get(URL).status_code for _ in range(5)]

    assert [answer.status_code for answer in uploads] == [201, 201, 429]
    assert int(uploads[-1]["Retry-After"]) > 0
    assert reads == [200] * 5
    assert client_of("staff").post(URL, form()).status_code == 201


def test_the_task_of_somebody_else_is_not_touched_by_an_upload(client_of, people) -> None:
    other = make_task(people["mit_editor"], idempotency_key="k1")

    answer = client_of("editor").post(URL, form(), headers={"Idempotency-Key": "k1"})

    assert answer.status_code == 201
    assert answer.json()["id"] != other.pk


def test_what_made_a_file_refused_is_told_from_remarks(client_of) -> None:
    answer = client_of("editor").post(URL, form(COURSES.replace(b"title,", b"titl,", 1)))

    body = answer.json()
    assert [problem["code"] for problem in body["problems"]] == ["MISSING_COLUMN"]
    assert len(body["csv_file"]) == 1
    assert body["csv_file"][0].startswith("The column title is missing.")


def test_the_same_key_with_other_options_is_said_to_be_used(client_of) -> None:
    headers = {"Idempotency-Key": "spring"}
    client_of("editor").post(URL, form(), headers=headers)

    answer = client_of("editor").post(URL, form(dry_run="true"), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "KEY_REUSED")
    assert "other options" in answer.json()["detail"]
