"""What django-celery-results keeps about tasks, for readers that ask for it as upstream's do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.apps import apps

from course_discovery_bulk.models import BulkOperationTask

RESULTS_APP = "django_celery_results"


def stored_results(tasks: Iterable[BulkOperationTask]) -> Mapping[str, str | None]:
    """Celery id -> stored result, one query for all tasks; empty where the host keeps no results in the database."""
    celery_ids = [task.task_id for task in tasks if task.task_id]
    if not celery_ids or not apps.is_installed(RESULTS_APP):
        return {}
    kept = apps.get_model(RESULTS_APP, "TaskResult").objects.filter(task_id__in=celery_ids)
    return dict(kept.values_list("task_id", "result"))
