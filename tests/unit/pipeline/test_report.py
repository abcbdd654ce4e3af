"""`task_summary`: the keys that existing readers know, and numbers that sum up."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowStatus
from course_discovery_bulk.data import Summary
from course_discovery_bulk.pipeline.report import report_summary

ENDED = sorted(set(RowStatus.values) - OPEN_ROW_STATUSES)
MIXED = {"succeeded": 5, "unchanged": 2, "skipped": 1, "invalid": 3, "failed": 1, "partly_done": 1, "unknown": 1}


def report(buckets: dict[str, int], **fields: Any) -> dict[str, Any]:
    whole = {status: buckets.get(status, 0) for status in RowStatus.values}
    given_fields = {"created": (), "errors": {}, "error_totals": {}, **fields}
    return report_summary(Summary(total=sum(whole.values()), buckets=whole, **given_fields))


def test_a_whole_report() -> None:
    found = report(
        {**MIXED, "not_processed": 4},
        created=("u-1 - Computing (edX+A)",),
        new_runs=("course-v1:edX+A+1",),
        skipped=("[row 3] there already",),
        updated=4,
        errors={"BAD_PRICE": ("[row 2, verified_price] “x” is not a price.",)},
        error_totals={"BAD_PRICE": 30},
    )

    assert found == {
        "summary": {
            "total_rows": 18,
            "total_products_count": 18,
            "total_runs_count": 18,
            "total_count": 18,
            "success_count": 5,
            "failure_count": 10,
            "succeeded_count": 5,
            "unchanged_count": 2,
            "skipped_count": 1,
            "invalid_count": 3,
            "failed_count": 1,
            "partly_done_count": 1,
            "unknown_count": 1,
            "not_processed_count": 4,
            "updated_products_count": 4,
            "created_products": ["u-1 - Computing (edX+A)"],
            "new_runs": ["course-v1:edX+A+1"],
            "others": ["[row 3] there already"],
        },
        "errors": {"BAD_PRICE": ["[row 2, verified_price] “x” is not a price."]},
        "error_totals": {"BAD_PRICE": 30},
    }


def test_a_report_can_be_stored() -> None:
    found = report(MIXED, errors={"X": ("m",)}, created=("c",))

    assert json.loads(json.dumps(found)) == found


@given(st.dictionaries(st.sampled_from(ENDED), st.integers(min_value=0, max_value=10_000)))
def test_buckets_sum_to_the_rows(buckets: dict[str, int]) -> None:
    summary = report(buckets)["summary"]

    assert sum(summary[f"{status}_count"] for status in ENDED) == summary["total_rows"]
    assert (
        summary["success_count"] + summary["failure_count"] + summary["unchanged_count"] + summary["skipped_count"]
        == summary["total_rows"]
    )
