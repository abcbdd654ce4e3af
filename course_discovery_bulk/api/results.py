"""`result` for readers that ask for it as upstream's do: JSON text, as Celery keeps what a job gave back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps

from course_discovery_bulk.models import BulkOperationTask

RESULTS_APP = "django_celery_results"


def results_of(tasks: Sequence[BulkOperationTask]) -> Mapping[int, str | None]:
    """Task id -> result, one query for all tasks.

    A task is many jobs, and each of them only rings for the next: what one job gave back says nothing of the whole.
    So an ended task's result comes from its record. Before the end there is only what Celery kept about the first
    job, as a rule its error, where the host has django-celery-results.
    """
    kept = _kept_by_celery([task.task_id for task in tasks if task.task_id and not task.is_final])
    return {task.pk: json.dumps(_outcome(task)) if task.is_final else kept.get(task.task_id or "") for task in tasks}


def _outcome(task: BulkOperationTask) -> dict[str, Any]:
    """The numbers of the summary; its lists are in `task_summary` anyway."""
    summary = task.task_summary or {}
    numbers = {name: value for name, value in summary.get("summary", {}).items() if isinstance(value, int)}
    return {"status": task.status, **numbers, "error_totals": summary.get("error_totals", {})}


def _kept_by_celery(celery_ids: list[str]) -> Mapping[str, str | None]:
    if not celery_ids or not apps.is_installed(RESULTS_APP):
        return {}
    kept = apps.get_model(RESULTS_APP, "TaskResult").objects.filter(task_id__in=celery_ids)
    return dict(kept.values_list("task_id", "result"))
