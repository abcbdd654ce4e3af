"""What a good row becomes: exactly these calls with exactly these bodies, and as few as discovery allows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from course_discovery_bulk.choices import Act, RowAction, RowStatus
from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.data import RowPlan, Step
from course_discovery_bulk.operations.course_create import OPERATION
from course_discovery_bulk.pipeline.plan import plan_row
from tests.unit.operations.samples import (
    ACME,
    LEGAL_REVIEW_CELLS,
    RUN_VERIFIED_AUDIT,
    STAFF,
    VERIFIED_AUDIT,
    clean_row,
    plan_input,
    snapshot,
)

MINIMAL_BODY = {
    "org": "edX",
    "number": "CS101",
    "title": "Introduction to Computing",
    "type": VERIFIED_AUDIT,
    "product_source": "edx",
    "prices": {"verified": "49.00"},
    "course_run": {
        "run_type": RUN_VERIFIED_AUDIT,
        "pacing_type": "self_paced",
        "start": "2027-09-01T00:00:00Z",
        "end": "2027-12-15T00:00:00Z",
    },
}


def plan(*existing: str, context: Context = STAFF, **changes: str) -> RowPlan:
    row = clean_row(context, **changes)
    assert row.is_valid, row.problems
    return plan_row(row, OPERATION, plan_input(*map(snapshot, existing)))


def bodies(made: RowPlan) -> list[tuple[str, Any, Any]]:
    return [(step.act.value, step.target, step.body) for step in made.steps]


def test_a_minimal_row_is_one_call() -> None:
    made = plan()

    assert bodies(made) == [("create_course", "edX+CS101", MINIMAL_BODY)]
    assert (made.line, made.action, made.status) == (2, RowAction.CREATE, RowStatus.RUNNING)
    assert made.object_key == "edX+CS101"


def test_what_the_row_does_not_name_is_not_sent() -> None:
    (step,) = plan(short_description="", topics="", minimum_effort="", url_slug="").steps

    assert step.body == MINIMAL_BODY


def test_a_free_track_sends_no_price() -> None:
    (step,) = plan(course_enrollment_track="audit", course_run_enrollment_track="audit", verified_price="49").steps

    assert step.body["prices"] == {}


def test_what_the_post_takes_of_a_course_and_all_of_its_run_go_in_the_post() -> None:
    (step,) = plan(
        product_source="External",
        url_slug="intro-cs",
        collaborators="ACME labs",
        start_time="14:30",
        end_date="2027-12-15 23:59",
        enrollment_start_date="2027-06-01",
        enrollment_end_date="2027-11-30",
        enrollment_end_time="12:00",
        publish_date="2027-05-01",
        minimum_effort="2",
        maximum_effort="5",
        length="8",
        content_language="French",
        transcript_languages="fr, en-us",
        expected_program_type="micromasters",
        expected_program_name="Computing",
    ).steps

    assert step.body == {
        **MINIMAL_BODY,
        "product_source": "ext",
        "url_slug": "intro-cs",
        "collaborators": [ACME],
        "course_run": {
            "run_type": RUN_VERIFIED_AUDIT,
            "pacing_type": "self_paced",
            "start": "2027-09-01T14:30:00Z",
            "end": "2027-12-15T23:59:00Z",
            "enrollment_start": "2027-06-01T00:00:00Z",
            "enrollment_end": "2027-11-30T12:00:00Z",
            "go_live_date": "2027-05-01T00:00:00Z",
            "min_effort": 2,
            "max_effort": 5,
            "weeks_to_complete": 8,
            "content_language": "fr",
            "transcript_languages": ["fr", "en-us"],
            "expected_program_type": "micromasters",
            "expected_program_name": "Computing",
        },
    }


def test_what_the_post_would_drop_goes_in_one_patch() -> None:
    made = plan(
        organization="MITx",
        short_description="Short",
        long_description="Long",
        what_will_you_learn="Much",
        syllabus="Week 1",
        prerequisites="None",
        learner_testimonials="Good",
        frequently_asked_questions="Why?",
        additional_information="Bring a notebook.",
        about_video_link="https://video.example.org/1",
        level_type="introductory",
        primary_subject="computer-science",
        secondary_subject="Social Sciences",
        topics="python, C++",
        watchers="team@example.org",
        organization_short_code_override="CSX",
        enterprise_subscription_inclusion="TRUE",
        image="https://example.org/cs.png",
        organization_logo_override="https://example.org/logo.png",
    )

    assert [step.act for step in made.steps] == [Act.CREATE_COURSE, Act.UPDATE_COURSE]
    assert made.steps[1].target == "MITx+CS101"
    assert made.steps[1].body == {
        "short_description": "Short",
        "full_description": "Long",
        "outcome": "Much",
        "syllabus_raw": "Week 1",
        "prerequisites_raw": "None",
        "learner_testimonials": "Good",
        "faq": "Why?",
        "additional_information": "Bring a notebook.",
        "video": {"src": "https://video.example.org/1"},
        "level_type": "Introductory",
        "subjects": ["computer-science", "social-sciences"],
        "topics": ["python", "C++"],
        "watchers": ["team@example.org"],
        "organization_short_code_override": "CSX",
        "enterprise_subscription_inclusion": True,
        "image": {"$download": "https://example.org/cs.png"},
        "organization_logo_override": {"$download": "https://example.org/logo.png"},
    }


def test_legal_review_comes_last_and_on_the_run_that_was_made() -> None:
    made = plan(**LEGAL_REVIEW_CELLS)

    assert [step.act for step in made.steps] == [Act.CREATE_COURSE, Act.UPDATE_COURSE, Act.UPDATE_RUN]
    assert (made.steps[2].target, made.steps[2].body) == ({"$ref": "run_key"}, {"draft": False})


def test_an_upgrade_deadline_and_legal_review_share_one_patch_of_the_run() -> None:
    made = plan(
        **LEGAL_REVIEW_CELLS,
        upgrade_deadline_override_date="2027-12-01",
        upgrade_deadline_override_time="10:00",
    )

    assert made.steps[-1].body == {"upgrade_deadline_override": "2027-12-01T10:00:00Z", "draft": False}
    assert len(made.steps) == 3


def test_no_legal_review_is_no_call() -> None:
    assert len(plan(move_to_legal_review="FALSE").steps) == 1


def test_missing_collaborators_are_made_first_each_once_and_referred_to() -> None:
    made = plan(collaborators="New Co, Acme Labs, NEW  co, Other")

    assert bodies(made)[:2] == [
        ("create_collaborator", "New Co", {"name": "New Co", "image": ""}),
        ("create_collaborator", "Other", {"name": "Other", "image": ""}),
    ]
    assert made.steps[2].act == Act.CREATE_COURSE
    assert made.steps[2].body["collaborators"] == [
        {"$ref": "collaborator:new co"},
        ACME,
        {"$ref": "collaborator:other"},
    ]


def test_a_list_of_a_new_course_has_nothing_to_remove() -> None:
    made = plan(topics="-java, +python", transcript_languages="-French")

    assert [(found.code, found.column) for found in made.problems] == [
        ("REMOVAL_FROM_NEW", "topics"),
        ("REMOVAL_FROM_NEW", "transcript_languages"),
    ]
    assert (made.steps, made.status) == ((), RowStatus.INVALID)


def test_signs_in_lists_of_a_new_course_can_only_add() -> None:
    made = plan(topics="+python", collaborators="+Acme Labs")

    assert made.steps[0].body["collaborators"] == [ACME]
    assert made.steps[1].body == {"topics": ["python"]}


@pytest.mark.parametrize("cells", [{"topics": "[clear]"}, {"short_description": "[clear]"}])
def test_emptying_what_a_new_course_does_not_have_is_no_call(cells: dict[str, str]) -> None:
    assert bodies(plan(**cells)) == bodies(plan())


@pytest.mark.parametrize("existing", ["edX+CS101", "EDX+cs101"])
def test_a_course_that_exists_is_left_alone_with_the_reason(existing: str) -> None:
    made = plan(existing, short_description="New text")

    assert (made.steps, made.status, made.action) == ((), RowStatus.SKIPPED, RowAction.NONE)
    assert made.object_key == existing
    (found,) = made.problems
    assert (found.code, found.line, found.column, found.value) == ("COURSE_EXISTS", 2, "number", "CS101")
    assert existing in found.message
    assert not found.is_error


def test_other_courses_do_not_matter() -> None:
    assert plan("edX+CS102", "MITx+CS101").action == RowAction.CREATE


def test_the_organization_is_sent_in_discoverys_own_spelling() -> None:
    made = plan(organization="edx")

    assert made.steps[0].body["org"] == "edX"
    assert made.object_key == "edX+CS101"


def test_changes_tell_every_field_as_the_file_has_it() -> None:
    changes = plan(
        collaborators="Acme Labs, New Co",
        image="https://example.org/cs.png",
        short_description="Short",
        move_to_legal_review="FALSE",
    ).changes

    assert changes["title"] == (None, "Introduction to Computing")
    assert changes["run.start"] == (None, "2027-09-01T00:00:00Z")
    assert changes["short_description"] == (None, "<p>Short</p>")  # as it will be stored
    assert changes["image"] == (None, "https://example.org/cs.png")
    assert changes["collaborators"] == (None, ["Acme Labs", "New Co"])
    assert "$" not in json.dumps(changes)


def test_steps_survive_being_stored() -> None:
    made = plan(**LEGAL_REVIEW_CELLS, collaborators="New Co", topics="a, b")

    stored = json.loads(json.dumps([step.as_dict() for step in made.steps]))

    assert tuple(Step.from_dict(step) for step in stored) == made.steps


def test_rows_of_one_course_share_a_group_in_any_case() -> None:
    assert clean_row().group == clean_row(organization="EDX", number="cs101").group == "edx+cs101"
