"""`bulk_operations_gc`: which files and tasks go, which stay, and what it says."""

from __future__ import annotations

import os
import time
import uuid
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.utils import timezone

from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.service import open_file, retention
from course_discovery_bulk.storage.uploads import upload_storage
from tests.integration.api.records import make_rows, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any) -> Path:
    return Path(settings.BULK_OPERATIONS["STORAGE_LOCATION"])


def collect(*arguments: str) -> list[str]:
    output = StringIO()
    call_command("bulk_operations_gc", *arguments, stdout=output)
    return output.getvalue().splitlines()


def store_orphan(folder: Path, *, hours: float, name: str = "") -> str:
    """A file as an upload leaves it whose process was killed before its task was written."""
    stored = upload_storage().save(name or f"{uuid.uuid4()}.upload", ContentFile(b"x"))
    moment = time.time() - hours * 3600
    os.utime(folder / stored, (moment, moment))
    return stored


def ended(days: float, **fields: Any) -> BulkOperationTask:
    moment = timezone.now() - timedelta(days=days)
    return make_task(None, **{"status": "completed", "finished_at": moment, **fields})


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_that_no_task_names_goes_after_a_day(folder: Path) -> None:
    kept = make_task(None).csv_file.name
    old, young = store_orphan(folder, hours=25), store_orphan(folder, hours=23)
    os.utime(folder / kept, (0, 0))

    before = collect("--dry-run")
    everything = files(folder)
    after = collect()

    assert everything == {kept, old, young}
    assert files(folder) == {kept, young}
    assert before[0] == "Would delete 1 file that no task names (1 younger than 24 h left alone)."
    assert after[0] == "Deleted 1 file that no task names (1 younger than 24 h left alone)."


def test_the_age_can_be_chosen(folder: Path) -> None:
    store_orphan(folder, hours=1)
    young = store_orphan(folder, hours=0.4)

    collect("--orphan-age-hours", "0.5")
    assert files(folder) == {young}
    assert collect("--orphan-age-hours", "0")[0] == "Deleted 1 file that no task names."
    assert files(folder) == set()


def test_what_others_keep_in_the_same_place_is_not_ours(folder: Path) -> None:
    names = {"photo.jpg", "notes.upload", "0.upload", f"{uuid.uuid4()}.csv"}
    for name in names:
        store_orphan(folder, hours=1000, name=name)
    (folder / "other").mkdir()
    (folder / "other" / f"{uuid.uuid4()}.upload").write_text("x")

    collect()

    assert files(folder) == names | {"other"}
    assert len(list((folder / "other").iterdir())) == 1


def test_a_name_that_the_storage_made_free_is_ours(folder: Path) -> None:
    name = store_orphan(folder, hours=0)
    second = store_orphan(folder, hours=25, name=name)

    collect()

    assert second != name
    assert files(folder) == {name}


def test_before_the_first_upload_there_is_nothing_to_do(folder: Path) -> None:
    assert collect() == [
        "Deleted 0 files that no task names.",
        "Deleted 0 files of tasks that ended more than 90 days ago.",
    ]
    assert not folder.exists()


def test_more_files_than_a_page(folder: Path, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries) -> None:
    monkeypatch.setattr(retention, "PAGE", 3)
    named = {make_task(None).csv_file.name for _ in range(5)}
    for _ in range(8):
        store_orphan(folder, hours=25)

    with django_assert_max_num_queries(1 + 5 + 8 + 2):  # old tasks; pages; a look before each file goes; dead leases
        collect()

    assert files(folder) == named


def test_files_of_tasks_go_when_their_time_is_over_and_results_stay(folder: Path) -> None:
    old = ended(91, task_summary={"summary": {}}, succeeded_count=2)
    make_rows(old, 2, status="succeeded")
    young, waiting = ended(89), make_task(None, status="validated")

    told = collect()

    old.refresh_from_db()
    assert files(folder) == {young.csv_file.name, waiting.csv_file.name}
    assert (old.csv_file.name, old.status, old.succeeded_count, old.rows.count()) == ("", "completed", 2, 2)
    assert old.task_summary == {"summary": {}}
    assert told[1] == "Deleted 1 file of tasks that ended more than 90 days ago."
    with pytest.raises(FileNotFoundError):
        open_file(old)


def test_running_it_again_does_nothing(folder: Path) -> None:
    ended(91)
    store_orphan(folder, hours=25)

    assert [line.split()[1] for line in collect()] == ["1", "1"]
    assert [line.split()[1] for line in collect()] == ["0", "0"]


