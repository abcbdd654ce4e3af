"""Exports: what discovery holds, in the shape of an upload, which changes nothing when uploaded as it is."""

from __future__ import annotations

import pytest

from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.text.formula_escaping import restore
from sandbox.discovery.models import Collaborator, Course, CourseRun
from tests.csv_files import csv_of
from tests.integration.reports.conftest import (
    BARE,
    BARE_KEY,
    BARE_RUN,
    BASE,
    FULL_KEY,
    FULL_RUN,
    SECOND_KEY,
    SECOND_RUN,
    statuses,
)

pytestmark = pytest.mark.usefixtures("names_fetched_once")

LEGACY_KEY = "edX+LEGACY1"
LEGACY_RUN = "course-v1:edX+LEGACY1+1T2020"
UPDATES = ("course_update", "course_run_update", "partial_updates", "course_editor_update")


def writes(task: BulkOperationTask) -> list[str]:
    return [step["act"] for row in task.rows.all() for step in row.steps]


def content_of(download, type_name: str, **query: str) -> bytes:
    return download(f"operations/{type_name}/export.csv", **query).content


# --- what is in it


def test_a_course_with_everything(upload, download) -> None:
    found = download("operations/course_update/export.csv").filled(course_key=FULL_KEY)

    assert found == {
        "course_key": FULL_KEY,
        "title": "Introduction to Everything, and more",
        "course_enrollment_track": "Verified and Audit",
        "short_description": "<p>=SUM(A1:A9)</p>",
        "long_description": "<p>Long &amp; <strong>bold</strong></p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>",
        "what_will_you_learn": "<ul>\n<li>one</li>\n<li>two</li>\n</ul>",
        "syllabus": '<p>Week "1", then <a href="https://example.org/w2">week 2</a></p>',
        "prerequisites": "<p>None</p>",
        "learner_testimonials": "<p>Great</p>",
        "frequently_asked_questions": "<p>Why?</p>",
        "additional_information": "'+1 555 0100\n<b>as is</b>",
        "about_video_link": "https://www.youtube.com/watch?v=abc",
        "level_type": "Introductory",
        "topics": "alpha, beta",
        "watchers": "one@example.org, two@example.org",
        "organization_short_code_override": "'@ALLX",
        "enterprise_subscription_inclusion": "FALSE",
        "b2c_subscription_inclusion": "TRUE",
        "primary_subject": "Computer Science",
        "secondary_subject": "Social Sciences",
        "tertiary_subject": "Business & Management",
        "collaborators": f"Acme Labs, {_collaborator('-minus')}",  # a name that starts like a removal goes by its UUID
        "url_slug": "intro-everything",
        "product_source": "External",
        "verified_price": "149.50",
    }


def test_a_run_with_everything(upload, download) -> None:
    found = download("operations/course_run_update/export.csv").filled(course_run_key=FULL_RUN)

    assert found == {
        "course_run_key": FULL_RUN,
        "course_run_enrollment_track": "Verified and Audit",
        "course_pacing": "Instructor-Paced",
        "start_date": "2030-01-15",
        "start_time": "09:30",
        "end_date": "2030-06-15",
        "end_time": "18:00",
        "enrollment_start_date": "2029-11-01",
        "enrollment_start_time": "08:00",
        "enrollment_end_date": "2030-03-01",
        "enrollment_end_time": "23:59",
        "publish_date": "2029-10-01T06:30:00Z",
        "upgrade_deadline_override_date": "2030-04-01",
        "upgrade_deadline_override_time": "12:00",
        "minimum_effort": "2",
        "maximum_effort": "6",
        "length": "8",
        "content_language": "French - Canada",
        "transcript_languages": "English - United States, Spanish - Latin America and Caribbean",
        "staff": "grace-hopper, ada-lovelace",
        "expected_program_type": "MicroMasters",
        "expected_program_name": "Some program",
        "verified_price": "149.50",
    }


