"""The list of courses that course-discovery exports for Publisher, edited and uploaded as it is."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from sandbox.discovery.models import Course, CourseRun
from sandbox.discovery.tokens import issue_token
from tests.csv_files import csv_of
from tests.integration.operations.conftest import Run

pytestmark = pytest.mark.usefixtures("catalog")

KEY, RUN_KEY = "edX+BASE1", "course-v1:edX+BASE1+1T2030"


def exported() -> dict[str, str]:
    token = issue_token("staff", email="staff@example.org", administrator=True, life=60)
    answer = Client().get(
        "/api/v1/courses/csv/", {"editable": 1, "keys": KEY}, headers={"authorization": f"JWT {token}"}
    )
    (row,) = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    return row


def course() -> Course:
    return Course.objects.editable().get(key=KEY)


def test_the_list_as_it_is_changes_nothing_and_an_edited_one_what_was_edited(run: Run) -> None:
    Course.objects.filter(key=KEY).update(title="=First course", key_for_reruns="edX+OTHER")
    row = exported()
    assert (row["Course Name"], row["Course Number / Key"]) == ("'=First course", "edX+OTHER")

    same = run("course_update", csv_of([row]))
    assert [line.status for line in same.rows.all()] == ["unchanged"]
    (note,) = [note for note in same.notes if note["code"] == "COURSE_LIST"]
    unread = ("Publisher URL", "Course Number / Key", "Course Run Key", "Status", "Course Editors")
    assert all(header in note["message"] for header in unread), note

    both = run("partial_updates", csv_of([{**row, "Course Name": "+Renamed", "Level Type": "Introductory"}]))
    assert both.status == "completed", [line.problems for line in both.rows.all()]
    assert (course().title, course().level_type.name) == ("+Renamed", "Introductory")


def test_runs_are_named_by_the_list_one_a_row(run: Run) -> None:
    row = exported()
    several = f"{row['Course Run Key']} | course-v1:edX+BASE1+1T2031"

    task = run(
        "course_run_update", csv_of([{**row, "Length": "11"}, {**row, "Course Run Key": several, "Length": "11"}])
    )

    assert CourseRun.objects.editable().get(key=RUN_KEY).weeks_to_complete == 11
    wrong = task.rows.get(line=3)
    assert [(found["code"], found["column"]) for found in wrong.problems] == [("BAD_KEY", "course_run_key")]
    assert "Enter one key per cell." in wrong.problems[0]["message"] + wrong.problems[0]["hint"]


def test_without_the_uuid_the_key_says_which_course_is_meant(run: Run) -> None:
    row = {name: text for name, text in exported().items() if name in ("Course Name", "Course Number / Key")}

    assert run("course_update", csv_of([{**row, "Course Name": "Renamed"}])).status == "completed"
    assert course().title == "Renamed"


def test_an_apostrophe_in_any_other_file_is_text(run: Run) -> None:
    run("course_update", csv_of([{"Course Name": "'=First", "Course Key": KEY}]))

    assert course().title == "'=First"