@pytest.mark.parametrize(
    ("arguments", "setting", "left"), [((), 10, 0), ((), 0, 1), (("--retention-days", "0"), 10, 1), ((), 30, 1)]
)
def test_how_long_is_a_setting_and_an_option(
    settings: Any, folder: Path, arguments: tuple[str, ...], setting: int, left: int
) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "FILE_RETENTION_DAYS": setting}
    ended(20)

    collect(*arguments)

    assert len(files(folder)) == left


def test_a_file_that_two_tasks_share_waits_for_both(folder: Path) -> None:
    first = ended(100)
    second = ended(10, csv_file=first.csv_file.name, parent=first)

    collect()
    first.refresh_from_db()
    kept = (files(folder), first.csv_file.name)
    BulkOperationTask.objects.filter(pk=second.pk).update(finished_at=timezone.now() - timedelta(days=91))
    told = collect()

    assert kept == ({second.csv_file.name}, second.csv_file.name)
    assert files(folder) == set()
    assert set(BulkOperationTask.objects.values_list("csv_file", flat=True)) == {""}
    assert told[1] == "Deleted 1 file of tasks that ended more than 90 days ago."


def test_a_task_that_names_the_file_meanwhile_keeps_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = store_orphan(folder, hours=25)
    modified = FileSystemStorage.get_modified_time

    def upload_meanwhile(self: FileSystemStorage, asked: str) -> Any:
        make_task(None, csv_file=asked)
        return modified(self, asked)

    monkeypatch.setattr(FileSystemStorage, "get_modified_time", upload_meanwhile)

    assert collect()[0] == "Deleted 0 files that no task names."
    assert files(folder) == {name}


def test_a_file_that_another_run_took_is_no_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_orphan(folder, hours=25)
    modified = FileSystemStorage.get_modified_time

    def delete_meanwhile(self: FileSystemStorage, asked: str) -> Any:
        (folder / asked).unlink()
        return modified(self, asked)

    monkeypatch.setattr(FileSystemStorage, "get_modified_time", delete_meanwhile)

    assert collect()[0] == "Deleted 0 files that no task names."


def test_a_dry_run_counts_a_file_that_goes_with_its_task_once(settings: Any, folder: Path) -> None:
    ended(400)
    ended(100)
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "RECORD_RETENTION_DAYS": 365, "FILE_RETENTION_DAYS": 90}

    would = collect("--dry-run")
    told = collect()

    assert [line.split()[2] for line in would[1:]] == ["1", "1"]
    assert [line.split()[1] for line in told[1:]] == ["1", "1"]
    assert files(folder) == set()


def test_whole_tasks_stay_unless_the_settings_say_otherwise(settings: Any, folder: Path) -> None:
    old = ended(400)
    make_rows(old, 3)
    child = ended(100, parent=old, csv_file="")
    running = make_task(None, status="processing", created=timezone.now() - timedelta(days=500))

    collect()
    assert BulkOperationTask.objects.count() == 3
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "RECORD_RETENTION_DAYS": 365, "FILE_RETENTION_DAYS": 0}
    would = collect("--dry-run")
    told = collect()

    child.refresh_from_db()
    assert would[-1] == "Would delete 1 task that ended more than 365 days ago, with all rows."
    assert told[-1] == "Deleted 1 task that ended more than 365 days ago, with all rows."
    assert set(BulkOperationTask.objects.values_list("pk", flat=True)) == {child.pk, running.pk}
    assert child.parent is None
    assert not BulkOperationRow.objects.exists()
    assert files(folder) == {running.csv_file.name}


def test_a_task_goes_with_its_file_unless_another_needs_it(folder: Path) -> None:
    alone, parent = ended(400), ended(400)
    make_task(None, status="processing", csv_file=parent.csv_file.name, parent=parent)
    both = files(folder)

    collect("--record-retention-days", "365", "--retention-days", "0")

    assert both == {alone.csv_file.name, parent.csv_file.name}
    assert files(folder) == {parent.csv_file.name}


def test_a_storage_that_is_away_is_told_and_nothing_is_lost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = store_orphan(folder, hours=25)
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "listdir", _fail)
        with pytest.raises(CommandError, match="does not answer"):
            collect()

    assert files(folder) == {name}


def test_an_interrupted_run_is_made_good_by_the_next(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = ended(91)
    os.utime(folder / task.csv_file.name, (0, 0))
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "delete", _fail)
        with pytest.raises(CommandError):
            collect()
    interrupted = files(folder)

    collect()

    assert interrupted == {task.csv_file.name}
    assert files(folder) == set()


@pytest.mark.parametrize(
    "arguments", [("--orphan-age-hours", "-1"), ("--orphan-age-hours", "nan"), ("--retention-days", "-1")]
)
def test_impossible_ages_are_refused(arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match="no number of"):
        collect(*arguments)


def _fail(*_args: object) -> None:
    raise OSError(5, "the mount is stale")
