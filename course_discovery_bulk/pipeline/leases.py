"""Who works on a task: a lease with an epoch, taken and kept by single conditional updates on the database's clock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone

from course_discovery_bulk.choices import RESTING_TASK_STATUSES
from course_discovery_bulk.exceptions import LeaseLost
from course_discovery_bulk.models import BulkOperationTask


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to work on one task until it is lost or released; every write names its epoch."""

    task_pk: int
    epoch: int
    owner: str
    seconds: float


def claim(task_pk: int, seconds: float) -> Lease | None:
    """Take a task that nobody works on and that is due; None where somebody does, or nothing is to be done."""
    owner = uuid.uuid4().hex
    is_free = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
    is_due = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=Now())
    taken = (
        BulkOperationTask.objects.filter(is_free, is_due, pk=task_pk)
        .exclude(status__in=RESTING_TASK_STATUSES)
        .update(
            lease_owner=owner,
            lease_until=_after(seconds),
            epoch=F("epoch") + 1,
            claims_without_progress=F("claims_without_progress") + 1,
            modified=timezone.now(),
        )
    )
    if not taken:
        return None
    epoch = BulkOperationTask.objects.values_list("epoch", flat=True).get(pk=task_pk)
    return Lease(task_pk=task_pk, epoch=epoch, owner=owner, seconds=seconds)


def extend(lease: Lease, **fields: Any) -> None:
    """Show life, and write fields of the task with it; LeaseLost where another worker owns the task now."""
    _write(lease, lease_until=_after(lease.seconds), **fields)


def release(lease: Lease) -> None:
    """Let the task go, if it is still ours."""
    _own(lease).update(lease_owner="", lease_until=None, modified=timezone.now())


def write_task(lease: Lease, **fields: Any) -> None:
    """Write fields of a task as its owner; LeaseLost where another worker owns it now."""
    _write(lease, **fields)


def seconds_until_free(task_pk: int) -> float | None:
    """How long until a task can be claimed; None where it is final, waits for a person, or is gone."""
    task = BulkOperationTask.objects.filter(pk=task_pk).exclude(status__in=RESTING_TASK_STATUSES).first()
    if task is None:
        return None
    waits = [moment for moment in (task.lease_until, task.next_attempt_at) if moment]
    return max([0.0, *((moment - timezone.now()).total_seconds() for moment in waits)])


def _write(lease: Lease, **fields: Any) -> None:
    if not _own(lease).update(modified=timezone.now(), **fields):
        raise LeaseLost("the task belongs to another worker")


def _own(lease: Lease) -> Any:
    return BulkOperationTask.objects.filter(pk=lease.task_pk, epoch=lease.epoch, lease_owner=lease.owner)


def _after(seconds: float) -> Combinable:
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())
