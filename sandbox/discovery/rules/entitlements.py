"""What a course sells as a whole: one entitlement, which follows the course type and carries the price."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from sandbox.discovery.models import Course, CourseEntitlement, CourseRun, CourseType, SeatType
from sandbox.discovery.rules.run_facts import open_runs

SOLD_WHOLE = frozenset({"verified", "professional"})
# The only change of what is sold that is possible after review.
ALLOWED_AFTER_REVIEW = {"audit": "verified"}
NO_SWITCH = (
    "Switching entitlement types after being reviewed is not supported. Please reach out to your project coordinator "
    "for additional help if necessary."
)


class PriceForm(serializers.Serializer):
    """Checks the new price of an entitlement."""

    price = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=0)


def create_entitlements(course: Course, prices: Any) -> list[CourseEntitlement]:
    """Give a new course the entitlements of its type; prices are taken as they come, 0 where none is named."""
    return [
        CourseEntitlement.objects.create(course=course, mode=mode, price=prices.get(mode.slug, 0))
        for mode in course.type.entitlement_types.all()
    ]


def change_entitlements(course: Course, course_type: CourseType, prices: Mapping[str, Any]) -> bool:
    """Price what a course sells, and stop selling what its type does not; True if that counts as a change.

    Only modes of the type whose price is named are touched: a change of type without a price sells nothing.
    """
    modes = list(course_type.entitlement_types.all())
    changed = False
    for mode in modes:
        price = prices.get(mode.slug)
        if price is not None:
            changed = _set_price(course, mode, price) or changed
    course.entitlements.exclude(mode__in=modes).delete()
    return changed


def _set_price(course: Course, mode: SeatType, price: Any) -> bool:
    entitlement = course.entitlements.select_related("mode").first()
    sold = entitlement.mode.slug if entitlement else "audit"
    if course.official and sold != mode.slug and ALLOWED_AFTER_REVIEW.get(sold) != mode.slug:
        raise ValidationError(NO_SWITCH)
    if entitlement is None:
        CourseEntitlement.objects.create(course=course, mode=mode, price=price)
        return True
    form = PriceForm(data={"price": price})
    form.is_valid(raise_exception=True)
    entitlement.mode, entitlement.price = mode, form.validated_data["price"]
    entitlement.save()
    return _counts_as_change(entitlement.price, price)


def _counts_as_change(stored: Decimal, sent: Any) -> bool:
    """Not whether the price moved, but whether binary fractions miss it: 49.99 always counts, 60 and 49.50 never do."""
    return stored != float(sent)


def _sold_by(run: CourseRun) -> tuple[SeatType, Decimal, str] | None:
    seats = [seat for seat in run.seats.select_related("type") if seat.type.slug in SOLD_WHOLE]
    return (seats[0].type, seats[0].price, seats[0].currency) if len(seats) == 1 else None


def create_missing_entitlement(course: Course) -> None:
    """Make the entitlement that a course lacks from the seats of its open runs, if these agree, else of its last."""
    runs = list(open_runs(course)) or list(course.course_runs.order_by("-id")[:1])
    offers = {_sold_by(run) for run in runs}
    offer = offers.pop() if len(offers) == 1 else None
    if offer:
        mode, price, currency = offer
        CourseEntitlement.objects.create(course=course, mode=mode, price=price, currency=currency)


def copy_entitlements(source: Course, target: Course) -> None:
    """Sell on one row of a course what the other row sells."""
    for entitlement in source.entitlements.select_related("mode"):
        if entitlement.mode.slug in SOLD_WHOLE:
            values = {"mode": entitlement.mode, "price": entitlement.price, "currency": entitlement.currency}
            CourseEntitlement.objects.update_or_create(course=target, defaults=values)
