"""Report: the shapes in which a summary is shown to people and programs."""

from __future__ import annotations

from typing import Any

from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowStatus
from course_discovery_bulk.data import Summary


def report_summary(summary: Summary) -> dict[str, Any]:
    """`task_summary` as readers of the in-tree feature know it, with every bucket and the uncapped totals."""
    buckets = summary.buckets
    success = buckets[RowStatus.SUCCEEDED]
    neutral = buckets[RowStatus.UNCHANGED] + buckets[RowStatus.SKIPPED]
    return {
        "summary": {
            "total_rows": summary.total,
            "total_products_count": summary.total,
            "total_runs_count": summary.total,
            "total_count": summary.total,
            "success_count": success,
            "failure_count": summary.total - success - neutral - sum(buckets[status] for status in OPEN_ROW_STATUSES),
            **{f"{status}_count": number for status, number in buckets.items() if status not in OPEN_ROW_STATUSES},
            "updated_products_count": summary.updated,
            "created_products": list(summary.created),
            "new_runs": list(summary.new_runs),
            "others": list(summary.skipped),
        },
        "errors": {code: list(messages) for code, messages in summary.errors.items()},
        "error_totals": dict(summary.error_totals),
    }
