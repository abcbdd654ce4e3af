"""Answers that are no success: the body is read first, then the status; each shape ends as one kind of error."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from requests.structures import CaseInsensitiveDict

from course_discovery_bulk.discovery.errors import DETAIL_LENGTH, error_of, lost_or_transient
from course_discovery_bulk.exceptions import (
    AnswerLost,
    Conflict,
    DiscoveryError,
    Forbidden,
    Misconfigured,
    NotFound,
    Refused,
    Transient,
    Unauthenticated,
)

HTML = b"<!doctype html><html><body><h1>Server Error (500)</h1></body></html>"
DUPLICATE = (
    "Failed to set data: (1062, \"Duplicate entry '1-edX+CC08-1' for key "
    "'course_metadata_course_partner_id_key_draft_66699fc0_uniq'\")"
)


def printed(content: str) -> str:
    """The answer of `courses/` to bad fields: an object as Python prints it, inside a string."""
    return f"Failed to set data: {content}"


def answer(method: str, status: int, body: object, **headers: str) -> DiscoveryError:
    """The error for an answer; bytes are sent as they are, everything else as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return error_of(method, status, CaseInsensitiveDict(headers), raw)


@pytest.mark.parametrize(
    ("method", "status", "body", "kind"),
    [
        # transient faults that answer 400, and a database that is away and answers 401
        ("PATCH", 400, "Failed to set data: (1205, 'Lock wait timeout exceeded')", Transient),
        ("PATCH", 400, "Failed to set data: Lock wait timeout exceeded; try restarting transaction", Transient),
        ("POST", 400, "Failed to set data: (1213, 'Deadlock found when trying to get lock')", Transient),
        ("POST", 400, "Failed to set data: (2006, 'Server has gone away')", Transient),
        ("POST", 400, "Failed to set data: (2013, 'Lost connection to server during query')", Transient),
        ("POST", 400, "Failed to set data: (1927, 'Connection was killed')", Transient),
        ("POST", 400, "Failed to set data: (1053, 'Server shutdown in progress')", Transient),
        ("PATCH", 400, "Failed to set data: (1153, \"Got a packet bigger than 'max_allowed_packet' bytes\")", Refused),
        ("POST", 400, "Failed to set data: database is locked", Transient),
        ("POST", 400, "HTTPConnectionPool(host='studio', port=80): Max retries exceeded with url: /", Transient),
        ("POST", 400, "HTTPSConnectionPool: Read timed out. (read timeout=10)", Transient),
        ("POST", 400, "Failed to set data: ('Connection aborted.', RemoteDisconnected('closed'))", Transient),
        ("POST", 400, "Failed to set course run data: 503 Server Error: Unavailable for url: http://lms/", Transient),
        # what Studio says of the data
        ("POST", 400, 'Failed to set course run data: {"run": ["Not valid."]}', Refused),
        ("PATCH", 400, "Failed to set data: {'title': [ErrorDetail(string='<b> is odd', code='invalid')]}", Refused),
        ("GET", 401, {"detail": "User retrieval failed for username staff."}, Unauthenticated),
        ("GET", 401, {"detail": "Invalid token."}, Unauthenticated),
        # a key that is taken
        ("POST", 400, DUPLICATE, Conflict),
        ("POST", 400, "Failed to set data: A course with key [edX+LEGACY1] already exists.", Conflict),
        ("POST", 400, "Failed to set data: UNIQUE constraint failed: course_metadata_course.key", Conflict),
        # refused for good
        ("POST", 400, "Failed to set data: Source matching query does not exist.", Refused),
        ("POST", 400, "Incorrect data sent. Organization [NopeX] does not exist.", Refused),
        ("POST", 400, "Failed to set data: The course URL slug ‘[x]’ is already in use. Please update.", Refused),
        ("POST", 400, {"course": ["This field is required."]}, Refused),
        ("POST", 405, {"detail": 'Method "POST" not allowed.'}, Refused),
        ("DELETE", 405, b"", Refused),
        ("POST", 409, {"detail": "Conflict."}, Refused),
        ("POST", 413, HTML, Refused),
        ("GET", 414, HTML, Refused),
        ("POST", 415, {"detail": "Unsupported media type."}, Refused),
        ("POST", 422, {"detail": "no"}, Refused),
        ("POST", 403, {"detail": "You do not have permission to perform this action."}, Forbidden),
        ("PATCH", 403, "Course run is in review. Editing disabled.", Forbidden),
        ("GET", 404, {"detail": "No Course matches the given query."}, NotFound),
        ("GET", 404, HTML, NotFound),
        # wait and try again
        ("POST", 408, b"", Transient),
        ("POST", 425, b"", Transient),
        ("POST", 429, {"detail": "Request was throttled. Expected available in 7 seconds."}, Transient),
        ("POST", 503, HTML, Transient),
        ("POST", 507, HTML, Transient),
        # a server that broke: a creation may have taken effect, the rest can be sent again
        ("POST", 500, HTML, AnswerLost),
        ("POST", 502, HTML, AnswerLost),
        ("POST", 504, HTML, AnswerLost),
        ("GET", 500, HTML, Transient),
        ("PATCH", 500, HTML, Transient),
        ("PATCH", 502, HTML, Transient),
        ("DELETE", 504, HTML, Transient),
        ("OPTIONS", 502, HTML, Transient),
        # the address is wrong
        ("POST", 301, b"", Misconfigured),
        ("GET", 302, HTML, Misconfigured),
        ("GET", 304, b"", Misconfigured),
    ],
)
def test_what_an_answer_stands_for(method: str, status: int, body: object, kind: type[DiscoveryError]) -> None:
    error = answer(method, status, body)

    assert type(error) is kind
    assert error.status == status


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("Failed to set data: LevelType matching query does not exist.", "LevelType matching query does not exist."),
        ("Failed to set course run data: Course matching query failed.", "Course matching query failed."),
        ("Incorrect data sent. Missing value for: [title].", "Missing value for: [title]."),
        ("Invalid parameter", "Invalid parameter"),
        ("“%(value)s” is not a valid UUID.", "“%(value)s” is not a valid UUID."),
        ("Failed to set course run data: ['“abc” value must be a number.']", "“abc” value must be a number."),
        ('Failed to set data: (1406, "Data too long")', '(1406, "Data too long")'),
        ({"detail": "JSON parse error - Expecting value"}, "JSON parse error - Expecting value"),
        ({"end": ["This field may not be null."]}, "end: This field may not be null."),
        (
            {"start": ["Start date cannot be after the End date"], "end": ["Too early.", "Too odd."]},
            "start: Start date cannot be after the End date; end: Too early. Too odd.",
        ),
        (
            printed("{'title': [ErrorDetail(string='Not a valid string.', code='invalid')]}"),
            "title: Not a valid string.",
        ),
        (["one", "two"], '["one", "two"]'),
        ({}, "{}"),
        ({"detail": ["odd"]}, '{"detail": ["odd"]}'),
        (b"", "the answer can't be read"),
        (HTML, "the answer can't be read"),
        (b"\xff\xfe{", "the answer can't be read"),
    ],
)
def test_the_detail_is_what_discovery_said(body: object, detail: str) -> None:
    assert answer("POST", 400, body).detail == detail


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (
            {"start": ["This field is required."], "end": ["This field is required."]},
            {"start": ["This field is required."], "end": ["This field is required."]},
        ),
        ({"run_type": "odd"}, {"run_type": ["odd"]}),
        (printed("{'title': [ErrorDetail(string='Too long.', code='max_length')]}"), {"title": ["Too long."]}),
        (
            printed(
                "{'watchers': {0: [ErrorDetail(string='No.', code='x')], 1: [ErrorDetail(string='No.', code='x')]}}"
            ),
            {"watchers": ["No.", "No."]},
        ),
        (
            printed("{'subjects': [ErrorDetail(string='Expected a list but got type \"str\".', code='not_a_list')]}"),
            {"subjects": ['Expected a list but got type "str".']},
        ),
        (
            printed(
                "{'end': [ErrorDetail(string=\"It's odd\", code='x')], 'a': [ErrorDetail(string='No.', code='x')]}"
            ),
            {"end": ["It's odd"], "a": ["No."]},
        ),
        ("Failed to set data: Source matching query does not exist.", {}),
        ("“%(value)s” is not a valid UUID.", {}),
        ({"detail": "no"}, {}),
        (HTML, {}),
    ],
)
def test_messages_by_field(body: object, fields: dict[str, list[str]]) -> None:
    assert answer("PATCH", 400, body).fields == fields