def test_courses_and_runs_side_by_side(upload, download) -> None:
    Course.objects.filter(key=BARE_KEY).get().course_runs.all().delete()

    sheet = download("operations/partial_updates/export.csv")

    assert [(row["course_key"], row["course_run_key"]) for row in sheet.rows] == [
        (FULL_KEY, FULL_RUN),
        (BARE_KEY, ""),  # a course without runs
        (LEGACY_KEY, LEGACY_RUN),
    ]
    full = sheet.row(course_key=FULL_KEY)
    assert (full["title"], full["length"], full["move_to_legal_review"]) == (
        "Introduction to Everything, and more",
        "8",
        "",
    )


def test_reruns_start_from_the_latest_run_and_leave_its_dates_open(upload, download) -> None:
    found = download("operations/course_rerun/export.csv").filled(last_active_run_key=FULL_RUN)

    assert found == {
        "last_active_run_key": FULL_RUN,
        "run_type": "Verified and Audit",
        "pacing_type": "Instructor-Paced",
        "minimum_effort": "2",
        "maximum_effort": "6",
        "length": "8",
        "content_language": "French - Canada",
        "transcript_languages": "English - United States, Spanish - Latin America and Caribbean",
        "staff": "grace-hopper, ada-lovelace",
        "expected_program_type": "MicroMasters",
        "expected_program_name": "Some program",
    }


def test_editors(upload, download) -> None:
    sheet = download("operations/course_editor_update/export.csv")

    assert sheet.filled(course_key_or_uuid=FULL_KEY) == {
        "username_or_email": "staff@example.org",
        "course_key_or_uuid": FULL_KEY,
        "action": "add",
    }


# --- uploaded as it is


@pytest.mark.parametrize("type_name", UPDATES)
def test_an_export_uploaded_as_it_is_writes_nothing(upload, download, type_name) -> None:
    task = upload(type_name, content_of(download, type_name), name="export.csv")

    assert task.rows.count() >= 2
    assert set(task.rows.values_list("status", flat=True)) == {"unchanged"}
    assert writes(task) == []
    assert task.notes == []


def test_an_export_of_reruns_uploaded_as_it_is_asks_for_the_dates_and_writes_nothing(upload, download) -> None:
    task = upload("course_rerun", content_of(download, "course_rerun"))

    assert writes(task) == []
    assert {code for _, codes in statuses(task) for code in codes} == {"MISSING_REQUIRED_DATA"}


def test_an_edited_export_changes_what_was_edited_and_no_more(upload, download, discovery) -> None:
    sheet = download("operations/partial_updates/export.csv")
    row = sheet.row(course_key=FULL_KEY)

    task = upload("partial_updates", csv_of([{**row, "title": "New title", "length": "9"}]))

    assert task.rows.get().changes == {
        "title": ["Introduction to Everything, and more", "New title"],
        "run.weeks_to_complete": [8, 9],
    }


AWKWARD = {
    "a control character": {"additional_information": "a\x0bb"},
    "carriage returns": {"additional_information": "a\r\nb"},
    "an invisible start": {"additional_information": "\u200bhidden"},
    "a cell that is too long": {"additional_information": "x" * 40_000},
    "what an error looks like": {"additional_information": "#N/A"},
    "the word for clearing": {"title": "[clear]"},
    "no title": {"title": ""},
    "blanks around": {"title": "  spaced  "},
    "a formula": {"title": "=1+1"},
    "a defused formula": {"title": "'=1+1"},
    "headings from elsewhere": {"full_description": "<h2>Part 1</h2><p>Text</p>"},
    "an old text with styles": {"outcome": '<p style="color:red">Red</p>\r\n<p>more</p>'},
    "a watcher who is none": {"watchers": ["nobody"]},
}


@pytest.mark.parametrize("fields", AWKWARD.values(), ids=AWKWARD.keys())
def test_what_no_cell_can_say_is_left_out_and_stays_as_it_is(upload, download, fields) -> None:
    Course.objects.filter(key=FULL_KEY).update(**fields)

    task = upload("course_update", content_of(download, "course_update"))

    assert set(task.rows.values_list("status", flat=True)) == {"unchanged"}
    assert writes(task) == []


