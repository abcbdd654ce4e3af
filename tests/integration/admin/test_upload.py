"""Upload from the admin: accepted, refused with reasons, sent twice."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask

pytestmark = pytest.mark.django_db

ADD = "/admin/course_discovery_bulk/bulkoperationtask/add/"
HEADER = (
    b"organization,title,number,course_enrollment_track,course_run_enrollment_track,"
    b"start_date,end_date,course_pacing\r\n"
)
ROW = b"edX,Intro,CS101,Audit Only,Audit Only,2027-01-01,2027-06-30,Self-Paced\r\n"
COURSES = HEADER + ROW


def form(content: bytes = COURSES, **fields: object) -> dict[str, object]:
    return {
        "csv_file": SimpleUploadedFile("courses.csv", content),
        "task_type": "course_create",
        "sent_once": str(uuid.uuid4()),
        **fields,
    }


def test_the_form_offers_the_registered_operations(staff_client) -> None:
    text = staff_client.get(ADD).content.decode()

    assert 'enctype="multipart/form-data"' in text
    assert re.search(r'type="hidden" name="sent_once" value="[0-9a-f-]{36}"', text)
    for operation in service.operations():
        assert f'<option value="{operation.type}">{operation.label}</option>' in text


def test_an_upload_becomes_a_task_of_the_staff_member(staff_client, people) -> None:
    answer = staff_client.post(ADD, form(on_error="all_or_nothing", date_order="dmy"), follow=True)

    task = BulkOperationTask.objects.get()
    assert answer.redirect_chain == [(f"/admin/course_discovery_bulk/bulkoperationtask/{task.pk}/change/", 302)]
    assert "The file was accepted." in answer.content.decode()
    assert (task.uploaded_by, task.original_filename) == (people["staff"], "courses.csv")
    assert (task.options["on_error"], task.options["date_order"]) == ("all_or_nothing", "dmy")


def test_a_refused_upload_comes_back_with_its_problems(staff_client) -> None:
    answer = staff_client.post(ADD, form(COURSES.replace(b"title,", b"", 1)))

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "The column title is missing." in text
    assert "Add the column" in text
    assert not BulkOperationTask.objects.exists()


def test_problems_are_escaped(staff_client) -> None:
    answer = staff_client.post(ADD, form(b"<script>alert(1)</script>,x\r\n1,2\r\n"))

    assert not BulkOperationTask.objects.exists()
    assert b"<script>alert(1)" not in answer.content


def test_the_same_form_twice_makes_one_task(staff_client) -> None:
    key = str(uuid.uuid4())

    first, second = (staff_client.post(ADD, form(sent_once=key)) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert BulkOperationTask.objects.count() == 1


def test_the_same_form_with_another_file_asks_for_a_new_form(staff_client) -> None:
    key = str(uuid.uuid4())
    staff_client.post(ADD, form(sent_once=key))

    answer = staff_client.post(ADD, form(COURSES + ROW, sent_once=key))

    assert "Open a new one." in answer.content.decode()
    assert BulkOperationTask.objects.count() == 1


def test_an_upload_without_a_csrf_token_is_refused(people) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["staff"])

    assert client.post(ADD, form()).status_code == 403
    assert not BulkOperationTask.objects.exists()


def test_missing_fields_are_named(staff_client) -> None:
    answer = staff_client.post(ADD, {"sent_once": str(uuid.uuid4())})

    assert answer.content.decode().count("This field is required.") == 2
    assert not BulkOperationTask.objects.exists()


def test_columns_that_are_not_used_are_said_right_after_the_upload(staff_client) -> None:
    answer = staff_client.post(
        ADD, form(HEADER.replace(b"\r\n", b",colour\r\n") + ROW.replace(b"\r\n", b",red\r\n")), follow=True
    )

    said = [(message.level_tag, str(message)) for message in answer.context["messages"]]
    assert [level for level, _text in said] == ["success", "warning"]
    assert "Create courses has no column colour, so it was ignored." in said[1][1]
