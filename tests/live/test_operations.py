"""Each operation through the API of a running discovery, and what came of it through discovery's own API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.live.api import Cells, Finished, Person
from tests.live.conftest import Report, Words

Record = Callable[[Person, Finished], Finished]

PUBLISHED_LATER = {"start_date": "2031-01-15", "end_date": "2031-06-15"}


def course_row(words: Words, number: str, **cells: str) -> dict[str, str]:
    """What a course needs to be made, and more."""
    return {
        "organization": words.org,
        "title": f"Live course {number}",
        "number": number,
        "course_enrollment_track": words.course_track,
        "course_run_enrollment_track": words.run_track,
        "verified_price": "49.00",
        "course_pacing": "Self-Paced",
        "start_date": "2030-01-15",
        "end_date": "2030-06-15",
        "product_source": words.source,
        **cells,
    }


def number_of(report: Report, person: Person, name: str) -> str:
    """A course number of this run; discovery derives run keys from numbers, so none may be a part of another."""
    return f"LIVE{report.tag}{person.role[0].upper()}.{name}"


@pytest.fixture(scope="module")
def made(person: Person, words: Words, report: Report) -> Finished:
    """Two courses of this person, made by an upload: one with all kinds of columns, one with what is needed."""
    rows = [
        course_row(
            words,
            number_of(report, person, "FULL"),
            short_description="<p>Short</p>",
            long_description="<p>Long, with a <strong>word</strong></p>",
            level_type=words.level,
            primary_subject=words.subject,
            topics="alpha, beta",
            minimum_effort="2",
            maximum_effort="5",
            length="7",
            content_language="en-us",
            transcript_languages="en-us, fr",
            publish_date="2029-12-01",
        ),
        course_row(words, number_of(report, person, "BARE"), course_pacing="Instructor-Paced"),
    ]
    done = person.run("course_create", rows)
    report.add("made", person.role, done)
    report.made += done.keys
    return done


@pytest.fixture
def keys(made: Finished) -> list[str]:
    assert made.statuses == ["succeeded", "succeeded"], made.rows
    return made.keys


@pytest.fixture
def runs(person: Person, keys: list[str]) -> list[str]:
    return [person.course(key)["course_runs"][0]["key"] for key in keys]


def price(course: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["mode"], item["price"]) for item in course["entitlements"]]


def verified_price(run: dict[str, Any]) -> list[str]:
    return [seat["price"] for seat in run["seats"] if seat["type"] == "verified"]


def test_course_create(person: Person, words: Words, made: Finished) -> None:
    assert made.task["status"] == "completed", made.task["task_summary"]
    full, bare = (person.course(key) for key in made.keys)

    assert full["title"].startswith("Live course LIVE")
    assert (full["short_description"], full["level_type"]) == ("<p>Short</p>", words.level)
    assert [subject["name"] for subject in full["subjects"]] == [words.subject]
    assert sorted(full["topics"]) == ["alpha", "beta"]
    assert price(full) == price(bare) == [("verified", "49.00")]
    run = person.run_of(full["course_runs"][0]["key"])
    assert (run["start"], run["end"], run["pacing_type"]) == (
        "2030-01-15T00:00:00Z",
        "2030-06-15T00:00:00Z",
        "self_paced",
    )
    assert (run["min_effort"], run["max_effort"], run["weeks_to_complete"]) == (2, 5, 7)
    assert (run["content_language"], sorted(run["transcript_languages"])) == ("en-us", ["en-us", "fr"])
    assert verified_price(run) == ["49.00"]
    assert bare["course_runs"][0]["pacing_type"] == "instructor_paced"


def test_whoever_uploads_is_the_editor(person: Person, staff: Person, keys: list[str]) -> None:
    own = {item["user"]["id"] for item in staff.pages("/api/v1/course_editors/", course=person.course(keys[0])["uuid"])}

    assert len(own) <= 1  # staff without an organization are shown to nobody
    if person.role == "editor":
        assert len(own) == 1


def test_the_same_file_again_changes_nothing(
    person: Person, words: Words, keys: list[str], report: Report, record: Record
) -> None:
    before = [person.course(key)["modified"] for key in keys]

    again = record(
        person, person.run("course_create", [course_row(words, number_of(report, person, "BARE"), title="Other")])
    )

    assert again.statuses == ["skipped"]
    assert [person.course(key)["modified"] for key in keys] == before


def test_course_update(person: Person, keys: list[str], record: Record) -> None:
    rows: list[Cells] = [
        {"course_key": keys[0], "short_description": "<p>New</p>", "topics": "+gamma, -alpha", "verified_price": ""},
        {"course_key": keys[1], "title": "Another title", "verified_price": "59.50"},
        {"course_key": keys[0], "short_description": "<p>New</p>"},
    ]

    done = record(person, person.run("course_update", rows))

    full, bare = (person.course(key) for key in keys)
    assert done.statuses[:2] == ["succeeded", "succeeded"], done.rows
    assert done.statuses[2] in ("unchanged", "succeeded")
    assert (full["short_description"], sorted(full["topics"])) == ("<p>New</p>", ["beta", "gamma"])
    assert (bare["title"], price(bare)) == ("Another title", [("verified", "59.50")])
    assert price(full) == [("verified", "49.00")]  # an empty cell leaves what is there


def test_course_run_update(person: Person, runs: list[str], record: Record) -> None:
    rows: list[Cells] = [
        {
            "course_run_key": runs[1],
            "start_date": "2030-02-01",
            "minimum_effort": "1",
            "maximum_effort": "4",
            "course_pacing": "Self-Paced",
        },
        {"course_run_key": runs[0], "length": "9"},
    ]

    done = record(person, person.run("course_run_update", rows))

    bare, full = person.run_of(runs[1]), person.run_of(runs[0])
    assert done.statuses == ["succeeded", "succeeded"], done.rows
    assert (bare["start"], bare["min_effort"], bare["max_effort"]) == ("2030-02-01T00:00:00Z", 1, 4)
    assert bare["pacing_type"] == "self_paced"
    assert (full["weeks_to_complete"], full["min_effort"], full["content_language"]) == (9, 2, "en-us")


def test_partial_updates(person: Person, keys: list[str], runs: list[str], record: Record) -> None:
    rows: list[Cells] = [
        {"course_key": keys[0], "course_run_key": runs[0], "title": "Both", "minimum_effort": "3"},
        {"course_key": "", "course_run_key": runs[1], "title": "", "minimum_effort": "2"},
    ]

    done = record(person, person.run("partial_updates", rows))

    assert done.statuses == ["succeeded", "succeeded"], done.rows
    assert person.course(keys[0])["title"] == "Both"
    assert [person.run_of(key)["min_effort"] for key in runs] == [3, 2]


def test_course_rerun(person: Person, words: Words, keys: list[str], runs: list[str], record: Record) -> None:
    row = {"last_active_run_key": runs[0], **PUBLISHED_LATER, "run_type": words.run_track, "pacing_type": "Self-Paced"}
    effort = person.run_of(runs[0])["max_effort"]

    done = record(person, person.run("course_rerun", [row]))
    again = record(person, person.run("course_rerun", [row]))

    found = {item["key"] for item in person.course(keys[0])["course_runs"]}
    run = person.run_of(done.keys[0])
    assert (done.statuses, again.statuses) == (["succeeded"], ["skipped"]), done.rows
    assert found == {runs[0], done.keys[0]}
    assert (run["start"], run["max_effort"], verified_price(run)) == ("2031-01-15T00:00:00Z", effort, ["49.00"])


def test_instructors_and_the_subscription(
    person: Person, words: Words, keys: list[str], runs: list[str], record: Record
) -> None:
    """Instructors by slug and by UUID, after a re-run too; the subscription where this discovery has the field."""
    people = person.read("/api/v1/people/", page_size="2")["results"]
    if len(people) < 2:
        pytest.skip("this catalog has no two people")
    first, second = people
    row = {"last_active_run_key": runs[0], "run_type": words.run_track, "pacing_type": "Self-Paced"}
    later = {"start_date": "2032-01-15", "end_date": "2032-06-15"}
    has_field = "b2c_subscription_inclusion" in person.course(keys[0])

    named = {"course_run_key": runs[0], "staff": f"{second['slug']}, {first['uuid']}"}
    done = record(person, person.run("course_run_update", [named]))
    again = record(person, person.run("course_rerun", [{**row, **later, "staff": f"-{second['slug']}"}]))
    flagged = record(
        person, person.run("course_update", [{"course_key": keys[0], "b2c_subscription_inclusion": "TRUE"}])
    )

    assert done.statuses == again.statuses == ["succeeded"], (done.rows, again.rows)
    assert [item["uuid"] for item in person.run_of(runs[0])["staff"]] == [second["uuid"], first["uuid"]]
    assert [item["uuid"] for item in person.run_of(again.keys[0])["staff"]] == [first["uuid"]]
    assert flagged.statuses == ["succeeded" if has_field else "invalid"], flagged.rows
    assert person.course(keys[0]).get("b2c_subscription_inclusion", True) is True


def test_course_editor_update(person: Person, words: Words, keys: list[str], record: Record) -> None:
    organizations = person.pages("/api/v1/organizations/")
    uuid = next(item["uuid"] for item in organizations if item["key"] == words.org)
    course = person.course(keys[1])["uuid"]
    present = person.editors(course)
    members = person.pages(f"/publisher/api/admins/organizations/{uuid}/users/")
    member = next((item for item in members if item["email"] and item["id"] not in present), None)
    if member is None:
        pytest.skip(f"{words.org} has no other member with an e-mail address")
    row = {"username_or_email": member["email"], "course_key_or_uuid": keys[1]}

    added = record(person, person.run("course_editor_update", [{**row, "action": "add"}]))
    between = person.editors(course)
    removed = record(person, person.run("course_editor_update", [{**row, "action": "remove"}]))

    assert (added.statuses, removed.statuses) == (["succeeded"], ["succeeded"]), [added.rows, removed.rows]
    assert set(between) - set(present) == {member["id"]}
    assert sorted(person.editors(course)) == sorted(present)


def test_a_preview_writes_nothing_until_it_is_applied(person: Person, keys: list[str], record: Record) -> None:
    row = {"course_key": keys[1], "title": "Previewed"}

    preview = record(person, person.run("course_update", [row], dry_run="true"))
    between = person.course(keys[1])["title"]
    applied = person.ask("POST", f"/api/v1/bulk_operation_tasks/{preview.task['id']}/apply/")
    done = record(person, person.finish_applied(preview.task["id"]))

    assert (preview.task["status"], preview.rows[0]["changes"]["title"]) == ("validated", [between, "Previewed"])
    assert between != "Previewed"
    assert (applied.status_code, done.statuses) == (202, ["succeeded"])
    assert person.course(keys[1])["title"] == "Previewed"


def test_problems_are_told_at_their_cells(person: Person, words: Words, report: Report, record: Record) -> None:
    rows = [
        course_row(words, "no spaces", verified_price="49"),
        course_row(words, number_of(report, person, "BAD1"), start_date="03/04/2030"),
        course_row(words, number_of(report, person, "BAD2"), verified_price="-5"),
    ]

    done = record(person, person.run("course_create", rows))

    assert (done.task["status"], done.statuses) == ("failed", ["invalid"] * 3)
    assert done.codes == [["BAD_COURSE_NUMBER"], ["AMBIGUOUS_DATE"], ["BAD_PRICE"]]
    assert [row["line"] for row in done.rows] == [2, 3, 4]


def test_the_files_of_a_task(person: Person, made: Finished) -> None:
    pk = made.task["id"]
    results = person.ask("GET", f"/api/v1/bulk_operation_tasks/{pk}/results.csv").text
    uploaded = person.ask("GET", f"/api/v1/bulk_operation_tasks/{pk}/").json()["csv_file"]

    assert [line.count("succeeded") for line in results.splitlines()[1:]] == [1, 1]
    assert uploaded.rpartition("/")[2] == "course_create.csv"
    assert json.loads(person.task(pk, include_result="true")["result"])["success_count"] == 2


@pytest.mark.parametrize("task_type", ["course_create", "course_update", "course_rerun", "course_editor_update"])
def test_an_editor_cannot_touch_another_organization(
    staff: Person, editor: Person, words: Words, report: Report, record: Record, task_type: str
) -> None:
    if not words.other_org:
        pytest.skip("the editor is a member of every organization that staff see")
    number = f"LIVE{report.tag}O.{task_type.replace('_', '')}"
    theirs = record(staff, staff.run("course_create", [course_row(words, number, organization=words.other_org)]))
    assert theirs.statuses == ["succeeded"], theirs.rows
    before = staff.course(theirs.keys[0])
    rows: dict[str, Cells] = {
        "course_create": course_row(words, f"{number}2", organization=words.other_org),
        "course_update": {"course_key": before["key"], "title": "Taken over"},
        "course_rerun": {
            "last_active_run_key": before["course_runs"][0]["key"],
            **PUBLISHED_LATER,
            "run_type": words.run_track,
            "pacing_type": "Self-Paced",
        },
        "course_editor_update": {
            "username_or_email": "nobody@example.org",
            "course_key_or_uuid": before["key"],
            "action": "add",
        },
    }

    done = record(editor, editor.run(task_type, [rows[task_type]]))

    after = staff.course(before["key"])
    assert done.task["status"] == "failed"
    assert set(done.statuses) <= {"invalid", "failed"}
    assert (after["title"], after["modified"]) == (before["title"], before["modified"])
    assert len(after["course_runs"]) == 1
    assert staff.ask("GET", f"/api/v1/courses/{words.other_org}+{number}2/?editable=1").status_code == 404


def test_tasks_of_others_are_not_in_sight(staff: Person, editor: Person, words: Words, record: Record) -> None:
    of_staff = record(staff, staff.run("course_update", [{"course_key": f"{words.org}+NOSUCH", "title": "x"}]))
    pk = of_staff.task["id"]

    assert editor.ask("GET", f"/api/v1/bulk_operation_tasks/{pk}/").status_code == 404
    assert pk not in [task["id"] for task in editor.pages("/api/v1/bulk_operation_tasks/")]
    assert staff.task(pk)["id"] == pk
