"""The signed address of an uploaded file: who can use it, for how long, and what it sends along."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from course_discovery_bulk.reports.attachments import safe_name
from tests.integration.api.records import CSV, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def link_to(client_of):
    def read(task) -> str:
        return client_of("staff").get(f"/api/v1/bulk_operation_tasks/{task.pk}/").json()["csv_file"]

    return read


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_link_works_without_a_login_from_any_origin(client_of, people, link_to) -> None:
    link = link_to(make_task(people["editor"]))

    answer = client_of(None).get(link, headers={"Origin": "https://publisher.example", "Accept": "text/csv"})

    assert link.startswith("http://testserver/")
    assert link.endswith("/courses.csv")
    assert (answer.status_code, body_of(answer)) == (200, CSV)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Content-Type"] == "text/csv"
    assert answer["Content-Disposition"] == 'attachment; filename="courses.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store, private"


def test_bytes_come_back_as_they_were_uploaded(client_of, people, link_to) -> None:
    content = "título;x\r\n".encode("utf-16") + bytes(range(256))
    task = make_task(people["editor"], content=content, original_filename="Übung 1.xlsx")

    answer = client_of(None).get(link_to(task))

    assert body_of(answer) == content
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%9Cbung%201.xlsx"
    assert "spreadsheetml" in answer["Content-Type"]


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("plan.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("plan.XLS", "application/vnd.ms-excel"),
        ("plan.ods", "application/vnd.oasis.opendocument.spreadsheet"),
        ("plan.csv", "text/csv"),
    ],
)
def test_a_file_comes_back_as_the_kind_that_its_name_says(client_of, people, link_to, name, content_type) -> None:
    answer = client_of(None).get(link_to(make_task(people["editor"], original_filename=name)))

    assert answer["Content-Type"] == content_type


def test_an_expired_link_is_refused(client_of, people, link_to, bulk_settings) -> None:
    link = link_to(make_task(people["editor"]))
    assert client_of(None).get(link).status_code == 200

    bulk_settings(FILE_LINK_SECONDS=-1)
    answer = client_of(None).get(link)

    assert (answer.status_code, answer.json()["code"]) == (403, "LINK_EXPIRED")
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_an_altered_link_opens_nothing(client_of, people, link_to) -> None:
    mine, other = make_task(people["editor"]), make_task(people["mit_editor"])
    token, name = link_to(mine).split("/")[-2:]
    value, stamp, signature = token.split(".")
    start = "http://testserver/api/v1/bulk_operation_tasks/files"
    altered = [
        f"{start}/{other.pk}.{stamp}.{signature}/{name}",
        f"{start}/{value}.zzzzzz.{signature}/{name}",
        f"{start}/{value}.{stamp}.{signature[::-1]}/{name}",
        f"{start}/{token}/other.csv",
        f"{start}/{value}/{name}",
        f"{start}/x/{name}",
    ]

    answers = [client_of("staff").get(link) for link in altered]

    assert client_of(None).get(f"{start}/{token}/{name}").status_code == 200
    assert [answer.status_code for answer in answers] == [404] * len(altered)
    assert {answer.json()["code"] for answer in answers} == {"NOT_FOUND"}


def test_a_link_outlives_neither_its_task_nor_its_file(client_of, people, link_to) -> None:
    gone, emptied = make_task(people["editor"]), make_task(people["editor"])
    links = [link_to(gone), link_to(emptied)]
    gone.delete()
    emptied.csv_file.storage.delete(emptied.csv_file.name)

    assert [client_of(None).get(link).status_code for link in links] == [404, 404]


def test_head_and_options_answer_without_the_file(client_of, people, link_to) -> None:
    link = link_to(make_task(people["editor"]))

    head, options = client_of(None).head(link), client_of(None).options(link)

    assert (head.status_code, body_of(head), head["Content-Length"]) == (200, b"", str(len(CSV)))
    assert options.status_code == 200
    assert options["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("plain.csv", "plain.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.csv", "a.csv"),
        ("a\x00\r\nb.csv", "ab.csv"),
        ("\u202efdp.csv\u2066", "fdp.csv"),
        ("bad\ud800.csv", "bad.csv"),
        ("...", "upload.csv"),
        ("folder/", "upload.csv"),
        (" .hidden.csv ", "hidden.csv"),
        ("x" * 300, "x" * 255),
    ],
)
def test_names_that_are_safe_in_an_address(stored, shown) -> None:
    assert safe_name(stored) == shown


@pytest.mark.parametrize("name", ["100%/50%.csv", "a b?c#d&e.csv", "日本語.csv", 'q"uote;.csv', "<b>.csv"])
def test_any_name_leads_to_its_file(client_of, people, link_to, name) -> None:
    link = link_to(make_task(people["editor"], original_filename=name))

    assert unquote(link.rsplit("/", 1)[-1]) == safe_name(name).replace(" ", "_")
    assert link.isascii()
    assert body_of(client_of(None).get(link)) == CSV
