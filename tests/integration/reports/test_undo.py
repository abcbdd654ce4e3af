"""Undo: an upload that puts back what a task changed, and says what it would overwrite or cannot put back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache

from sandbox.discovery.models import Course, CourseRun
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


@pytest.fixture(autouse=True)
def names_seen_anew(names_fetched_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An undo names collaborators that the upload has made."""
    monkeypatch.setattr("course_discovery_bulk.discovery.session.cache", cache)


@pytest.fixture
def state(discovery):
    """What discovery shows of the two courses, without what changes with every write."""

    def read(*keys: str) -> list[dict[str, Any]]:
        shown = [discovery.get_course(key) for key in keys or (FULL_KEY, BARE_KEY)]
        return [_without(course, "modified", "data_modified_timestamp", "url_slug_history") for course in shown]

    return read


def _without(value: Any, *names: str) -> Any:
    if isinstance(value, list):
        return [_without(item, *names) for item in value]
    if isinstance(value, dict):
        return {name: _without(item, *names) for name, item in value.items() if name not in names}
    return value


CHANGES = {
    "course_update": {
        "course_key": FULL_KEY,
        "title": "Changed",
        "short_description": "[clear]",
        "additional_information": "=changed",
        "topics": "+gamma, -alpha",
        "watchers": "[clear]",
        "primary_subject": "Social Sciences",  # the second moves up
        "collaborators": "New Labs",
        "level_type": "Advanced",
        "verified_price": "10",
        "url_slug": "changed-slug",
        "about_video_link": "https://example.org/other",
    },
    "course_run_update": {
        "course_run_key": FULL_RUN,
        "start_date": "2030-02-01",
        "enrollment_start_date": "[clear]",
        "publish_date": "2029-12-01",
        "upgrade_deadline_override_date": "[clear]",
        "course_pacing": "Self-Paced",
        "minimum_effort": "[clear]",
        "length": "12",
        "transcript_languages": "fr-ca",
        "content_language": "en-us",
        "expected_program_name": "Other",
        "verified_price": "10",
    },
    "partial_updates": {
        "course_run_key": FULL_RUN,
        "title": "Changed",
        "tertiary_subject": "[clear]",
        "end_date": "2030-07-01",
        "end_time": "10:00",
        "verified_price": "10",
    },
    "course_editor_update": {
        "username_or_email": "editor@example.org",
        "course_key_or_uuid": FULL_KEY,
        "action": "add",
    },
}
# What was empty and is filled.
FILLS = {
    "course_update": {
        "Course Key": BARE_KEY,
        "full_description": "Long",
        "topics": "x, y",
        "secondary_subject": "Social Sciences",
        "collaborators": "Acme Labs",
        "level_type": "Advanced",
        "about_video_link": "https://example.org/v",
    },
    "course_run_update": {
        "course_run_key": BARE_RUN,
        "enrollment_start_date": "2029-11-01",
        "enrollment_start_time": "09:00",
        "length": "3",
        "weeks": "3",
        "content_language": "en-us",
        "expected_program_type": "micromasters",
    },
}


@pytest.mark.parametrize(
    ("type_name", "row"),
    [*CHANGES.items(), *FILLS.items()],
    ids=[*CHANGES, *(f"{name}-from-empty" for name in FILLS)],
)
def test_uploading_the_undo_brings_back_what_was(upload, download, state, type_name, row) -> None:
    before = state()
    task = upload(type_name, csv_of([row]))
    assert statuses(task)[0][0] == "succeeded"
    assert state() != before

    sheet = download(f"{task.pk}/undo.csv")
    undone = upload(type_name, sheet.content)

    assert (sheet.rows[0]["edited_since"], sheet.rows[0]["cannot_undo"]) == ("", "")
    assert statuses(undone)[0][0] == "succeeded"
    assert undone.notes == []
    assert _comparable(state()) == _comparable(before)


