"""Reading and checking go on after the last page done, however often a job ends in between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db.models import F
from django.utils import timezone

from course_discovery_bulk import conf, service
from course_discovery_bulk.columns import text
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.pipeline.validate import Validator
from course_discovery_bulk.workers import ingestion, stages
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.task_life import Next
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import Run, csv_of, good_row

pytestmark = pytest.mark.usefixtures("courses_in_memory", "small_pages")

PAGES = 10
PAGE = 2
# Each row of the second half repeats one of the first, pages apart; some rows are wrong by themselves as well.
CREATIONS = csv_of(
    *(good_row(f"P{number}") for number in range(PAGE * PAGES // 2)),
    *(good_row(f"P{number}", "nobody" if number % 5 == 4 else "edX") for number in range(PAGE * PAGES // 2)),
)
UPDATES = "course_key,title,additional_information\n" + "".join(
    f"edX+U{number % 8},{title},{'<p>same</p>' if number % 3 else ''}\n"
    for number, title in enumerate(["Early"] * 8 + ["Late", ""] * 6)
)
ENDED = ("validated", "completed", "partially_completed", "failed", "cancelled")


class Killed(BaseException):
    """Stands for the end of a process: nothing of ours may catch it."""


@pytest.fixture
def small_pages(settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "READ_CHUNK_ROWS": PAGE}


def preview_of(content: str, task_type: str = "course_create") -> BulkOperationTask:
    return service.submit(
        get_user_model().objects.get(username="staff"),
        file=ContentFile(content.encode(), name="rows.csv"),
        task_type=task_type,
        options={"dry_run": True},
        site_domain="testserver",
    ).task


def pages_done(task: BulkOperationTask) -> tuple[int, int]:
    """Rows stored, and the last line checked."""
    checked_to = BulkOperationTask.objects.values_list("checked_to", flat=True).get(pk=task.pk)
    return task.rows.count(), checked_to


def interrupted_after_every_page(task: BulkOperationTask, interruption: type[BaseException]) -> int:
    """Work on a task whose jobs end as soon as they have done one page; how many of them did."""
    done, ends = (0, 0), 0

    def watch() -> None:
        nonlocal done, ends
        if pages_done(task) != done:
            done = pages_done(task)
            ends += 1
            raise interruption

    while task.status not in ENDED and ends < 3 * PAGES:
        with suppress(interruption):
            work_on(task.pk, watch=watch)
        if interruption is Killed:
            died_at_work(task)
        task.refresh_from_db()
    return ends


def died_at_work(task: BulkOperationTask) -> None:
    """A process that is killed lets nothing go: its lease runs out."""
    task.lanes.update(lease_owner="gone", lease_until=timezone.now() - timedelta(seconds=1))


def found(task: BulkOperationTask) -> list[dict[str, Any]]:
    rows = task.rows.order_by("line").values("line", "group", "cells", "status", "problems", "changes")
    return [{**row, "group": row["group"].replace(f"#{task.pk}.", "#")} for row in rows]


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often a page was written, by stage."""
    counts = {"record_read_rows": 0, "record_checked_rows": 0}

    def count(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any) -> Any:
            counts[name] += 1
            return original(*args)

        return wrapped

    for name in counts:
        monkeypatch.setattr(ingestion, name, count(name, getattr(ingestion, name)))
    return counts


@pytest.mark.parametrize(
    ("task_type", "content", "code", "interruption"),
    [
        ("course_create", CREATIONS, "DUPLICATE_ROW", SoftTimeLimitExceeded),
        pytest.param("course_update", UPDATES, "CONTRADICTING_ROWS", Killed, marks=pytest.mark.long),
    ],
)
def test_a_task_interrupted_after_every_page_ends_like_an_undisturbed_one(
    task_type: str, content: str, code: str, interruption: type[BaseException], writes: dict[str, int]
) -> None:
    disturbed, calm = preview_of(content, task_type), preview_of(content, task_type)

    ends = interrupted_after_every_page(disturbed, interruption)
    written = dict(writes)
    work_until_previewed(calm)

    assert ends == 2 * PAGES
    assert written == {"record_read_rows": PAGES, "record_checked_rows": PAGES}
    assert (disturbed.status, disturbed.total_count, disturbed.notes) == ("validated", PAGE * PAGES, [])
    assert found(disturbed) == found(calm)
    assert code in {problem["code"] for row in found(disturbed) for problem in row["problems"]}
    assert disturbed.task_summary == calm.task_summary


def work_until_previewed(task: BulkOperationTask) -> None:
    work_on(task.pk)
    task.refresh_from_db()
    assert task.status == "validated"


