"""The files of a task in the admin: as attachments, for staff alone, with a reason where there is none."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.integration.api.records import CSV, make_rows, make_task

pytestmark = pytest.mark.django_db

LIST = "/admin/course_discovery_bulk/bulkoperationtask/"


def file_of(task, kind: str) -> str:
    return f"{LIST}{task.pk}/{kind}.download"


def test_the_page_links_to_every_file(staff_client, people) -> None:
    task = make_task(people["editor"], status="completed")

    text = staff_client.get(f"{LIST}{task.pk}/change/").content.decode()

    for kind in ("uploaded", "results", "failed", "undo", "results-xlsx", "failed-xlsx", "undo-xlsx"):
        assert f'href="{file_of(task, kind)}"' in text


def test_the_uploaded_file_comes_as_it_was(staff_client, people) -> None:
    answer = staff_client.get(file_of(make_task(people["editor"], original_filename="spring.csv"), "uploaded"))

    assert b"".join(answer.streaming_content) == CSV
    assert answer["Content-Disposition"] == 'attachment; filename="spring.csv"'


def test_results_have_every_row_and_failed_those_to_fix(staff_client, people) -> None:
    task = make_task(people["editor"], status="partially_completed", headers=["title"], original_filename="spring.xlsx")
    make_rows(task, 2, status="succeeded", cells={"title": "Intro"})
    task.rows.filter(line=3).update(status="failed", cells={"title": "Broken"})

    texts = {}
    for kind in ("results", "failed"):
        answer = staff_client.get(file_of(task, kind))
        assert answer["Content-Disposition"] == f'attachment; filename="spring-{kind}.csv"'
        texts[kind] = b"".join(answer.streaming_content).decode()

    assert ("Intro" in texts["results"], "Broken" in texts["results"]) == (True, True)
    assert ("Intro" in texts["failed"], "Broken" in texts["failed"]) == (False, True)


def test_a_file_may_be_a_workbook(staff_client, people) -> None:
    task = make_task(people["editor"], status="partially_completed", headers=["title"], original_filename="spring.csv")
    make_rows(task, 1, status="failed", cells={"title": "=A1"})

    answer = staff_client.get(file_of(task, "failed-xlsx"))

    assert answer["Content-Disposition"] == 'attachment; filename="spring-failed.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [cell.value for cell in book.active["A"]] == ["title *", "=A1"]


def test_where_there_is_no_file_the_page_says_why(staff_client, people) -> None:
    task = make_task(people["editor"], status="completed", task_type="course_create")

    answer = staff_client.get(file_of(task, "undo"), follow=True)

    assert answer.redirect_chain == [(f"{LIST}{task.pk}/change/", 302)]
    assert "what was created can" in answer.content.decode()


def test_an_upload_that_is_no_longer_kept_is_said_to_be_gone(staff_client, people) -> None:
    task = make_task(people["editor"])
    task.csv_file.delete()

    assert "The file is no longer kept" in staff_client.get(file_of(task, "uploaded"), follow=True).content.decode()


def test_there_are_no_other_files_and_no_files_of_other_tasks(staff_client, people) -> None:
    task = make_task(people["editor"])

    assert staff_client.get(file_of(task, "secrets")).status_code == 404
    assert staff_client.get(f"{LIST}{task.pk + 1}/results.download").status_code == 404


@pytest.mark.parametrize("who", ["editor", "outsider"])
def test_others_than_staff_are_sent_to_log_in(client, people, who) -> None:
    client.force_login(people[who])

    answer = client.get(file_of(make_task(people["editor"]), "uploaded"))

    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]
