"""What tests of lanes, crashes and stops start from: claims, leases that run out, and workers that crash."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from course_discovery_bulk import conf
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import Transient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers import claiming, leases
from course_discovery_bulk.workers.time_slice import work_on


class Killed(BaseException):
    """Stands for the end of a process: nothing of ours may catch it."""


def claim(task: BulkOperationTask) -> leases.Lease:
    lease = claiming.claim(task.pk, conf.read())
    assert lease is not None
    return lease


def expire(task: BulkOperationTask) -> None:
    """What a kill -9 looks like once the time of the lease is over."""
    task.lanes.exclude(lease_owner="").update(lease_until=timezone.now() - timedelta(seconds=1))


def kill_at(call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The n-th creation of a course ends the worker before it is sent."""
    original, calls = DiscoveryClient.create_course, 0

    def wrapped(client: DiscoveryClient, body: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise Killed
        return original(client, body)

    monkeypatch.setattr(DiscoveryClient, "create_course", wrapped)


def lose_a_worker_at_the_first_call(task: BulkOperationTask) -> None:
    with pytest.MonkeyPatch.context() as patch:
        kill_at(1, patch)
        with pytest.raises(Killed):
            work_on(task.pk)


def die(*_args: Any, **_kwargs: Any) -> Any:
    raise Killed


def answer_away(*_args: Any, **_kwargs: Any) -> Any:
    raise Transient("away", status=503)
