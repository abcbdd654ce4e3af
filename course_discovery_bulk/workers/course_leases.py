"""Who may write to a course now: two writes to one course at once lose one of them, whichever tasks they are of."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When

from course_discovery_bulk.db.clock import DatabaseNow
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.exceptions import Transient
from course_discovery_bulk.models import CourseLease
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.workers.leases import Lease

LIVE: Final = Q(
    lane__epoch=F("epoch"), lane__lease_owner__gt="", lane__lease_until__gt=DatabaseNow()
)  # a course is held as long as the lane that took it lives
PATIENCE: Final = 60.0
POLL_SECONDS: Final = 0.1
NAME_LENGTH: Final = 255


def take(lease: Lease, names: Iterable[str]) -> frozenset[str]:
    """Take what is free of those names; which of them are ours now, those that were before included."""
    wanted = sorted({name[:NAME_LENGTH] for name in names})
    return persist(partial(_take, lease, wanted))


def take_all(lease: Lease, names: Iterable[str]) -> bool:
    """Take all of those names, or none of them that was not ours before."""
    wanted = {name[:NAME_LENGTH] for name in names}
    before = set(_mine(lease).filter(name__in=wanted).values_list("name", flat=True))
    taken = take(lease, wanted)
    if taken >= wanted:
        return True
    give_back(lease, taken - before)
    return False


def give_back(lease: Lease, names: Iterable[str]) -> None:
    """Let go of those names, as far as they are ours."""
    given = [name[:NAME_LENGTH] for name in names]
    if given:
        persist(lambda: _mine(lease).filter(name__in=given).delete())


def give_back_all(lease: Lease) -> None:
    """Let go of everything."""
    persist(_mine(lease).delete)


@contextmanager
def alone(lease: Lease, name: str) -> Iterator[None]:
    """Do something that no other lane does at the same time: waits for its turn, Transient where that never comes."""
    deadline = time.monotonic() + PATIENCE
    while not take_all(lease, [name]):
        if time.monotonic() > deadline:
            raise Transient(Phrase(_("another worker was busy with the same course for too long")))
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        give_back(lease, [name])


def held() -> QuerySet[CourseLease]:
    """What lanes that live have taken."""
    return CourseLease.objects.filter(LIVE)


def _take(lease: Lease, wanted: list[str]) -> frozenset[str]:
    state = Case(When(LIVE, then=Value(True)), default=Value(False), output_field=BooleanField())
    found = list(CourseLease.objects.filter(name__in=wanted).annotate(is_live=state))
    for left in found:
        if not left.is_live:  # compared with what was seen: somebody else may take it over at the same moment
            CourseLease.objects.filter(pk=left.pk, lane_id=left.lane_id, epoch=left.epoch).delete()
    busy = {held.name for held in found if held.is_live}
    free = [name for name in wanted if name not in busy]
    CourseLease.objects.bulk_create(
        [CourseLease(name=name, lane_id=lease.lane_pk, epoch=lease.epoch) for name in free], ignore_conflicts=True
    )
    return frozenset(_mine(lease).filter(name__in=wanted).values_list("name", flat=True))


def _mine(lease: Lease) -> QuerySet[CourseLease]:
    return CourseLease.objects.filter(lane_id=lease.lane_pk, epoch=lease.epoch)