def _comparable(courses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Editors get a new id, and discovery keeps an emptied text as empty text."""
    for course in courses:
        course["editors"] = sorted(editor["user"]["username"] for editor in _named(course["editors"]))
        course["topics"] = sorted(course["topics"])
    return [_nothing_alike(course) for course in courses]


def _named(editors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"user": {"username": editor["user"]["email"]}} for editor in editors]


def _nothing_alike(value: Any) -> Any:
    if isinstance(value, list):
        return [_nothing_alike(item) for item in value]
    if isinstance(value, dict):
        return {name: _nothing_alike(item) for name, item in value.items()}
    return "" if value is None else value


def test_the_file_has_previous_values_of_what_changed_only(upload, download) -> None:
    task = upload(
        "partial_updates",
        [
            {
                "course_key": FULL_KEY,
                "course_run_key": FULL_RUN,
                "title": "Changed",
                "start_date": "2030-02-01",
                "level_type": "Introductory",  # as it was
                "expected_program_name": "[clear]",
                "topics": "",
            }
        ],
    )

    sheet = download(f"{task.pk}/undo.csv")

    assert set(sheet.headers) == {
        *("course_key", "course_run_key", "title", "topics", "level_type", "expected_program_name"),
        *("start_date", "start_time"),  # the time of day was not uploaded, but it went with the date
        *("line", "upload_number", "edited_since", "cannot_undo", "undo_expects"),
    }
    found = sheet.filled(course_key=FULL_KEY)
    assert set(json.loads(found.pop("undo_expects"))) == {"title", "run.start", "run.expected_program_name"}
    assert found == {
        "line": "2",
        "upload_number": str(task.pk),
        "course_key": FULL_KEY,
        "course_run_key": FULL_RUN,
        "title": "Introduction to Everything, and more",
        "start_date": "2030-01-15",
        "start_time": "09:30",
        "expected_program_name": "Some program",
    }


def test_what_was_edited_since_is_named_and_still_in_the_file(upload, download) -> None:
    task = upload(
        "partial_updates",
        [{"course_run_key": FULL_RUN, "title": "Changed", "level_type": "Advanced", "length": "12", "end_time": ""}],
    )
    Course.objects.filter(key=FULL_KEY).update(title="Edited by somebody")
    CourseRun.objects.filter(key=FULL_RUN).update(weeks_to_complete=20)

    row = download(f"{task.pk}/undo.csv").rows[0]

    assert row["edited_since"] == "title, length"
    assert (row["title"], row["level_type"], row["length"]) == (
        "Introduction to Everything, and more",
        "Introductory",
        "8",
    )


def test_what_is_back_already_is_left_out(upload, download) -> None:
    task = upload("course_update", [{"course_key": FULL_KEY, "title": "Changed", "level_type": "Advanced"}])
    upload("course_update", [{"course_key": FULL_KEY, "title": "Introduction to Everything, and more"}])

    row = download(f"{task.pk}/undo.csv").rows[0]

    assert (row["title"], row["level_type"], row["edited_since"]) == ("", "Introductory", "")

    upload("course_update", [{"course_key": FULL_KEY, "level_type": "Introductory"}])

    assert download(f"{task.pk}/undo.csv").rows == []


def test_what_is_out_of_sight_counts_as_edited(upload, download, client_of) -> None:
    task = upload("course_update", [{"course_key": BARE_KEY, "title": "Changed"}])
    Course.objects.filter(key=BARE_KEY).update(key="edX+MOVED")

    row = download(f"{task.pk}/undo.csv").rows[0]

    assert (row["course_key"], row["title"], row["edited_since"]) == (BARE_KEY, "Bare", "title")


def test_what_cannot_be_put_back_is_named(upload, download) -> None:
    Course.objects.filter(key=FULL_KEY).update(watchers=["nobody"], additional_information="a\x0bb", title="x" * 256)
    row = {
        "course_key": FULL_KEY,
        "watchers": "one@example.org",
        "additional_information": "changed",
        "title": "Changed",
        "topics": "new",
    }
    task = upload("course_update", [row])

    found = download(f"{task.pk}/undo.csv").filled(course_key=FULL_KEY)

    assert sorted(found["cannot_undo"].split(", ")) == ["additional_information", "title", "watchers"]
    assert {name for name in found if name in row} == {"course_key", "topics"}


def test_a_price_that_course_and_run_did_not_share_cannot_be_put_back(upload, download, state) -> None:
    upload("course_run_update", [{"course_run_key": FULL_RUN, "verified_price": "60"}])
    task = upload("partial_updates", [{"course_run_key": FULL_RUN, "verified_price": "70"}])

    row = download(f"{task.pk}/undo.csv").rows[0]

    assert (row["verified_price"], row["cannot_undo"]) == ("", "verified_price")


def test_rows_that_went_on_from_each_other_are_undone_as_one(upload, download, state) -> None:
    before = state()
    task = upload(
        "partial_updates",
        [
            {"course_key": FULL_KEY, "secondary_subject": "Data Analysis & Statistics"},
            {"course_key": FULL_KEY, "course_run_key": FULL_RUN, "tertiary_subject": "Social Sciences", "length": "9"},
        ],
    )
    assert [status for status, _ in statuses(task)] == ["succeeded", "succeeded"]

    sheet = download(f"{task.pk}/undo.csv")
    undone = upload("partial_updates", sheet.content)

    names = ("course_run_key", "secondary_subject", "tertiary_subject", "length", "edited_since")
    assert [tuple(row[name] for name in names) for row in sheet.rows] == [
        (FULL_RUN, "", "", "8", ""),
        ("", "Social Sciences", "Business & Management", "", ""),
    ]
    assert [status for status, _ in statuses(undone)] == ["succeeded", "succeeded"]
    assert _comparable(state()) == _comparable(before)


def test_a_price_of_a_course_and_its_runs_goes_back_in_all_of_their_rows(upload, download, state) -> None:
    upload("course_rerun", [SECOND_RUN])
    before = state()
    rows = [{"course_run_key": key, "verified_price": "70"} for key in (FULL_RUN, SECOND_KEY)]
    task = upload("partial_updates", rows)

    sheet = download(f"{task.pk}/undo.csv")
    upload("partial_updates", sheet.content)

    assert [(row["verified_price"], row["cannot_undo"]) for row in sheet.rows] == [("149.50", ""), ("149.50", "")]
    assert _comparable(state()) == _comparable(before)


def test_a_subject_that_somebody_added_makes_no_gap(upload, download) -> None:
    task = upload("course_update", [{"course_key": BARE_KEY, "primary_subject": "Social Sciences"}])
    upload("course_update", [{"course_key": BARE_KEY, "secondary_subject": "Computer Science"}])

    sheet = download(f"{task.pk}/undo.csv")
    kept = upload("course_update", sheet.content)
    undone = upload("course_update", sheet.content, overwrite_later_edits=True)

    assert sheet.rows[0]["edited_since"] == "primary_subject"
    assert [sheet.rows[0][name] for name in ("primary_subject", "secondary_subject")] == ["[clear]", "[clear]"]
    assert statuses(kept) == [("skipped", ["EDITED_SINCE"])]
    assert statuses(undone) == [("succeeded", [])]


def test_equal_changes_of_two_runs_stay_two_changes(upload, download) -> None:
    upload("course_rerun", [SECOND_RUN])
    task = upload(
        "course_run_update",
        [
            {"course_run_key": FULL_RUN, "course_pacing": "Self-Paced"},
            {"course_run_key": SECOND_KEY, "course_pacing": "Instructor-Paced"},
        ],
    )

    sheet = download(f"{task.pk}/undo.csv")

    assert {row["course_run_key"]: row["course_pacing"] for row in sheet.rows} == {
        FULL_RUN: "Instructor-Paced",
        SECOND_KEY: "Self-Paced",
    }


def test_many_courses_are_compared_a_batch_at_a_time(upload, download) -> None:
    upload("course_create", [{**BARE, "number": f"N{number}", "title": f"Old {number}"} for number in range(5)])
    keys = [f"edX+N{number}" for number in range(5)]
    task = upload("course_update", [{"course_key": key, "title": f"New {key}"} for key in keys])

    sheet = download(f"{task.pk}/undo.csv")

    assert sorted((row["course_key"], row["title"], row["edited_since"]) for row in sheet.rows) == [
        (key, f"Old {number}", "") for number, key in enumerate(keys)
    ]


def test_a_removed_editor_is_added_again(upload, download) -> None:
    row = {"username_or_email": "staff", "course_key_or_uuid": BARE_KEY, "action": "remove"}
    task = upload("course_editor_update", [row])
    assert statuses(task) == [("succeeded", [])]

    assert download(f"{task.pk}/undo.csv").filled(action="add") == {
        **row,
        "action": "add",
        "line": "2",
        "upload_number": str(task.pk),
    }


def test_an_editor_who_was_removed_by_somebody_needs_no_undoing(upload, download) -> None:
    row = {"username_or_email": "editor", "course_key_or_uuid": BARE_KEY, "action": "add"}
    task = upload("course_editor_update", [row])
    Course.objects.get(key=BARE_KEY).editors.filter(user__username="editor").delete()

    assert download(f"{task.pk}/undo.csv").rows == []


@pytest.mark.parametrize(
    ("type_name", "row", "detail"),
    [
        ("course_create", {**BARE, "number": "MORE1"}, "Create courses: what was created can't be undone."),
        ("course_rerun", SECOND_RUN, "Re-run courses: what was created can't be undone."),
    ],
)
def test_what_was_made_cannot_be_undone(upload, client_of, type_name, row, detail) -> None:
    task = upload(type_name, [row])
    assert task.status == "completed"

    answer = client_of("staff").get(f"{BASE}/{task.pk}/undo.csv")

    assert (answer.status_code, answer.json()) == (409, {"code": "CANNOT_UNDO", "detail": detail})


def test_a_task_that_changed_nothing_has_nothing_to_undo(upload, client_of) -> None:
    task = upload("course_update", [{"course_key": BARE_KEY, "title": "Bare"}, {"course_key": "edX+NO", "title": "T"}])

    answer = client_of("staff").get(f"{BASE}/{task.pk}/undo.csv")

    assert (answer.status_code, answer.json()["code"]) == (409, "NOTHING_TO_UNDO")


def test_a_task_that_has_not_ended_cannot_be_undone_yet(upload, client_of) -> None:
    task = upload("course_update", [{"course_key": BARE_KEY, "title": "Changed"}])
    type(task).objects.filter(pk=task.pk).update(status="processing")

    answer = client_of("staff").get(f"{BASE}/{task.pk}/undo.csv")

    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_FINISHED")


def test_what_a_failed_row_had_planned_is_not_undone(upload, download) -> None:
    rows = [{"course_key": key, "title": "Changed"} for key in (FULL_KEY, BARE_KEY)]
    task = upload("course_update", rows)
    task.rows.filter(line=2).update(status="failed")

    assert [row["course_key"] for row in download(f"{task.pk}/undo.csv").rows] == [BARE_KEY]