def test_a_long_answer_is_cut() -> None:
    assert len(answer("POST", 400, "x" * 100_000).detail) == DETAIL_LENGTH
    assert len(answer("POST", 400, {"title": ["x" * 100_000]}).detail) == DETAIL_LENGTH


def test_a_page_of_the_server_is_not_repeated_to_people() -> None:
    assert answer("POST", 500, HTML).detail == "server error 500"
    assert "Server Error" not in answer("POST", 400, HTML).detail


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), (" 120 ", 120.0), ("0", 0.0), ("-5", None), ("1.5", None), ("soon", None), ("", None), ("²", None)],
)
def test_the_wait_that_discovery_asks_for(status: int, header: str, seconds: float | None) -> None:
    error = answer("GET", status, b"", **{"retry-after": header})

    assert isinstance(error, Transient)
    assert error.retry_after == seconds


def test_the_wait_may_be_given_as_a_date() -> None:
    ahead = datetime.now(UTC) + timedelta(seconds=90)
    behind = datetime.now(UTC) - timedelta(hours=1)

    in_future = answer("GET", 503, b"", **{"Retry-After": format_datetime(ahead, usegmt=True)})
    in_past = answer("GET", 503, b"", **{"Retry-After": format_datetime(behind, usegmt=True)})

    assert in_future.retry_after == pytest.approx(90, abs=3)
    assert in_past.retry_after == 0.0