def fail_from(call: int, original: Callable[..., Any]) -> Callable[..., Any]:
    """The original, but from the n-th call on a job does not come to its end."""
    calls = 0

    def wrapped(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls >= call:
            raise SoftTimeLimitExceeded
        return original(*args, **named)

    return wrapped


@pytest.mark.parametrize("stage", ["record_read_rows", "record_checked_rows"])
def test_jobs_that_come_no_further_end_the_task(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    task = preview_of(CREATIONS)
    monkeypatch.setattr(ingestion, stage, fail_from(4, getattr(ingestion, stage)))
    jobs = 0
    while not task.is_final and jobs < 20:
        jobs += 1
        with suppress(SoftTimeLimitExceeded):
            work_on(task.pk)
        task.refresh_from_db()

    assert (task.status, [note["code"] for note in task.notes]) == ("failed", ["WORKER_LOST"])
    assert jobs == conf.read().lost_claims + 2


def test_a_worker_that_lost_its_lease_stores_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    task = preview_of(CREATIONS)
    original = ingestion.read_chunks

    def read_and_lose(*args: Any, **options: Any) -> Any:
        for number, chunk in enumerate(original(*args, **options)):
            if number == 3:
                task.lanes.update(lease_until=timezone.now() - timedelta(seconds=1))
            yield chunk

    with monkeypatch.context() as patch:
        patch.setattr(ingestion, "read_chunks", read_and_lose)
        work_on(task.pk)
    assert task.rows.count() == 3 * PAGE

    work_until_previewed(task)
    assert task.total_count == PAGE * PAGES


def test_a_worker_that_lost_its_lease_puts_no_row_back(monkeypatch: pytest.MonkeyPatch) -> None:
    task = preview_of(CREATIONS)
    original, calls = Validator.clean, 0

    def clean(validator: Validator, row: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == PAGE + 1:
            task.lanes.update(lease_until=timezone.now() - timedelta(seconds=1))
        return original(validator, row)

    with monkeypatch.context() as patch:
        patch.setattr(Validator, "clean", clean)
        work_on(task.pk)

    assert pages_done(task)[1] == 1 + PAGE
    assert task.rows.exclude(group="").count() == PAGE


def test_the_worker_reads_by_what_the_upload_found_out(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    content = csv_of(good_row("F1", title="Año")).replace(",", ";").encode("cp1252")
    task = submit(content, dry_run=True)
    assert task.reading["encoding"] == "cp1252"
    assert task.reading["delimiter"] == ";"
    monkeypatch.setattr(ingestion, "inspect_file", None)

    work_until_previewed(task)

    assert task.rows.get().cells["title"] == "Año"


def test_a_task_of_earlier_code_is_read_all_the_same(submit: Run) -> None:
    task = submit(csv_of(good_row("F1")).replace(",", ";"), dry_run=True)
    BulkOperationTask.objects.filter(pk=task.pk).update(reading={})

    work_until_previewed(task)

    assert (task.total_count, task.rows.get().cells["number"]) == (1, "F1")


def overwrite(task: BulkOperationTask, content: bytes) -> None:
    with task.csv_file.storage.open(task.csv_file.name, "wb") as stream:
        stream.write(content)


def do_one_page(task: BulkOperationTask) -> None:
    def stop_after_it() -> None:
        if task.rows.exists():
            raise SoftTimeLimitExceeded

    with suppress(SoftTimeLimitExceeded):
        work_on(task.pk, watch=stop_after_it)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CREATIONS.replace("P9", "EV").encode(), id="other rows of the same size"),
        pytest.param(CREATIONS.encode()[:-10] + b"\xff" * 10, id="not readable as before"),
        pytest.param(CREATIONS.encode()[:-10], id="shorter"),
        pytest.param(CREATIONS.encode() + b"\n" * 10, id="longer"),
        pytest.param(b"", id="empty"),
    ],
)
def test_another_file_is_refused_and_none_of_its_rows_stay(content: bytes) -> None:
    task = preview_of(CREATIONS)
    overwrite(task, content)

    work_on(task.pk)

    task.refresh_from_db()
    assert (task.status, [note["code"] for note in task.notes]) == ("failed", ["FILE_CHANGED"])
    assert (task.rows.count(), task.total_count, task.ingested_at) == (0, 0, None)


def test_a_file_exchanged_between_two_jobs_is_refused_as_well() -> None:
    task = preview_of(CREATIONS)
    do_one_page(task)
    stored = task.rows.count()
    overwrite(task, CREATIONS.replace("P9", "EV").encode())
    work_on(task.pk)

    task.refresh_from_db()
    assert stored == PAGE
    assert (task.status, task.rows.count()) == ("failed", 0)


def test_a_bug_of_ours_is_not_blamed_on_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    task = preview_of(CREATIONS)
    monkeypatch.setattr(ingestion, "record_read_rows", lambda *_args: {}["bug"])

    work_on(task.pk)

    task.refresh_from_db()
    assert [note["code"] for note in task.notes] == ["INTERNAL_ERROR"]


def test_every_job_that_does_a_page_forgets_the_lost_ones() -> None:
    task = preview_of(CREATIONS)
    BulkOperationTask.objects.filter(pk=task.pk).update(claims_without_progress=F("claims_without_progress") + 3)
    do_one_page(task)

    task.refresh_from_db()
    assert task.claims_without_progress == 1


HTML = "course_key,title,syllabus\n" + "".join(
    f"edX+U{number % 8},{title},{html}\n"
    for number, (title, html) in enumerate(
        [("Early", "<p>one</p>")] * 8 + [("", "<p>two</p>"), ("Late", "<h2>refused</h2>"), ("", "<p>one</p>")] * 4
    )
)


@pytest.fixture
def long_pages(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All rows are one page, and each of them takes longer than a part of a page may."""
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "READ_CHUNK_ROWS": 500}
    monkeypatch.setattr(ingestion, "CHECK_SECONDS", -1.0)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every HTML text that was prepared; nothing but checking does that here."""
    texts: list[str] = []
    original = text.prepare_html

    def prepare(written: str) -> Any:
        texts.append(written)
        return original(written)

    monkeypatch.setattr(text, "prepare_html", prepare)
    monkeypatch.setitem(stages.PERFORMED, Next.PLAN, lambda _bench: NextJob.none())
    return texts


@pytest.mark.long
@pytest.mark.usefixtures("long_pages")
def test_a_check_of_many_slices_ends_like_one_of_a_single_slice(settings: Any) -> None:
    sliced, calm = preview_of(HTML, "course_update"), preview_of(HTML, "course_update")
    work_until_previewed(calm)

    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "SLICE_SECONDS": 0.0}
    jobs = 0
    while sliced.validated_at is None:
        jobs += 1
        assert work_on(sliced.pk).is_now
        sliced.refresh_from_db()
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "SLICE_SECONDS": 600.0}
    work_until_previewed(sliced)

    assert jobs == HTML.count("\n") - 1  # one for each row
    assert found(sliced) == found(calm)
    assert "CONTRADICTING_ROWS" in {problem["code"] for row in found(sliced) for problem in row["problems"]}
    calm.refresh_from_db()
    assert sliced.task_summary == calm.task_summary


