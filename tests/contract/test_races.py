"""Requests sent at once: all of them read before any of them writes."""

from __future__ import annotations

from typing import Any

import django
import pytest

from sandbox.discovery.models import CourseEditor, CourseRun, User
from sandbox.discovery.seed import load_seed
from tests.contract.calls import course_fields, get, make_course, run_fields
from tests.contract.matching import Names
from tests.contract.replay import Answer, send_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _seed(transactional_db: None) -> None:
    load_seed()


def send_different_at_once(user: str, method: str, path: str, bodies: list[dict[str, Any]]) -> list[Answer]:
    """The answers to requests that differ in their bodies."""
    exchanges = [
        {"as_user": user, "request": {"method": method, "path": f"/api/v1/{path}", "json": body}} for body in bodies
    ]
    return send_at_once(exchanges, Names())


def at_once(user: str, method: str, path: str, body: dict[str, Any]) -> list[Answer]:
    """The answers to one request sent twice."""
    return send_different_at_once(user, method, path, [body, body])


def statuses(answers: list[Answer]) -> list[int]:
    return [answer.status for answer in answers]


def test_two_identical_runs_work_out_the_same_key_and_one_loses() -> None:
    make_course("editor", "X1")
    answers = at_once("editor", "POST", "course_runs/", run_fields(course="edX+X1"))
    assert statuses(answers) == [201, 400]
    assert CourseRun.objects.filter(course__key="edX+X1").count() == 1


def test_one_editor_twice() -> None:
    course = make_course("editor", "X2")
    candidate = User.objects.get(username="second_editor").pk
    answers = at_once("editor", "POST", "course_editors/", {"course": course["uuid"], "user_id": candidate})
    assert statuses(answers) == [201, 500]
    assert CourseEditor.objects.filter(user=candidate).count() == 1


def test_one_course_with_a_run_twice() -> None:
    answers = at_once("editor", "POST", "courses/", course_fields("X3", course_run=run_fields()))
    assert statuses(answers) == [201, 400]
    assert get("staff", "courses/", editable=1, keys="edX+X3").body["count"] == 1


@pytest.mark.skipif(django.VERSION < (5, 1), reason="before Django 5.1 a second writer to SQLite fails, not waits")
def test_the_same_change_twice_is_harmless() -> None:
    course = make_course("editor", "X4", run={})
    answers = at_once(
        "editor", "PATCH", f"courses/{course['uuid']}/", {"title": "New", "subjects": ["computer-science"]}
    )
    assert statuses(answers) == [200, 200]


@pytest.mark.skipif(django.VERSION < (5, 1), reason="before Django 5.1 a second writer to SQLite fails, not waits")
def test_of_two_different_changes_one_is_lost_without_a_word() -> None:
    course = make_course("editor", "X5")
    bodies = [{"title": "New"}, {"short_description": "new"}]
    answers = send_different_at_once("editor", "PATCH", f"courses/{course['uuid']}/", bodies)
    assert statuses(answers) == [200, 200]
    stored = get("editor", f"courses/{course['uuid']}/", editable=1).body
    assert [stored["title"] == "New", stored["short_description"] == "<p>new</p>"].count(True) == 1
