"""Tasks and rows as a worker would have left them, for tests that are about showing them."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile

from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask

CSV = b"organization,title\r\nedX,Intro\r\n"


def make_task(uploader: AbstractBaseUser | None, *, content: bytes = CSV, **fields: Any) -> BulkOperationTask:
    """A stored task with its file."""
    facts = {
        "original_filename": "courses.csv",
        "file_sha256": hashlib.sha256(content).hexdigest(),
        "file_size": len(content),
        "task_type": "course_create",
        "csv_file": ContentFile(content, name="courses.csv"),
    }
    return BulkOperationTask.objects.create(uploaded_by=uploader, **{**facts, **fields})


def make_rows(task: BulkOperationTask, count: int, **fields: Any) -> list[BulkOperationRow]:
    """Rows from line 2 on."""
    rows = [BulkOperationRow(task=task, line=line, **fields) for line in range(2, count + 2)]
    return BulkOperationRow.objects.bulk_create(rows)
