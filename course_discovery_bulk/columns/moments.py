"""Dates and times. No guessing: ISO 8601, or month/day/year where it cannot be misread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar, Final

from course_discovery_bulk.choices import DateOrder
from course_discovery_bulk.columns.base import Cell, Context, Kind, Parsed
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.problems import AMBIGUOUS_DATE, BAD_DATE, BAD_TIME
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_ISO_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2200
MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"  # how discovery writes it


@dataclass(frozen=True, kw_only=True)
class DateValue:
    """A day, and the time of day where the same cell gives one; UTC."""

    day: date
    clock: time | None = None

    def at(self, clock: time | None) -> str:
        """The moment as discovery writes it; midnight where neither cell gives a time."""
        return datetime.combine(self.day, clock or self.clock or time(0)).strftime(MOMENT)


@dataclass(frozen=True, kw_only=True)
class Date(Kind):
    """A date, optionally with a time of day."""

    is_alone: bool = False  # whether no column beside it holds the time of day
    name: ClassVar[str] = _("date")
    table_type: ClassVar[str] = "date"
    fills_alone: ClassVar[bool] = False  # a time of day may be beside it

    def parse(self, cell: Cell, context: Context) -> Parsed:
        day_text, _blank, clock_text = cell.text.replace("T", " ", 1).partition(" ")
        days = sorted(_readings(day_text, context.date_order))
        if not days:
            return Parsed(problems=(cell.problem(BAD_DATE, reason=_reason(cell.text, day_text)),))
        if len(days) > 1:
            first, second = (day.isoformat() for day in days[:2])
            return Parsed(problems=(cell.problem(AMBIGUOUS_DATE, first=first, second=second),))
        if not clock_text.strip():
            return Parsed(value=DateValue(day=days[0]))
        return self._with_clock(cell, days[0], clock_text.strip())

    def emptied(self) -> None:
        return None

    def _with_clock(self, cell: Cell, day: date, text: str) -> Parsed:
        zone = _ZONE.search(text)
        clock = read_clock(text[: zone.start()] if zone else text)
        if clock is None:
            return Parsed(problems=(cell.problem(BAD_DATE, reason=Phrase(_("The time of day cannot be read."))),))
        if zone is None or zone.group().upper() == "Z":
            return Parsed(value=DateValue(day=day, clock=clock))
        try:
            moment = datetime.fromisoformat(f"{day.isoformat()}T{clock.isoformat()}{zone.group()}").astimezone(UTC)
        except ValueError:
            return Parsed(problems=(cell.problem(BAD_DATE, reason=Phrase(_("There is no such time zone."))),))
        return Parsed(value=DateValue(day=moment.date(), clock=moment.time()))

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
        clock = read_clock(cell.text.strip().removesuffix("Z").removesuffix("UTC"))
        if clock is None:
            return Parsed(problems=(cell.problem(BAD_TIME),))
        return Parsed(value=clock)

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


def read_clock(text: str) -> time | None:
    """A time of day on 24 or 12 hours; None where it is none."""
    match = _TIME.fullmatch(text.strip())
    if not match:
        return None
    hour, minute, second, half = match.groups()
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.upper() == "PM" else 0)
    try:
        return time(hours, int(minute), int(second or 0))
    except ValueError:
        return None


def _readings(text: str, order: str | None) -> Iterator[date]:
    """Every day the text can mean: none, one, or two where month and day could be swapped."""
    if match := _ISO_DATE.fullmatch(text):
        yield from _days({(int(match[1]), int(match[2]), int(match[3]))})
    elif match := _SLASHED.fullmatch(text):
        first, second, year = (int(part) for part in match.groups())
        month_first, day_first = (year, first, second), (year, second, first)
        if order == DateOrder.DAY_FIRST:
            yield from _days({day_first})
        elif order == DateOrder.MONTH_FIRST or first > 12 or second > 12:
            yield from _days({month_first})
        else:
            yield from _days({month_first, day_first})


def _days(candidates: set[tuple[int, int, int]]) -> Iterator[date]:
    for year, month, day in candidates:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if FIRST_YEAR <= year <= LAST_YEAR:
            yield found


def _reason(text: str, day_text: str) -> str:
    if _SERIAL.fullmatch(text):
        return Phrase(_("It looks like a spreadsheet's internal number; format the cell as a date."))
    if _SHORT_YEAR.fullmatch(day_text):
        return Phrase(_("Write the year with four digits."))
    if (match := _SLASHED.fullmatch(day_text)) and int(match[1]) > 12 >= int(match[2]):
        return Phrase(_("If the day comes first in this file, say so at upload (date_order=dmy)."))
    return ""
