"""Checks across the cells of one row that several operations share. Each yields problems, none raises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from course_discovery_bulk.columns.course import COURSE_TRACK, ORGANIZATION, PRICE, PRODUCT_SOURCE, SUBJECTS
from course_discovery_bulk.columns.moments import DateValue
from course_discovery_bulk.columns.run import (
    END,
    ENROLLMENT_END,
    ENROLLMENT_START,
    LEGAL_REVIEW,
    MAXIMUM_EFFORT,
    MINIMUM_EFFORT,
    RUN_TRACK,
    START,
    Moment,
    moments_of,
)
from course_discovery_bulk.data import CLEAR, Entry, Lookups
from course_discovery_bulk.operations.base import RowCheck
from course_discovery_bulk.operations.bodies import paid_modes
from course_discovery_bulk.operations.review import REVIEW_COLUMNS, is_excused
from course_discovery_bulk.problems import (
    DATES_OUT_OF_ORDER,
    EFFORT_OUT_OF_ORDER,
    MISCONFIGURED,
    MISSING_LEGAL_REVIEW_DATA,
    PRICE_NOT_USED,
    PRICE_REQUIRED,
    REPEATED_SUBJECT,
    RUN_TRACK_MISMATCH,
    SUBSCRIPTION_NOT_POSSIBLE,
    TIME_TWICE,
    TIME_WITHOUT_DATE,
    Place,
    Problem,
    problem,
)
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


def check_moments(row: RowCheck) -> Iterator[Problem]:
    """Times need their dates, and dates must follow each other."""
    for moment in moments_of(row.columns):
        yield from _check_time(row, moment)
    yield from _check_order(row, START, END)
    yield from _check_order(row, ENROLLMENT_START, ENROLLMENT_END)


def check_effort(row: RowCheck) -> Iterator[Problem]:
    """The least effort is less than the most; zero counts as not given, as in discovery."""
    least, most = row.values.get(MINIMUM_EFFORT.name), row.values.get(MAXIMUM_EFFORT.name)
    if isinstance(least, int) and isinstance(most, int) and least and most and least >= most:
        yield row.problem(EFFORT_OUT_OF_ORDER, MINIMUM_EFFORT.name, maximum=most)


def check_subjects(row: RowCheck) -> Iterator[Problem]:
    """No subject twice: discovery would refuse the course."""
    seen: dict[str, str] = {}
    for column in SUBJECTS:
        entry = row.values.get(column.name)
        if not isinstance(entry, Entry):
            continue
        if entry.key in seen:
            yield row.problem(REPEATED_SUBJECT, column.name, other_column=seen[entry.key])
        seen.setdefault(entry.key, column.name)


def check_tracks(row: RowCheck) -> Iterator[Problem]:
    """The run's track must be one of the course's; discovery takes any at creation and refuses later."""
    course_track, run_track = row.values.get(COURSE_TRACK.name), row.values.get(RUN_TRACK.name)
    if not isinstance(course_track, Entry) or not isinstance(run_track, Entry):
        return
    place = Place(line=row.line, column=RUN_TRACK.name, value=row.texts.get(RUN_TRACK.name))
    yield from track_mismatch(place, run_track, course_track, row.lookups)


def track_mismatch(place: Place, run_track: Entry, course_track: Entry | None, lookups: Lookups) -> Iterator[Problem]:
    """The problem of a run's track that the course's track does not list; none where the latter is not known."""
    if course_track is None or run_track.key in course_track.facts["run_types"]:
        return
    names = [entry.name for entry in lookups.run_types.entries if entry.key in course_track.facts["run_types"]]
    yield problem(RUN_TRACK_MISMATCH, place, track=course_track.name, allowed=", ".join(names))


def check_price(row: RowCheck) -> Iterator[Problem]:
    """A paid track needs a price; a price without a paid track is said to go unused."""
    track = row.values.get(COURSE_TRACK.name)
    if not isinstance(track, Entry):
        return
    is_paid, is_given = bool(paid_modes(track)), PRICE.name in row.texts
    if is_paid and not is_given:
        yield row.problem(PRICE_REQUIRED, PRICE.name, track=track.name)
    price = row.values.get(PRICE.name)
    if is_given and not is_paid and price not in (None, "0.00"):
        place = Place(line=row.line, column=PRICE.name, value=str(price))  # as planning says it of a course that exists
        yield problem(PRICE_NOT_USED, place, track=track.name)


def check_legal_review(row: RowCheck) -> Iterator[Problem]:
    """Discovery asks for nothing when a run goes to legal review, so completeness is checked here."""
    if row.values.get(LEGAL_REVIEW.name) is not True:
        return
    track = row.values.get(COURSE_TRACK.name)
    for column in REVIEW_COLUMNS:
        is_empty = column not in row.texts or row.values.get(column) is CLEAR
        if is_empty and not is_excused(column, track):
            yield row.problem(MISSING_LEGAL_REVIEW_DATA, column)


def check_subscription(row: RowCheck) -> Iterator[Problem]:
    """Discovery silently keeps the flag off unless the organization is part of the subscription."""
    column = "enterprise_subscription_inclusion"
    organization = row.values.get(ORGANIZATION.name)
    if row.values.get(column) is not True or not isinstance(organization, Entry):
        return
    if not organization.facts["enterprise_subscription_inclusion"]:
        yield row.problem(SUBSCRIPTION_NOT_POSSIBLE, column, organization=organization.key)


def check_product_source(row: RowCheck) -> Iterator[Problem]:
    """Without a source of its own a row needs the site's default one, which must exist."""
    default = row.default_product_source
    if PRODUCT_SOURCE.name in row.texts or row.lookups.sources.get(default):
        return
    detail = Phrase(_("the default product source “{name}” does not exist"), name=default)
    yield row.problem(MISCONFIGURED, PRODUCT_SOURCE.name, detail=detail)


def _check_time(row: RowCheck, moment: Moment) -> Iterator[Problem]:
    if moment.time is None or moment.time.name not in row.texts:
        return
    if moment.date.name not in row.texts:
        yield row.problem(TIME_WITHOUT_DATE, moment.time.name, date_column=moment.date.name)
        return
    day, clock = row.values.get(moment.date.name), row.values.get(moment.time.name)
    if isinstance(day, DateValue) and day.clock is not None and clock is not None and day.clock != clock:
        yield row.problem(TIME_TWICE, moment.time.name, date_column=moment.date.name, first=day.clock.isoformat())


def _check_order(row: RowCheck, earlier: Moment, later: Moment) -> Iterator[Problem]:
    first, second = earlier.value(row.values), later.value(row.values)
    if _is_text(first) and _is_text(second) and first >= second:
        other = row.texts[earlier.date.name]
        yield row.problem(DATES_OUT_OF_ORDER, later.date.name, other_column=earlier.date.name, other_value=other)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