def test_without_the_header_no_wait_is_asked_for() -> None:
    assert answer("GET", 503, b"").retry_after is None


@pytest.mark.parametrize(
    ("method", "kind"),
    [("POST", AnswerLost), ("GET", Transient), ("PATCH", Transient), ("DELETE", Transient), ("OPTIONS", Transient)],
)
def test_a_call_whose_answer_got_lost(method: str, kind: type[DiscoveryError]) -> None:
    error = lost_or_transient(method, "the connection broke")

    assert (type(error), error.detail, error.status) == (kind, "the connection broke", None)


@pytest.mark.parametrize(
    "body",
    [
        "Failed to set course run data: <!DOCTYPE html><title>Studio</title>",
        "Failed to set data: Failed to set course run data: \n<html></html>",
        "Failed to set course run data: ",
        "Failed to set course run data: {'detail': 'Internal Server Error: try later'}",
    ],
)
def test_a_crash_of_studio_ends_a_row_and_not_the_task(body: str) -> None:
    """Status 500 is what a row is given up for, after its attempts; 400 would hold up the whole task."""
    creation, update = answer("POST", 400, body), answer("PATCH", 400, body)

    assert (type(creation), type(update)) == (Transient, Transient)
    assert (creation.status, creation.detail) == (
        500,
        "Studio failed, and may have a run that the catalog doesn't know about",
    )
    assert (update.status, update.detail) == (500, "Studio failed")


def test_a_prefix_that_stands_twice_is_left_out_twice() -> None:
    refusal = answer("POST", 400, "Failed to set data: Failed to set course run data: The run is odd.")

    assert refusal.detail == "The run is odd."
