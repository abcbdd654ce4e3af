"""Record rows of a preview that were checked again: what was found, and that they have no plan any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils import timezone

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.data import CleanRow
from course_discovery_bulk.db.statements import in_batches, literal_bytes
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.pipeline.record_new_rows import (
    ROW_BYTES,
    group_after_check,
    problems_after_check,
    status_after_check,
)
from course_discovery_bulk.problems import LEFT_OUT, READING_CODES, Place, problem

NO_PLAN: Final[Mapping[str, Any]] = {
    "action": "",
    "changes": {},
    "steps": [],
    "fingerprint": "",
    "forecast": "",
    "object_key": "",
    "object_url": "",
    "started_at": None,
}


def record_rechecked_rows(rows: Sequence[BulkOperationRow], checked: Mapping[int, CleanRow]) -> None:
    """Store what checking found, within the caller's transaction; a row that was not checked is one left out."""
    ended: defaultdict[RowStatus, list[int]] = defaultdict(list)
    for row in rows:
        clean = checked.get(row.line)
        if clean:
            row.group = group_after_check(row, clean)
            row.problems = [found.as_record() for found in problems_after_check(row, clean)]
        else:
            reading = [found for found in row.problems if found["code"] in READING_CODES]
            row.problems = [*reading, problem(LEFT_OUT, Place(line=row.line)).as_record()]
        ended[status_after_check(row, clean) if clean else RowStatus.SKIPPED].append(row.pk)
    stored, now = BulkOperationRow.objects, timezone.now()
    for batch in in_batches(rows, lambda row: ROW_BYTES + literal_bytes(row.group) + literal_bytes(row.problems)):
        stored.bulk_update(batch, ["group", "problems"])
    for status, pks in ended.items():
        finished_at = None if status == RowStatus.PENDING else now
        stored.filter(pk__in=pks).update(**NO_PLAN, status=status, finished_at=finished_at, modified=now)
