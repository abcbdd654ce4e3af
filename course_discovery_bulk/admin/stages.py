"""When a task reached each of its stages."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import label_for_field
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext

from course_discovery_bulk.admin.tables import table
from course_discovery_bulk.models import BulkOperationTask

STAGES = (
    "created",
    "ingested_at",
    "validated_at",
    "started_at",
    "next_attempt_at",
    "cancel_requested_at",
    "finished_at",
    "notified_at",
)
STAGE_FORMAT = "%Y-%m-%d %H:%M:%S %Z"  # small files take a second


def stage_table(task: BulkOperationTask, model_admin: Any) -> SafeString | str:
    """The stages that a task has reached, by the names of their fields."""
    reached = ((label_for_field(name, type(task), model_admin), getattr(task, name)) for name in STAGES)
    lines = ((label, localtime(when).strftime(STAGE_FORMAT)) for label, when in reached if when)
    return table((gettext("Stage"), gettext("Time")), lines)