@pytest.mark.parametrize("type_name", UPDATES)
def test_runs_in_review_or_over_are_no_trouble(upload, download, type_name) -> None:
    CourseRun.objects.filter(key=FULL_RUN).update(status="review_by_legal")
    CourseRun.objects.filter(key=BARE_RUN).update(start="2020-01-01T00:00:00Z", end="2020-05-01T10:20:30.123456Z")

    task = upload(type_name, content_of(download, type_name))

    assert set(task.rows.values_list("status", flat=True)) == {"unchanged"}
    assert writes(task) == []


def test_a_member_gets_what_they_may_edit_and_it_changes_nothing(upload, download) -> None:
    sheet = download("operations/partial_updates/export.csv", "editor")

    task = upload("partial_updates", sheet.content, user="editor")

    assert {row["course_key"] for row in sheet.rows} >= {LEGACY_KEY}
    assert not any(row["upgrade_deadline_override_date"] for row in sheet.rows)  # staff only
    assert set(task.rows.values_list("status", flat=True)) == {"unchanged"}


def test_a_member_of_another_organization_gets_nothing_of_it(upload, download) -> None:
    sheet = download("operations/course_update/export.csv", "mit_editor")

    assert (sheet.rows, sheet.headers[0]) == ([], "course_key")


# --- which courses


def test_keys_choose_courses(upload, download) -> None:
    uuid = str(Course.objects.get(key=BARE_KEY).uuid)

    sheet = download("operations/course_update/export.csv", keys=f"{FULL_KEY}, {uuid}")

    assert [row["course_key"] for row in sheet.rows] == [FULL_KEY, BARE_KEY]


def test_keys_of_runs_choose_runs(upload, download, discovery) -> None:
    upload("course_rerun", [SECOND_RUN])

    runs = download("operations/course_run_update/export.csv", keys=SECOND_KEY)
    both = download("operations/partial_updates/export.csv", keys=f"{SECOND_KEY},{BARE_KEY}")
    course = download("operations/course_update/export.csv", keys=SECOND_KEY)
    all_runs = download("operations/course_run_update/export.csv", keys=f"{SECOND_KEY},{FULL_KEY}")
    latest = download("operations/course_rerun/export.csv", keys=FULL_KEY)

    assert [row["course_run_key"] for row in runs.rows] == [SECOND_KEY]
    assert sorted(row["course_run_key"] for row in both.rows) == [SECOND_KEY, BARE_RUN]
    assert [row["course_key"] for row in course.rows] == [FULL_KEY]
    assert [row["course_run_key"] for row in all_runs.rows] == [FULL_RUN, SECOND_KEY]
    assert [row["last_active_run_key"] for row in latest.rows] == [SECOND_KEY]


def test_a_plus_that_was_not_escaped_is_understood(upload, client_of) -> None:
    answer = client_of("staff").get(f"{BASE}/operations/course_update/export.csv?keys={FULL_KEY}")

    assert f"\r\n{FULL_KEY},".encode() in b"".join(answer.streaming_content)


def test_keys_that_are_not_there_are_named(upload, client_of) -> None:
    query = {"keys": f"{FULL_KEY},edX+NONE,course-v1:edX+ALL101+9T9999"}

    answer = client_of("staff").get(f"{BASE}/operations/course_update/export.csv", query)

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert "edX+NONE, course-v1:edX+ALL101+9T9999 weren't found" in answer.json()["detail"]


def test_a_key_that_no_database_takes_is_refused(upload, client_of) -> None:
    answer = client_of("staff").get(f"{BASE}/operations/course_update/export.csv", {"keys": f"a\0b,{FULL_KEY}"})

    assert (answer.status_code, "keys" in answer.json()) == (400, True)


def test_too_many_keys_are_refused(upload, client_of) -> None:
    query = {"keys": ",".join(f"edX+C{number}" for number in range(501))}

    answer = client_of("staff").get(f"{BASE}/operations/course_update/export.csv", query)

    assert (answer.status_code, answer.json()["code"]) == (400, "TOO_MANY_KEYS")