def test_html_that_an_earlier_job_has_checked_is_not_prepared_again(
    prepared: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    task = preview_of(HTML, "course_update")
    original = ingestion.save

    def save_a_page_and_end(bench: Bench, **fields: object) -> None:
        original(bench, **fields)
        if "checked_to" in fields:
            raise SoftTimeLimitExceeded

    monkeypatch.setattr(ingestion, "save", save_a_page_and_end)
    while task.validated_at is None:
        with suppress(SoftTimeLimitExceeded):
            work_on(task.pk)
        task.refresh_from_db()

    assert prepared == [line.split(",")[2] for line in HTML.splitlines()[1:]]


@pytest.mark.usefixtures("long_pages")
def test_jobs_that_are_interrupted_within_a_page_come_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of texts can take longer than a job may last: the rows before the interruption are done."""
    task = preview_of(HTML, "course_update")
    jobs = 0
    while task.validated_at is None and not task.is_final and jobs < 20:
        jobs += 1
        with monkeypatch.context() as patch, suppress(SoftTimeLimitExceeded):
            patch.setattr(Validator, "clean", fail_from(4, Validator.clean))
            patch.setitem(stages.PERFORMED, Next.PLAN, lambda _bench: NextJob.none())
            work_on(task.pk)
        task.refresh_from_db()

    assert (jobs, task.status, task.notes) == (7, "validating", [])


@pytest.mark.usefixtures("long_pages")
def test_a_cancellation_during_the_check_ends_it_after_the_rows_in_hand() -> None:
    task = preview_of(HTML, "course_update")

    def cancel() -> None:
        if pages_done(task)[1] == 4:
            service.cancel(task)

    work_on(task.pk, watch=cancel)

    task.refresh_from_db()
    assert (task.status, task.checked_to, task.validated_at) == ("cancelled", 5, None)
    assert set(task.rows.values_list("status", flat=True)) == {"not_processed"}
