"""The seats of a run: they follow the run type, and carry the prices and the upgrade deadline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from sandbox.discovery.models import CourseRun, Seat, SeatType
from sandbox.discovery.rules.loaded import forget_loaded

UPGRADE_CLOSES = timedelta(days=10)
HAS_DEADLINE = "verified"
NO_SWITCH = (
    "Switching seat types after being reviewed is not supported. Please reach out to your project coordinator for "
    "additional help if necessary."
)


def default_deadline(seat_type: SeatType, end: datetime | None) -> datetime | None:
    """The last moment to upgrade unless another is set: late on the tenth day before the end."""
    if end is None or seat_type.slug != HAS_DEADLINE:
        return None
    return (end - UPGRADE_CLOSES).replace(hour=23, minute=59, second=59, microsecond=99999)


def _refuse_switch(run: CourseRun, seat_types: list[SeatType]) -> None:
    """After review a seat type may be added, as in audit to verified, but none may go."""
    if run.official is None:
        return
    sold = set(run.official.seats.values_list("type__slug", flat=True))
    wanted = {seat_type.slug for seat_type in seat_types}
    if "verified" in wanted:
        wanted.add("audit")
    if sold - wanted:
        raise ValidationError(NO_SWITCH)


def create_seats(run: CourseRun, prices: Mapping[str, Any] | None) -> None:
    """Give a new draft run the seats of its type; one whose price is not named costs 0.00."""
    named = dict(prices or {})
    seats = []
    for seat_type in _seat_types(run):
        seat = Seat(run=run, type=seat_type, default_upgrade_deadline=default_deadline(seat_type, run.end))
        if seat_type.slug in named:
            seat.price = named[seat_type.slug]
        seats.append(seat)
    Seat.objects.bulk_create(seats)


def _seat_types(run: CourseRun) -> list[SeatType]:
    return list(SeatType.objects.filter(track__run_types=run.type).distinct())


def set_seats(run: CourseRun, prices: Mapping[str, Any] | None, upgrade_deadline_override: Any = None) -> None:
    """Give a draft run the seats of its type. A seat whose price is not named keeps the one it has, or costs 0.00.

    The verified seat's deadline is set to what is given, and to nothing where nothing is given.
    """
    named = dict(prices or {})
    seat_types = _seat_types(run)
    _refuse_switch(run, seat_types)
    for seat_type in seat_types:
        values: dict[str, Any] = {"default_upgrade_deadline": default_deadline(seat_type, run.end)}
        if seat_type.slug in named:
            values["price"] = named[seat_type.slug]
        if seat_type.slug == HAS_DEADLINE:
            values["upgrade_deadline_override"] = upgrade_deadline_override
        Seat.objects.update_or_create(run=run, type=seat_type, defaults=values)
    run.seats.exclude(type__in=seat_types).delete()
    forget_loaded(run)


def copy_seats(source: CourseRun, target: CourseRun) -> None:
    """Sell on one row of a run what the other row sells."""
    for seat in source.seats.all():
        values = {
            "price": seat.price,
            "currency": seat.currency,
            "default_upgrade_deadline": seat.default_upgrade_deadline,
            "upgrade_deadline_override": seat.upgrade_deadline_override,
        }
        Seat.objects.update_or_create(run=target, type=seat.type, defaults=values)
