"""What follows from a run's dates, seats and state, and is not stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from sandbox.discovery.models import Course, CourseRun, Seat
from sandbox.discovery.models.runs import RunStatus

STARTING_SOON = timedelta(days=60)
STILL_RUNNING_FOR = timedelta(days=14)
NEEDS_ANOTHER_SEAT = frozenset({"credit"})
# The first of these that a run sells names the run's kind.
KINDS = (
    ("credit", {"credit"}),
    ("professional", {"professional", "no-id-professional"}),
    ("verified", {"verified"}),
    ("honor", {"honor"}),
    ("audit", {"audit"}),
)


def open_runs(course: Course) -> QuerySet[CourseRun]:
    """The runs that have not ended and that one can, or will be able to, enrol in."""
    now = timezone.now()
    return course.course_runs.filter(Q(enrollment_end__gt=now) | Q(enrollment_end__isnull=True), end__gt=now)


def is_open(run: CourseRun) -> bool:
    """Whether the run is one of `open_runs`."""
    now = timezone.now()
    return bool(run.end and run.end > now) and (run.enrollment_end is None or run.enrollment_end > now)


def availability(run: CourseRun) -> str:
    """Archived, Current, Starting Soon or Upcoming."""
    now = timezone.now()
    if run.end and run.end < now:
        return "Archived"
    if run.start and run.start <= now:
        return "Current"
    if run.start and run.start < now + STARTING_SOON:
        return "Starting Soon"
    return "Upcoming"


def is_enrollable(run: CourseRun) -> bool:
    """Whether enrolment is open now."""
    now = timezone.now()
    return (run.enrollment_end is None or run.enrollment_end >= now) and (
        run.enrollment_start is None or run.enrollment_start <= now
    )


def marketing_path(run: CourseRun) -> str | None:
    """The run's page on the marketing site, relative to it."""
    return f"course/{run.slug}" if run.slug and run.type.is_marketable else None


def is_marketable(run: CourseRun) -> bool:
    """Whether the public can find and enrol in the run."""
    published = not run.draft and run.status == RunStatus.PUBLISHED
    return published and bool(marketing_path(run)) and bool(run.seats.all())


def kind(run: CourseRun) -> str | None:
    """One word for what the run sells."""
    sold = {seat.type.slug for seat in run.seats.all()}
    return next((name for name, slugs in KINDS if slugs & sold), None)


def _paid_seats(run: CourseRun) -> list[Seat]:
    """Seats one can buy straight away, the one with the nearest deadline first."""
    seats = [seat for seat in run.seats.all() if seat.price > 0 and seat.type.slug not in NEEDS_ANOTHER_SEAT]
    return sorted(seats, key=lambda seat: (seat.upgrade_deadline is None, seat.upgrade_deadline))


def first_price(run: CourseRun) -> int | None:
    """The price of the first seat one can buy, in whole units."""
    seats = _paid_seats(run)
    return int(seats[0].price) if seats else None


def estimated_hours(run: CourseRun) -> float:
    """Mean effort a week times weeks."""
    effort = (run.min_effort or 0) + (run.max_effort or 0)
    return effort / 2 * run.weeks_to_complete if effort and run.weeks_to_complete else 0


def shown_statuses(runs: Iterable[CourseRun]) -> list[str]:
    """The states of a course's runs, each once, in order; what is over and was never published is `archived`."""
    now = timezone.now()
    return sorted(
        {
            "archived" if run.end and run.end < now and run.status == RunStatus.UNPUBLISHED else run.status
            for run in runs
            if not run.hidden
        }
    )


def _is_upgradeable(run: CourseRun, now: datetime) -> bool:
    paid = _paid_seats(run)
    moments = [run.end, run.enrollment_end, paid[-1].upgrade_deadline if paid else None]
    known = [moment for moment in moments if moment]
    return bool(paid and known) and now < min(known)


def advertised_run(runs: Iterable[CourseRun]) -> CourseRun | None:
    """The run a course's page leads to: one under way that still sells seats, else the next one, else the newest."""
    now = timezone.now()
    running: list[CourseRun] = []
    coming: list[CourseRun] = []
    rest: list[CourseRun] = []
    for run in filter(is_marketable, runs):
        started = run.start is None or run.start < now
        lasting = run.end is None or now <= run.end - STILL_RUNNING_FOR
        if started and lasting and _is_upgradeable(run, now):
            running.append(run)
        elif not started and _is_upgradeable(run, now):
            coming.append(run)
        else:
            rest.append(run)
    if coming and not running:
        return min(coming, key=lambda run: run.start or now)
    return max(running or rest, key=lambda run: run.start or datetime.min.replace(tzinfo=now.tzinfo), default=None)
