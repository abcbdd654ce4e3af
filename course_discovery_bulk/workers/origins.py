"""Which upload a file was made of, as its rows say: rows to fix that were downloaded, or an undo.

The page and the API name the origin of what they make. A file that somebody downloaded and uploads by hand says it in
columns of ours. What it says is taken only if the uploader may see that upload, and both are for the same operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser

from course_discovery_bulk.access import find_task
from course_discovery_bulk.choices import OriginKind
from course_discovery_bulk.columns.headers import UNDO_EXPECTS, UPLOAD_NUMBER, is_ours
from course_discovery_bulk.data import RawRow
from course_discovery_bulk.models import BulkOperationTask

DIGITS: Final = 18


def origin_named_by(
    rows: Sequence[RawRow], task: BulkOperationTask, uploader: AbstractBaseUser | None
) -> dict[str, Any]:
    """The fields of the task that say which one it follows, and as what; none if the rows name no single one."""
    named = {row.cells.get(UPLOAD_NUMBER, "") for row in rows} - {""}
    if uploader is None or len(named) != 1 or not is_ours(task.headers):
        return {}
    number = named.pop()
    origin = find_task(uploader, int(number)) if number.isdecimal() and len(number) <= DIGITS else None
    if origin is None or origin.task_type != task.task_type or origin.pk == task.pk:
        return {}
    kind = OriginKind.UNDO if any(UNDO_EXPECTS in row.cells for row in rows) else OriginKind.CORRECTION
    return {"origin": origin, "origin_kind": kind}
