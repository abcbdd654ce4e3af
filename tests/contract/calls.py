"""Short ways to call the sandbox from a test."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from sandbox.discovery.models import CourseRunType, CourseType
from tests.contract.replay import Answer, authorization, read_answer

DATES = {"start": "2030-01-15T00:00:00Z", "end": "2030-06-15T00:00:00Z"}
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5Er"
    "kJggg=="
)
LONG_AGO = "2020-01-01T00:00:00Z"


def call(
    user: str, method: str, path: str, body: Any = None, auth: dict[str, Any] | None = None, **query: Any
) -> Answer:
    """One call, as a user of the seed."""
    response = Client(raise_request_exception=False).generic(
        method,
        path,
        "" if body is None else json.dumps(body),
        content_type="application/json",
        QUERY_STRING=urlencode(query),
        **authorization(user, auth or {}),
    )
    return read_answer(response)


def get(user: str, path: str, **query: Any) -> Answer:
    return call(user, "GET", f"/api/v1/{path}", **query)


def post(user: str, path: str, body: Any) -> Answer:
    return call(user, "POST", f"/api/v1/{path}", body)


def patch(user: str, path: str, body: Any) -> Answer:
    return call(user, "PATCH", f"/api/v1/{path}", body)


def type_uuid(slug: str) -> str:
    return str(CourseType.objects.get(slug=slug).uuid)


def run_type_uuid(slug: str) -> str:
    return str(CourseRunType.objects.get(slug=slug).uuid)


def course_fields(number: str, /, **fields: Any) -> dict[str, Any]:
    """What a course needs to be made."""
    return {
        "org": "edX",
        "title": f"Title {number}",
        "number": number,
        "product_source": "edx",
        "type": type_uuid("verified-audit"),
        "prices": {"verified": "49"},
    } | fields


def run_fields(**fields: Any) -> dict[str, Any]:
    """What a run needs to be made."""
    return {**DATES, "run_type": run_type_uuid("verified-audit"), "prices": {"verified": "49"}} | fields


def make_course(user: str, number: str, *, run: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A course, with a run if its fields are given."""
    with_run = {} if run is None else {"course_run": run_fields(**run)}
    answer = post(user, "courses/", course_fields(number, **fields) | with_run)
    assert answer.status == 201, answer
    return answer.body


def review(run_key: str, *, go_live_date: str | None = None) -> None:
    """Take a run through review; with a date in the past it is published."""
    steps: list[tuple[str, dict[str, Any]]] = [
        ("editor", {"go_live_date": go_live_date}),
        ("editor", {"draft": False}),
        ("staff", {"status": "reviewed"}),
    ]
    for user, body in steps:
        answer = patch(user, f"course_runs/{run_key}/", body)
        assert answer.status == 200, answer
