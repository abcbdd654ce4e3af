"""The uploaded file as a worker reads it: once from end to end, and only if it is the file that was uploaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from course_discovery_bulk.exceptions import INTERRUPTIONS, LeaseLost, StorageUnavailable, UploadRefused
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.problems import FILE_CHANGED, FILE_MISSING, problem
from course_discovery_bulk.storage.hashing import HashingReader


@contextmanager
def reading_file(task: BulkOperationTask) -> Iterator[BinaryIO]:
    """The file of a task; what was read of it counts only if this ends without an error.

    Raises UploadRefused if the file is gone, or turns out to be another one, StorageUnavailable if that cannot be
    told now.
    """
    with _open(task) as file:
        stream = HashingReader(file)
        _refuse_other_size(stream, task)
        try:
            yield stream
        except (LeaseLost, StorageUnavailable, *INTERRUPTIONS):
            raise
        except Exception:
            _refuse_other_content(stream, task)  # another file may fail in any way: it is not its content's fault
            raise
        _refuse_other_content(stream, task)


def _open(task: BulkOperationTask) -> BinaryIO:
    if not task.csv_file:
        raise UploadRefused([problem(FILE_MISSING)])
    try:
        return cast("BinaryIO", task.csv_file.open("rb"))
    except FileNotFoundError as error:
        raise UploadRefused([problem(FILE_MISSING)]) from error


def _refuse_other_size(stream: BinaryIO, task: BulkOperationTask) -> None:
    if stream.seek(0, 2) != task.file_size:
        raise UploadRefused([problem(FILE_CHANGED)])
    stream.seek(0)


def _refuse_other_content(stream: HashingReader, task: BulkOperationTask) -> None:
    if stream.hexdigest() != task.file_sha256:
        raise UploadRefused([problem(FILE_CHANGED)])
