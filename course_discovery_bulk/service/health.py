"""Health: what operators watch, from the database alone: does work stand still, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from course_discovery_bulk.choices import RESTING_TASK_STATUSES, TaskStatus
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.db.clock import DatabaseNow
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask
from course_discovery_bulk.workers.leases import DEAD, LIVE
from course_discovery_bulk.workers.pauses import DUE
from course_discovery_bulk.workers.precedence import ACTIVE, IS_PREVIEW, IS_RUN
from course_discovery_bulk.workers.redispatch import patience

MOST_NAMED: Final = 20


@dataclass(frozen=True, kw_only=True)
class Health:
    """How things stand; ages in seconds. `limit_seconds` is the age at which standing still is no longer healthy."""

    is_healthy: bool
    limit_seconds: float
    queued: int  # tasks that nobody has begun
    oldest_queued_seconds: float
    working: int  # tasks that a worker is at
    paused: int  # tasks that rest, because discovery or the storage is away
    stalled: int  # tasks that could go on, and that nobody has touched for longer than the limit
    stalled_tasks: tuple[int, ...]  # ids of these, the longest untouched first; of many the first few
    oldest_idle_seconds: float  # the longest that a task that could go on has not been touched
    live_lanes: int
    expired_leases: int  # lanes whose worker died, and that nobody has taken over yet
    oldest_expired_seconds: float


def check_health(settings: BulkSettings) -> Health:
    """How things stand now, in a constant number of queries."""
    limit = settings.lease_seconds + patience(settings)
    now = _database_now()
    open_tasks = BulkOperationTask.objects.exclude(status__in=RESTING_TASK_STATUSES)
    wanting = Exists(open_tasks.filter(DUE, pk=OuterRef("task_id")))  # of others nobody needs to take a lane over
    lanes = BulkOperationLane.objects.filter(wanting).aggregate(
        live=Count("pk", filter=LIVE), dead=Count("pk", filter=DEAD), dead_since=Min("lease_until", filter=DEAD)
    )
    is_queued = Q(status=TaskStatus.PENDING)
    tasks = open_tasks.aggregate(
        queued=Count("pk", filter=is_queued),
        queued_since=Min("created", filter=is_queued),
        paused=Count("pk", filter=~DUE),
    )
    idle = {pk: _age(now, since) for pk, since in _untouched_since(open_tasks)}
    stalled = sorted((pk for pk, age in idle.items() if age > limit), key=lambda pk: -idle[pk])
    oldest_expired = _age(now, lanes["dead_since"])
    return Health(
        is_healthy=max([oldest_expired, *idle.values()]) <= limit,
        limit_seconds=limit,
        queued=tasks["queued"],
        oldest_queued_seconds=_age(now, tasks["queued_since"]),
        working=open_tasks.filter(Exists(_live_lanes())).count(),
        paused=tasks["paused"],
        stalled=len(stalled),
        stalled_tasks=tuple(stalled[:MOST_NAMED]),
        oldest_idle_seconds=max(idle.values(), default=0.0),
        live_lanes=lanes["live"],
        expired_leases=lanes["dead"],
        oldest_expired_seconds=oldest_expired,
    )


def idle_seconds(task: BulkOperationTask) -> float | None:
    """How long nobody has touched a task that could go on; None while somebody is at it, and while it has to wait."""
    since = _untouched_since(BulkOperationTask.objects.filter(pk=task.pk))
    return _age(_database_now(), since[0][1]) if since else None


def _untouched_since(open_tasks: QuerySet[BulkOperationTask]) -> list[tuple[int, datetime]]:
    """The tasks that could go on, each with its last touch; what queues behind its uploader's others rests."""
    others = BulkOperationTask.objects.filter(status__in=ACTIVE, uploaded_by_id=OuterRef("uploaded_by_id"))
    may_begin = (IS_PREVIEW & ~Exists(others.filter(IS_PREVIEW))) | (IS_RUN & ~Exists(others.filter(IS_RUN)))
    idle = open_tasks.filter(DUE, ~Exists(_live_lanes())).filter(~Q(status=TaskStatus.PENDING) | may_begin)
    found = idle.values_list("pk", "modified", "next_attempt_at")
    return [(pk, max(modified, paused_until or modified)) for pk, modified, paused_until in found]


def _live_lanes() -> QuerySet[BulkOperationLane]:
    return BulkOperationLane.objects.filter(LIVE, task_id=OuterRef("pk"))


def _database_now() -> datetime:
    """The database's time; a table is needed to ask, and that of content types is never empty."""
    now: datetime = ContentType.objects.annotate(now=DatabaseNow()).values_list("now", flat=True)[0]
    return now


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
