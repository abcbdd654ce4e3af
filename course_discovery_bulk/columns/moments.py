"""Dates and times: a cell with one meaning is read in any form; of two, the file settles which, or it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar, Final

from course_discovery_bulk.columns.base import Cell, Context, Kind, Parsed
from course_discovery_bulk.columns.clocks import ClockFault, read_clock, read_moment_of
from course_discovery_bulk.columns.date_problems import ambiguous, bad_date_reason
from course_discovery_bulk.columns.days import FIRST_YEAR, LAST_YEAR, DayText, read_day
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.problems import BAD_DATE, BAD_TIME
from course_discovery_bulk.text.characters import name_hidden_character, plain_form
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"  # how discovery writes it
_BEFORE_CLOCK: Final = (" at ", ", ", "T", "t", " ")


@dataclass(frozen=True, kw_only=True)
class DateValue:
    """A day, and the time of day where the same cell gives one; UTC."""

    day: date
    clock: time | None = None
    otherwise: time = time(0)  # the time of day if no cell gives one

    def at(self, clock: time | None) -> str:
        """The moment as discovery writes it."""
        return datetime.combine(self.day, clock or self.clock or self.otherwise).strftime(MOMENT)


@dataclass(frozen=True, kw_only=True)
class Date(Kind):
    """A date, optionally with a time of day."""

    is_alone: bool = False  # whether no column beside it holds the time of day
    is_last_day: bool = False  # whether something ends on that day: the site says when
    name: ClassVar[str] = _("date")
    table_type: ClassVar[str] = "date"
    fills_alone: ClassVar[bool] = False  # a time of day may be beside it

    def parse(self, cell: Cell, context: Context) -> Parsed:
        found = read_day(plain_form(cell.text))
        clock_text = _clock_of(found.rest) if found else None
        if found is None or found.wrong_weekday or clock_text is None:
            return _refused(cell, bad_date_reason(cell.text, found))
        day = _chosen(found, context)
        if day is None and len(found.meanings) > 1:
            return Parsed(problems=(ambiguous(cell, found, context),))
        if day is None:
            return _refused(cell, bad_date_reason(cell.text, found))
        return self._with_clock(cell, day, clock_text, context)

    def emptied(self) -> None:
        return None

    def _with_clock(self, cell: Cell, day: date, text: str, context: Context) -> Parsed:
        if not text:
            return Parsed(value=DateValue(day=day, otherwise=context.last_day_time if self.is_last_day else time(0)))
        try:
            day, clock = read_moment_of(day, text)
        except ClockFault as fault:
            return _refused(cell, fault.reason or Phrase(_("The time of day cannot be read.")))
        return Parsed(value=DateValue(day=day, clock=clock))

    def show(self, value: Any, lookups: Lookups) -> str:
        moment = read_moment(value)
        if moment is None:
            return ""
        return moment.strftime(MOMENT) if self.is_alone and moment.time() != time(0) else moment.date().isoformat()


@dataclass(frozen=True, kw_only=True)
class Time(Kind):
    """A time of day, UTC."""

    name: ClassVar[str] = _("time")
    table_type: ClassVar[str] = "time"
    fills_alone: ClassVar[bool] = False

    def parse(self, cell: Cell, context: Context) -> Parsed:
        try:
            return Parsed(value=read_clock(plain_form(cell.text)))
        except ClockFault as fault:
            reason = fault.reason or name_hidden_character(cell.text)
        return Parsed(problems=(cell.problem(BAD_TIME, reason=reason),))

    def emptied(self) -> None:
        return None

    def show(self, value: Any, lookups: Lookups) -> str:
        moment = read_moment(value)
        return moment.strftime("%H:%M:%S").removesuffix(":00") if moment else ""


def read_moment(value: Any) -> datetime | None:
    """A moment as discovery writes it, in UTC; None where it is none, or none that cells could say to the second."""
    try:
        found = datetime.fromisoformat(value)
        moment = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR and not moment.microsecond else None


def _chosen(found: DayText, context: Context) -> date | None:
    """The day that is meant; None if there is none, or if it must be asked for."""
    if not found.sign:
        return next(iter(found.meanings), None)
    if context.date_order:
        is_doubtful = len(found.meanings) > 1 and context.evidence.proven_orders(found.sign).keys() - {
            context.date_order
        }
        return None if is_doubtful else found.days.get(context.date_order)
    if len(found.meanings) == 1:
        return next(iter(found.meanings))
    return found.days.get(context.evidence.order_of(found.sign))


def _clock_of(rest: str) -> str | None:
    """The text of the time of day after a day; empty for none, None if something else follows."""
    lead = next((lead for lead in _BEFORE_CLOCK if rest.startswith(lead)), None)
    if not rest:
        return ""
    return None if lead is None else rest.removeprefix(lead)


def _refused(cell: Cell, reason: str) -> Parsed:
    return Parsed(problems=(cell.problem(BAD_DATE, reason=reason),))