def test_an_organization_chooses_its_courses(upload, download) -> None:
    upload("course_create", [{**BARE, "organization": "MITx", "number": "M1"}])
    path = "operations/course_update/export.csv"

    of_mit, of_all = download(path, org="mitx"), download(path)

    assert [row["course_key"] for row in of_mit.rows] == ["MITx+M1"]
    assert len(of_all.rows) == 4


def test_an_organization_that_is_not_in_sight_is_not_found(upload, client_of) -> None:
    path = f"{BASE}/operations/course_update/export.csv"

    assert client_of("staff").get(path, {"org": "NoneX"}).status_code == 404
    assert client_of("editor").get(path, {"org": "MITx"}).status_code == 404


def test_subjects_statuses_and_days_choose_courses_and_runs(upload, download, client_of) -> None:
    CourseRun.objects.filter(key=BARE_RUN).update(status="reviewed", start="2031-02-01T00:00:00Z")

    def keys(type_name: str, name: str, **query: str) -> list[str]:
        return [row[name] for row in download(f"operations/{type_name}/export.csv", **query).rows]

    assert keys("course_update", "course_key", subject="computer science") == [FULL_KEY]
    assert keys("course_update", "course_key", status="reviewed") == [BARE_KEY]
    assert keys("course_run_update", "course_run_key", starts_from="2030-01-15", starts_until="2030-01-15") == [
        FULL_RUN
    ]
    assert keys("course_run_update", "course_run_key", status="reviewed,published", starts_from="2031-02-01") == [
        BARE_RUN
    ]
    assert keys("course_rerun", "last_active_run_key", starts_until="2029-01-01", org="edX") == [LEGACY_RUN]
    for query in ({"status": "done"}, {"starts_from": "1/2/2030"}, {"subject": "Alchemy"}):
        answer = client_of("staff").get(f"{BASE}/operations/course_update/export.csv", query)
        assert (answer.status_code, answer.json()["code"]) in {(400, "BAD_FILTER"), (404, "NOT_FOUND")}


def test_more_courses_than_a_file_may_have_are_refused(upload, client_of, settings) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "MAX_ROWS": 2}
    path = f"{BASE}/operations/course_update/export.csv"

    answer = client_of("staff").get(path)

    assert (answer.status_code, answer.json()["code"]) == (400, "EXPORT_TOO_LARGE")
    assert client_of("staff").get(path, {"org": "edX"}).status_code == 200


def test_there_is_no_export_for_what_makes_new_things(upload, client_of) -> None:
    answer = client_of("staff").get(f"{BASE}/operations/course_create/export.csv")

    assert (answer.status_code, answer.json()["code"]) == (404, "NO_EXPORT")
    assert answer.json()["detail"].startswith("Create courses changes nothing that exists")


# --- how it is sent


def test_the_file_is_made_for_spreadsheets(upload, client_of) -> None:
    answer = client_of("staff").get(f"{BASE}/operations/course_update/export.csv", headers={"Accept": "text/csv"})
    content = b"".join(answer.streaming_content)

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="course_update-export.csv"'
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert content.startswith(b"\xef\xbb\xbfcourse_key,")


def test_no_cell_can_run(upload, download) -> None:
    Course.objects.filter(key=FULL_KEY).update(title="=First steps", organization_short_code_override="\t=1")

    found = download("operations/course_update/export.csv").row(course_key=FULL_KEY)

    assert found["title"] == "'=First steps"
    assert not any(text[:1] in set("=+-@\t\r") for text in found.values())
    assert restore(found["title"]) == "=First steps"


def test_courses_are_read_a_batch_at_a_time(upload, client_of, monkeypatch) -> None:
    asked = []
    listed = DiscoveryClient.list_courses

    def counted(self, query):
        for course in listed(self, query):
            asked.append(course["key"])
            yield course

    monkeypatch.setattr(DiscoveryClient, "list_courses", counted)
    answer = client_of("staff").get(f"{BASE}/operations/course_update/export.csv")

    assert len(asked) == 2  # STATE_BATCH, before anything is sent
    assert len(b"".join(answer.streaming_content).splitlines()) > 3
    assert len(asked) == 3


def _collaborator(name: str) -> str:
    return str(Collaborator.objects.get(name=name).uuid)
