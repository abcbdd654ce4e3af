"""A retry takes up the rows that are not done, with only what is missing, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from course_discovery_bulk import service
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import AnswerLost, Refused, Transient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers import ingestion
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.models import ChangeLog, Course
from tests.integration.pipeline.conftest import Run, csv_of, good_row, row_results

pytestmark = pytest.mark.usefixtures("names_fetched_once")

CONTENT = csv_of(good_row("T1"), good_row("T2"), good_row("T3"), good_row("T4").replace("49", "cheap"))


def retry(task: BulkOperationTask, user: str = "staff") -> service.Submission:
    return service.retry(task, get_user_model().objects.get(username=user))


def finish(task: BulkOperationTask) -> None:
    for _job in range(20):
        BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=None)
        if not work_on(task.pk).is_needed:
            break
    task.refresh_from_db()


def creations(number: str) -> int:
    return ChangeLog.objects.filter(object_type="course", verb="create", object_key=f"edX+{number}").count()


def refuse(number: str, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    original = DiscoveryClient.create_course

    def create(client: DiscoveryClient, body: Any) -> Any:
        if body["number"] == number:
            raise error
        return original(client, body)

    monkeypatch.setattr(DiscoveryClient, "create_course", create)


@pytest.fixture
def half_done(run: Run, monkeypatch: pytest.MonkeyPatch) -> BulkOperationTask:
    """T1 and T3 are made, T2 was refused, T4 is invalid."""
    with monkeypatch.context() as patch:
        refuse("T2", patch, Refused("not today"))
        return run(CONTENT)


def test_only_what_can_still_be_done_is_done(half_done: BulkOperationTask) -> None:
    assert [status for _line, status, _codes in row_results(half_done)] == [
        "succeeded",
        "failed",
        "succeeded",
        "invalid",
    ]

    child = retry(half_done).task
    finish(child)

    assert row_results(child) == [(3, "succeeded", [])]
    assert (child.status, child.total_count, child.parent_id) == ("completed", 1, half_done.pk)
    assert [creations(number) for number in ("T1", "T2", "T3", "T4")] == [1, 1, 1, 0]


def test_asking_twice_gives_the_same_retry(half_done: BulkOperationTask) -> None:
    first, second = retry(half_done), retry(half_done)

    assert (first.replayed, second.replayed) == (False, True)
    assert first.task == second.task
    assert half_done.retries.count() == 1


def test_a_retry_that_failed_can_be_retried(half_done: BulkOperationTask, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        refuse("T2", patch, Refused("still not"))
        child = retry(half_done).task
        finish(child)
    grandchild = retry(child).task
    finish(grandchild)

    assert (child.status, grandchild.status) == ("failed", "completed")
    assert creations("T2") == 1


def test_nothing_is_left_of_a_task_that_is_done_or_not_over(run: Run, submit: Run) -> None:
    for task in (run(csv_of(good_row("T9"))), submit(CONTENT)):
        with pytest.raises(service.NothingToRetry):
            retry(task)


def test_a_row_that_is_partly_done_with_every_call_made_is_not_retried(run: Run) -> None:
    """Discovery did not keep a value: it would not keep it when asked again."""
    task = run(csv_of(good_row("T9")))
    task.rows.update(status="partly_done")
    BulkOperationTask.objects.filter(pk=task.pk).update(status="partially_completed")
    row = task.rows.get()
    assert {step["state"] for step in row.steps} == {"done"}

    with pytest.raises(service.NothingToRetry):
        retry(task)

    row.steps[-1]["state"] = "planned"
    row.save()
    assert retry(task).task.rows.count() == 1


def test_a_lost_call_that_took_effect_is_adopted_by_the_retry(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    original = DiscoveryClient.create_course

    def lose(client: DiscoveryClient, body: Any) -> Any:
        original(client, body)
        raise AnswerLost("lost")

    with monkeypatch.context() as patch:
        patch.setattr(DiscoveryClient, "create_course", lose)
        patch.setattr(DiscoveryClient, "get_course", _refused)
        task = run(csv_of(good_row("T5")))
    assert row_results(task) == [(2, "unknown", ["ANSWER_LOST"])]

    child = retry(task).task
    finish(child)

    assert row_results(child) == [(2, "succeeded", ["RECOVERED"])]
    assert creations("T5") == 1


def test_rows_that_were_not_reached_are_done_by_the_retry(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submit(csv_of(*(good_row(f"N{number}") for number in range(5))))
    original = DiscoveryClient.create_course

    def cancel(client: DiscoveryClient, body: Any) -> Any:
        service.cancel(BulkOperationTask.objects.get(pk=task.pk))
        return original(client, body)

    with monkeypatch.context() as patch:
        patch.setattr(DiscoveryClient, "create_course", cancel)
        finish(task)
    assert (task.status, task.succeeded_count, task.not_processed_count) == ("cancelled", 1, 4)

    child = retry(task).task
    finish(child)

    assert (child.status, child.succeeded_count, child.total_count) == ("completed", 4, 4)
    assert [creations(f"N{number}") for number in range(5)] == [1] * 5


def test_all_or_nothing_stays_all_or_nothing(run: Run) -> None:
    task = run(CONTENT, on_error="all_or_nothing")
    assert task.status == "failed"

    child = retry(task).task
    finish(child)

    assert child.status == "failed"
    assert not Course.objects.filter(key__startswith="edX+T").exists()


def test_a_retry_by_staff_belongs_to_the_uploader_and_has_their_rights(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        refuse("T6", patch, Refused("no"))
        task = run(csv_of(good_row("T6")), user="editor")

    child = retry(task, user="staff").task
    finish(child)

    editor = get_user_model().objects.get(username="editor")
    assert row_results(child) == [(2, "succeeded", [])]
    assert service.find_task(editor, child.pk) == child
    written = ChangeLog.objects.filter(object_key__contains="T6", user__isnull=False)
    assert {entry.user.username for entry in written} == {"editor"}


def test_a_retry_of_a_file_whose_uploader_is_gone_belongs_to_whoever_asks(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        refuse("T6", patch, Refused("no"))
        task = run(csv_of(good_row("T6")), user="editor")
    get_user_model().objects.filter(username="editor").update(is_active=False)
    task.refresh_from_db()

    child = retry(task, user="staff").task
    finish(child)

    assert (child.uploaded_by.username, child.status) == ("staff", "completed")


def test_an_applied_preview_is_not_shown_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = run(csv_of(good_row("T7")), dry_run=True)
    service.apply(task)
    with monkeypatch.context() as patch:
        refuse("T7", patch, Refused("no"))
        finish(task)
    assert task.status == "failed"

    child = retry(task).task
    finish(child)

    assert child.status == "completed"
    assert creations("T7") == 1


def test_a_row_of_a_preview_that_failed_is_compared_anew_with_what_is_there(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = run(csv_of(good_row("T8")), dry_run=True)
    service.apply(task)
    with monkeypatch.context() as patch:
        refuse("T8", patch, Refused("no"))
        finish(task)
    run(csv_of(good_row("T8", title="Made by hand")))

    child = retry(task).task
    finish(child)

    assert row_results(child) == [(2, "skipped", ["COURSE_EXISTS"])]
    assert creations("T8") == 1


def test_passing_trouble_in_a_retry_pauses_it(half_done: BulkOperationTask, monkeypatch: pytest.MonkeyPatch) -> None:
    child = retry(half_done).task
    with monkeypatch.context() as patch:
        refuse("T2", patch, Transient("away", status=503))
        assert work_on(child.pk).seconds > 0

    finish(child)

    assert child.status == "completed"


def test_a_retry_counts_as_begun_while_it_is_checked(
    half_done: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = retry(half_done).task
    seen = []
    original = ingestion.validate_rows

    def look(*given: Any) -> Any:
        child.refresh_from_db()
        seen.append(child.status)
        return original(*given)

    monkeypatch.setattr(ingestion, "validate_rows", look)
    finish(child)

    assert (seen, child.status) == (["validating"], "completed")


def _refused(client: DiscoveryClient, key: str) -> Any:
    raise Refused("no reading now")
