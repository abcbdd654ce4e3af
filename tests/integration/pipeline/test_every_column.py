"""Every column of a new course, once, through to discovery."""

from __future__ import annotations

import csv
import io

from sandbox.discovery.models import Collaborator, Course
from tests.integration.pipeline.conftest import Run

CELLS = {
    "organization": "edX",
    "title": "Introduction to Everything",
    "number": "ALL101",
    "course_enrollment_track": "Verified and Audit",
    "course_run_enrollment_track": "verified-audit",
    "verified_price": "149.5",
    "course_pacing": "Instructor-Paced",
    "start_date": "2030-01-15",
    "start_time": "9:30",
    "end_date": "2030-06-15T18:00:00Z",
    "enrollment_start_date": "2029-11-01",
    "enrollment_start_time": "08:00:00",
    "enrollment_end_date": "2030-03-01",
    "enrollment_end_time": "11:59 PM",
    "publish_date": "2029-10-01",
    "upgrade_deadline_override_date": "2030-04-01",
    "upgrade_deadline_override_time": "12:00",
    "short_description": "Short",
    "long_description": "<p>Long &amp; <b>bold</b></p>",
    "what_will_you_learn": "<ul><li>one</li><li>two</li></ul>",
    "syllabus": "Week 1",
    "prerequisites": "Algebra",
    "learner_testimonials": "Great",
    "frequently_asked_questions": "Why?",
    "additional_information": "<b>as is</b>",
    "about_video_link": "https://www.youtube.com/watch?v=abc",
    "level_type": "introductory",
    "topics": "alpha, beta",
    "watchers": "one@example.org; two@example.org",
    "organization_short_code_override": "ALLX",
    "enterprise_subscription_inclusion": "FALSE",
    "primary_subject": "computer science",
    "secondary_subject": "social-sciences",
    "tertiary_subject": "Business & Management",
    "collaborators": "Acme Labs, Brand New Labs",
    "url_slug": "intro-everything",
    "product_source": "External",
    "minimum_effort": "2",
    "maximum_effort": "6",
    "length": "8",
    "content_language": "French - Canada",
    "transcript_languages": "en-us, Spanish - Latin America and Caribbean",
    "expected_program_type": "micromasters",
    "expected_program_name": "Some program",
    "move_to_legal_review": "",
}


def sheet(**changes: str) -> str:
    cells = {**CELLS, **changes}
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(cells))
    writer.writeheader()
    writer.writerow(cells)
    return text.getvalue()


def test_all_columns_reach_discovery(run: Run) -> None:
    task = run(sheet())

    row = task.rows.get()
    assert (row.status, row.problems) == ("succeeded", [])
    assert [step["act"] for step in row.steps] == [
        "create_collaborator",
        "create_course",
        "update_course",
        "update_run",
    ]
    shown = show("edX+ALL101")
    assert {name: shown[name] for name in COURSE} == COURSE
    assert {name: shown["course_runs"][0][name] for name in RUN} == RUN
    assert [item["slug"] for item in shown["subjects"]] == [
        "computer-science",
        "social-sciences",
        "business-management",
    ]
    assert {item["name"] for item in shown["collaborators"]} == {"Acme Labs", "Brand New Labs"}
    assert shown["video"]["src"] == CELLS["about_video_link"]
    assert shown["entitlements"][0]["price"] == "149.50"
    seat = next(seat for seat in shown["course_runs"][0]["seats"] if seat["type"] == "verified")
    assert (seat["price"], seat["upgrade_deadline_override"]) == ("149.50", "2030-04-01T12:00:00Z")


def test_a_new_collaborator_of_several_rows_is_made_once(run: Run) -> None:
    both = sheet() + sheet(number="ALL102", url_slug="other", collaborators="brand new labs").splitlines()[1] + "\n"

    task = run(both)

    assert task.status == "completed"
    assert Collaborator.objects.filter(name__iexact="brand new labs").count() == 1
    assert Course.objects.get(key="edX+ALL102").collaborators.get().name == "Brand New Labs"


def test_legal_review_asks_for_its_fields_before_the_first_write(run: Run) -> None:
    task = run(sheet(move_to_legal_review="TRUE", length="", level_type=""))

    row = task.rows.get()
    assert row.status == "invalid"
    assert sorted(problem["column"] for problem in row.problems) == ["image", "length", "level_type"]
    assert {problem["code"] for problem in row.problems} == {"MISSING_LEGAL_REVIEW_DATA"}
    assert not Course.objects.filter(key="edX+ALL101").exists()


def show(key: str) -> dict:
    from django.contrib.auth import get_user_model

    from course_discovery_bulk import conf
    from course_discovery_bulk.discovery.connection import open_client

    staff = get_user_model().objects.get(username="staff")
    return open_client(staff, host="testserver", settings=conf.read()).get_course(key)


COURSE = {
    "title": "Introduction to Everything",
    "url_slug": "intro-everything",
    "short_description": "<p>Short</p>",
    "full_description": "<p>Long &amp; <strong>bold</strong></p>",
    "outcome": "<ul>\n<li>one</li>\n<li>two</li>\n</ul>",
    "syllabus_raw": "<p>Week 1</p>",
    "prerequisites_raw": "<p>Algebra</p>",
    "learner_testimonials": "<p>Great</p>",
    "faq": "<p>Why?</p>",
    "additional_information": "<b>as is</b>",
    "level_type": "Introductory",
    "topics": ["alpha", "beta"],
    "watchers": ["one@example.org", "two@example.org"],
    "organization_short_code_override": "ALLX",
    "enterprise_subscription_inclusion": False,
    "product_source": {"name": "External", "slug": "ext", "description": "External source"},
}
RUN = {
    "start": "2030-01-15T09:30:00Z",
    "end": "2030-06-15T18:00:00Z",
    "enrollment_start": "2029-11-01T08:00:00Z",
    "enrollment_end": "2030-03-01T23:59:00Z",
    "go_live_date": "2029-10-01T00:00:00Z",
    "pacing_type": "instructor_paced",
    "min_effort": 2,
    "max_effort": 6,
    "weeks_to_complete": 8,
    "content_language": "fr-ca",
    "transcript_languages": ["en-us", "es-419"],
    "expected_program_type": "micromasters",
    "expected_program_name": "Some program",
    "status": "unpublished",
}
