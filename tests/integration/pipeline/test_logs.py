"""What operators read: every record of a lane says which task, which row and which call, and nothing about people."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from course_discovery_bulk.discovery.transport import JsonTransport
from course_discovery_bulk.exceptions import AnswerLost, LeaseLost, Refused, Transient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.pictures.image_policy import ImageError, ImageErrorCode
from course_discovery_bulk.workers.row_loop import execute_row
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.tokens import issue_token
from tests.integration.pipeline.conftest import HEADER, Run, good_row

pytestmark = pytest.mark.usefixtures("names_fetched_once")

PACKAGE = "course_discovery_bulk"
SECRET = "somebody.private@example.org"
PICTURE = "https://pictures.example.org/private-picture.png"
OF_A_ROW = {
    "bulk.call_failed",
    "bulk.image_refused",
    "bulk.incident",
    "bulk.put_off",
    "bulk.quarantine",
    "bulk.called_late",
}
RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def content() -> str:
    """Six rows; in each, a cell holds what must not be told."""
    rows = [good_row(f"G{number}", title=f"Course of {SECRET} {number}") for number in range(6)]
    return "\n".join([f"{HEADER},image", *(f"{row},{PICTURE}" for row in rows)])


@pytest.fixture
def troubles(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """What discovery, the network and our own code do to each course; how often, by its number."""
    original = JsonTransport._exchange
    seen: dict[str, int] = {}

    def exchange(transport: JsonTransport, method: str, path: str, *, body: Any, **call: Any) -> Any:
        number = str((body or {}).get("number", ""))
        seen[number] = seen.get(number, 0) + 1
        if number == "G0":
            raise Refused(f"title: “Course of {SECRET}” is too odd", status=400)
        if number == "G1" and seen[number] == 1:
            raise AnswerLost(f"lost with {SECRET}")
        if number == "G2" and seen[number] <= 3:
            raise Transient(f"away with {SECRET}", status=503)
        if number == "G2" and seen[number] == 4:
            raise Transient(f"asks to wait, with {SECRET}", status=503, retry_after=5.0)
        if number == "G3":
            raise ValueError(SECRET)
        return original(transport, method, path, body=body, **call)

    monkeypatch.setattr(JsonTransport, "_exchange", exchange)


@pytest.fixture
def records(caplog: pytest.LogCaptureFixture) -> Callable[[], list[logging.LogRecord]]:
    """What our own modules have said so far."""
    caplog.set_level(logging.DEBUG, logger=PACKAGE)
    return lambda: [record for record in caplog.records if record.name.startswith(PACKAGE)]


def told(record: logging.LogRecord) -> dict[str, Any]:
    """What a record carries besides its text."""
    return {name: value for name, value in vars(record).items() if name not in RECORD}


@pytest.mark.usefixtures("troubles")
def test_every_record_of_a_lane_says_what_it_is_about_and_nothing_of_people(
    submit: Run, records: Callable[[], list[logging.LogRecord]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_discovery_bulk.workers.context.download_image", _picture)
    task = submit(content())
    for _job in range(2):
        work_on(task.pk)
    BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=None)
    assert not work_on(task.pk).is_needed
    task.refresh_from_db()

    assert task.is_final
    found = records()
    events = {told(record)["event"] for record in found}
    assert events == {"bulk.call_failed", "bulk.incident", "bulk.put_off", "bulk.pause", "bulk.finished"}
    assert {told(record).get("task") for record in found} == {task.pk}
    for record in (record for record in found if told(record)["event"] in OF_A_ROW):
        about = told(record)
        assert about["request_id"].startswith(f"bulk-{task.pk}-{about['line']}-"), about
    by_event = {told(record)["event"]: told(record) for record in found}
    assert by_event["bulk.pause"]["cause"] == "DISCOVERY_UNAVAILABLE"
    assert (by_event["bulk.finished"]["rows"], by_event["bulk.finished"]["succeeded_count"]) == (
        6,
        task.succeeded_count,
    )
    lines = {told(record)["line"] for record in found if "line" in told(record)}
    assert lines == set(range(2, 8))  # two more whose picture discovery does not take
    _assert_private(found)


def test_a_lost_lease_and_a_bad_picture_are_told_in_the_same_way(
    submit: Run, records: Callable[[], list[logging.LogRecord]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_discovery_bulk.pictures.images.fetch_public", _no_picture)
    task = submit(content())

    def lose_the_lease(job: Any, tools: Any) -> Any:
        execute_row(job, tools)
        raise LeaseLost

    monkeypatch.setattr("course_discovery_bulk.workers.row_loop.execute_row", lose_the_lease)
    work_on(task.pk)

    by_event = {told(record)["event"]: told(record) for record in records()}
    assert set(by_event) == {"bulk.image_refused", "bulk.lease_lost"}
    assert by_event["bulk.image_refused"]["line"] == 2
    assert by_event["bulk.image_refused"]["request_id"] == f"bulk-{task.pk}-2-1"
    assert {about["task"] for about in by_event.values()} == {task.pk}
    _assert_private(records())


def test_a_row_that_is_given_up_is_named(
    submit: Run, records: Callable[[], list[logging.LogRecord]], settings: Any
) -> None:
    task = submit(content())
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "SLICE_SECONDS": 0.0}
    task.rows.all().delete()
    work_on(task.pk)
    task.rows.filter(line=3).update(status="running", crashes=9, started_at=timezone.now())

    work_on(task.pk)

    (given_up,) = (told(record) for record in records() if told(record)["event"] == "bulk.quarantine")
    assert (given_up["task"], given_up["line"], given_up["request_id"]) == (task.pk, 3, f"bulk-{task.pk}-3-1")


def _picture(address: str, _policy: Any) -> str:
    return "data:image/png;base64,AAAA"


def _no_picture(address: str, _policy: Any) -> Any:
    raise ImageError(ImageErrorCode.NOT_FOUND) from ValueError(address)


def _assert_private(records: list[logging.LogRecord]) -> None:
    """By what a handler would write: the text, and all that goes with it."""
    written = "\n".join(f"{record.getMessage()} {told(record)} {record.exc_info}" for record in records)
    token = issue_token("staff")
    for private in (SECRET, "Course of", PICTURE, "private-picture", "G0", token, "eyJ"):
        assert private not in written
