"""The stand-in breaks calls as ordered, counts them across processes, and its ledger tells what really happened."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from sandbox.discovery.models import ChangeLog, Course, User
from sandbox.discovery.seed import load_seed
from sandbox.faults import answers, ledger
from sandbox.faults.answers import Answer
from sandbox.faults.board import Board, Fault
from sandbox.faults.read_cache import CLEARED, STALE, ReadCache
from tests.committed import committed
from tests.contract.calls import call, course_fields, get, post

pytestmark = pytest.mark.django_db

LEGACY = "courses/edX+LEGACY1/"


@pytest.fixture(scope="module")
def seed_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with committed(django_db_blocker, load_seed):
        yield


@pytest.fixture(autouse=True)
def _seed(seed_of_module: None, db: None) -> None:
    if not User.objects.exists():  # a test that commits has emptied the database after itself
        load_seed()


@pytest.fixture
def board(settings: Any, tmp_path: Path) -> Board:
    settings.SANDBOX_FAULTS_DIR = str(tmp_path / "faults")
    return Board(tmp_path / "faults")


def calls(board: Board) -> list[ledger.Call]:
    return ledger.read(board.folder)


def test_without_the_folder_there_is_neither_fault_nor_ledger(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.add(Fault(answer=answers.DATABASE_DOWN, has_effect=False, times=None))

    assert get("staff", LEGACY).status == 200
    assert calls(board) == []


@pytest.mark.parametrize(
    "answer", [answers.LOCK_WAIT, answers.STUDIO_FAILED, answers.DATABASE_DOWN, answers.IN_REVIEW, answers.BAD_GATEWAY]
)
def test_an_ordered_answer_comes_in_place_of_the_effect(board: Board, answer: Answer) -> None:
    board.add(Fault(method="POST", path="/courses/$", answer=answer, has_effect=False))

    first, second = (post("editor", "courses/", course_fields("F1")) for _ in range(2))

    assert first.status == answer.status
    assert first.content_type == answer.headers["Content-Type"].partition(";")[0]
    assert second.status == 201
    broken, made = calls(board)
    assert (broken.status, broken.answer, broken.effects) == (None, str(answer.status), ())
    assert [effect.key for effect in made.effects or ()] == ["edX+F1"]


def test_the_effect_happens_and_something_else_is_answered(board: Board) -> None:
    board.add(Fault(method="POST", answer=answers.BAD_GATEWAY))

    assert post("editor", "courses/", course_fields("F2")).status == 502

    assert Course.objects.filter(key="edX+F2").exists()
    (noted,) = calls(board)
    assert (noted.status, noted.answer, noted.course, noted.user) == (201, "502", "edx+f2", "editor")


def test_effects_are_those_that_were_committed(board: Board) -> None:
    wrong_run = {"run_type": "no such type", "start": "2030-01-01T00:00:00Z", "end": "2031-01-01T00:00:00Z"}

    assert post("editor", "courses/", course_fields("F3", course_run=wrong_run)).status == 400

    assert [noted.effects for noted in calls(board)] == [()]
    assert not ChangeLog.objects.exists()


def test_the_history_names_the_request(board: Board) -> None:
    body = json.dumps(course_fields("F4"))
    header = {"HTTP_X_REQUEST_ID": "bulk-7-3-1", "HTTP_AUTHORIZATION": f"JWT {token('editor')}"}
    Client().post("/api/v1/courses/", body, content_type="application/json", **header)

    assert ChangeLog.objects.get().request_id == "bulk-7-3-1"
    assert calls(board)[0].request_id == "bulk-7-3-1"


def test_times_skip_and_window(board: Board) -> None:
    twice = board.add(Fault(answer=answers.UNAVAILABLE, has_effect=False, skip=1, times=2))
    assert [get("staff", LEGACY).status for _ in range(4)] == [200, 503, 503, 200]
    assert board.used(twice) == 2

    window = board.add(Fault(answer=answers.DATABASE_DOWN, has_effect=False, times=None, seconds=0.3))
    assert [get("staff", LEGACY).status for _ in range(2)] == [401, 401]
    time.sleep(0.35)
    assert get("staff", LEGACY).status == 200
    assert board.used(window) == 2


def test_only_calls_that_match(board: Board) -> None:
    board.add(Fault(method="PATCH", path="LEGACY1", request_id="-5-", answer=answers.UNAVAILABLE, has_effect=False))

    assert get("staff", LEGACY).status == 200
    assert call("staff", "PATCH", f"/api/v1/{LEGACY}", {"title": "New"}).status == 200


def test_a_removed_or_cleared_fault_does_not_happen(board: Board) -> None:
    board.remove(board.add(Fault(answer=answers.UNAVAILABLE, has_effect=False, times=None)))
    assert get("staff", LEGACY).status == 200
    board.add(Fault(answer=answers.UNAVAILABLE, has_effect=False, times=None))
    board.clear()
    assert get("staff", LEGACY).status == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("at", "is_there"), [("before", False), ("after", True)])
def test_a_gate_holds_a_call_before_or_after_its_effect(board: Board, at: str, is_there: bool) -> None:
    board.close_gate("g")
    board.add(Fault(method="POST", **{f"gate_{at}": "g"}))
    body = course_fields("F5")
    caller = threading.Thread(target=_post_and_close, args=(body,))
    caller.start()
    deadline = time.monotonic() + 10
    while not board.held_at("g") and time.monotonic() < deadline:
        time.sleep(0.01)

    assert [held["path"] for held in board.held_at("g")] == ["/api/v1/courses/"]
    assert Course.objects.filter(key="edX+F5").exists() is is_there
    assert len(calls(board)) == is_there

    board.open_gate("g")
    caller.join(10)
    assert not caller.is_alive()
    assert Course.objects.filter(key="edX+F5").exists()


def test_a_delay_counts_as_part_of_the_call_only_before_its_effect(board: Board) -> None:
    board.add(Fault(delay_before=0.2))
    board.add(Fault(delay_after=1.0))

    for _ in range(2):
        get("staff", LEGACY)

    before, after = calls(board)
    assert before.ended - before.started >= 0.2
    assert after.ended - after.started < 1.0


def test_reads_are_cached_by_address_until_something_is_saved(board: Board) -> None:
    ReadCache(board.folder).switch(CLEARED)
    before = get("staff", LEGACY, editable=1).body["title"]
    Course.objects.filter(key="edX+LEGACY1").update(title="Past the cache")

    assert get("staff", LEGACY, editable=1).body["title"] == before
    assert get("staff", LEGACY, editable=1, _="unique").body["title"] == "Past the cache"
    call("staff", "PATCH", f"/api/v1/{LEGACY}", {"title": "Saved"})
    assert get("staff", LEGACY, editable=1).body["title"] == "Saved"


def test_a_stale_cache_outlives_saving(board: Board) -> None:
    ReadCache(board.folder).switch(STALE)
    before = get("staff", LEGACY, editable=1).body["title"]
    call("staff", "PATCH", f"/api/v1/{LEGACY}", {"title": "Saved"})
    assert get("staff", LEGACY, editable=1).body["title"] == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "courses/edX+LEGACY1/", None),
        ("PATCH", "course_runs/course-v1:edX+LEGACY1+1T2020/", {"min_effort": 1}),
        ("GET", "courses/{uuid}/", None),
        ("POST", "course_editors/", {"course": "{uuid}", "user_id": "{user}"}),
        ("POST", "course_runs/", {"course": "edx+legacy1"}),
    ],
)
def test_every_name_of_a_course_is_one_course(board: Board, method: str, path: str, body: Any) -> None:
    names = {"uuid": str(Course.objects.get().uuid), "user": "1"}
    filled = body and {name: value.format(**names) if isinstance(value, str) else value for name, value in body.items()}

    call("staff", method, f"/api/v1/{path.format(**names)}", filled)

    assert [noted.course for noted in calls(board)] == ["edx+legacy1"]


def test_the_end_of_an_editorship_is_about_its_course(board: Board) -> None:
    course = post("editor", "courses/", course_fields("F6")).body
    editor = course["editors"][0]["id"]

    call("staff", "DELETE", f"/api/v1/course_editors/{editor}/")

    removed = calls(board)[-1]
    assert removed.course == "edx+f6"
    assert [(effect.verb, effect.object_type) for effect in removed.effects or ()] == [("remove", "course_editor")]


def test_nobody_asks_for_a_fault_while_somebody_has_the_board_alone(board: Board) -> None:
    """So that a process can be stopped which does not stop all others."""
    asking = threading.Thread(target=board.take, args=("GET", "/", ""))

    with board.alone():
        asking.start()
        asking.join(0.2)
        assert asking.is_alive()

    asking.join(10)
    assert not asking.is_alive()


def token(user: str) -> str:
    from sandbox.discovery.tokens import issue_token

    return issue_token(user)


def _post_and_close(body: dict[str, Any]) -> None:
    from django.db import connections

    try:
        post("editor", "courses/", body)
    finally:
        connections.close_all()
