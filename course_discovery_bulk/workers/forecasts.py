"""Keeping the forecast of a task: with the line up to which rows are planned, or as a preview that can be applied."""

from __future__ import annotations

from django.utils import timezone

from course_discovery_bulk.choices import TaskStatus
from course_discovery_bulk.pipeline.forecast import forecast_of
from course_discovery_bulk.pipeline.report import report_summary
from course_discovery_bulk.pipeline.summarise import counts
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.finishing import summary_of, write_rest
from course_discovery_bulk.workers.ingestion import save
from course_discovery_bulk.workers.preview import PLANNED_TO
from course_discovery_bulk.workers.task_life import Next, TaskEvent, status_after


def keep_plan(bench: Bench, following: Next, planned_to: int | None) -> None:
    """Write what a slice of planning has found, by what follows it; a cancelled task keeps nothing."""
    if following is Next.STOP_CANCELLED:
        return
    before = TaskStatus(bench.task.status)
    summary = summary_of(bench)
    report = {**report_summary(summary), "forecast": forecast_of(bench.task)}
    if following is Next.HAND_OVER:
        save(bench, task_summary={**report, PLANNED_TO: planned_to}, claims_without_progress=0)
    elif following is Next.REST:
        write_rest(bench, status_after(TaskEvent.PREVIEWED, before), task_summary=report, **counts(summary.buckets))
    else:
        status = status_after(TaskEvent.PLANNED, before)
        save(bench, status=status, task_summary=report, started_at=timezone.now())
