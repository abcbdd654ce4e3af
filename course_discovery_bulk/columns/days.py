"""Days as people write them: which day, or which two days, a text can mean. Nothing is guessed.

A day is read if its text has one meaning: the year has four digits, and it comes first, or a month has a name, or one
of the two numbers before the year can be no month. What can mean two days is left to the caller, with the sign between
the numbers: a file that writes one date with it in one order writes all of them so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from course_discovery_bulk.columns.months import month_of
from course_discovery_bulk.data.evidence import DAY_FIRST, MONTH_FIRST

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2200
LONGEST: Final = 60  # characters; no date with a time has more

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_END: Final = r"(?!\d)"
_MONTH: Final = r"([^\W\d_]{3,10})\.?"
_DAY: Final = r"(\d{1,2})(?:st|nd|rd|th|er|o)?"
_BETWEEN: Final = r"(?:[-/., ]{1,2}| de )"
_WEEKDAY: Final = re.compile(r"([A-Za-z]{3,9})\.?,? (?=\S)")
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})([-/.]) ?(\d{{1,2}})\2 ?(\d{{1,2}}){_END}")
_COMPACT: Final = re.compile(rf"(\d{{4}})(\d\d)(\d\d){_END}")
_IDEOGRAPHS: Final = re.compile(r"(\d{4})[\u5e74\ub144] ?(\d{1,2})[\u6708\uc6d4] ?(\d{1,2})[\u65e5\uc77c]")
_YEAR_LAST: Final = re.compile(rf"(\d{{1,2}})([-/.]) ?(\d{{1,2}})\2 ?(\d{{4}}){_END}")
_DAY_MONTH: Final = re.compile(rf"{_DAY}{_BETWEEN}{_MONTH}{_BETWEEN}(\d{{4}}){_END}")
_MONTH_DAY: Final = re.compile(rf"{_MONTH} ?{_DAY}(?:, ?| )(\d{{4}}){_END}", re.IGNORECASE)
_YEAR_MONTH: Final = re.compile(rf"(\d{{4}}){_BETWEEN}{_MONTH}{_BETWEEN}{_DAY}{_END}")


@dataclass(frozen=True, kw_only=True)
class DayText:
    """What a text says: the days that it can mean, by the order in which they are read, and the text after them.

    No day at all means that the text is written like a date, of a day that no calendar has.
    """

    days: Mapping[str, date] = field(default_factory=dict)  # one entry under "" if the order doesn't matter
    sign: str = ""  # between the numbers of a day that can be read in two orders
    rest: str = ""
    wrong_weekday: str = ""  # a name of a weekday before the day, if it is another one

    @property
    def meanings(self) -> set[date]:
        return set(self.days.values())

    @property
    def proves(self) -> str:
        """The order in which alone there is such a day; empty if there is such a day in both, or in none."""
        return next(iter(self.days)) if self.sign and len(self.days) == 1 else ""


def read_day(text: str) -> DayText | None:
    """The day at the beginning of a text in plain form; None if it is written like no date."""
    if len(text) > LONGEST:
        return None
    weekday = _WEEKDAY.match(text)
    name = _index(weekday[1], WEEKDAYS) if weekday else None
    if weekday is None or name is None:
        return _read(text)
    found = _read(text[weekday.end() :])
    if found is None or all(day.weekday() == name for day in found.meanings):
        return found
    return DayText(days=found.days, sign=found.sign, rest=found.rest, wrong_weekday=WEEKDAYS[name].capitalize())


def _read(text: str) -> DayText | None:
    if match := _YEAR_FIRST.match(text):
        return _one(match, match[1], match[3], match[4])
    if match := _IDEOGRAPHS.match(text) or _COMPACT.match(text):
        return _one(match, *match.groups())
    if match := _YEAR_LAST.match(text):
        first, sign, second, year = match.groups()
        both = {MONTH_FIRST: _day(year, first, second), DAY_FIRST: _day(year, second, first)}
        days = {order: day for order, day in both.items() if day}
        return DayText(days=days, sign=sign, rest=text[match.end() :])
    return _read_named(text)


def _read_named(text: str) -> DayText | None:
    """A day whose month has a name."""
    if match := _DAY_MONTH.match(text):
        day, month, year = match.groups()
    elif match := _MONTH_DAY.match(text):
        month, day, year = match.groups()
    elif match := _YEAR_MONTH.match(text):
        year, month, day = match.groups()
    else:
        return None
    number = month_of(month)
    return _one(match, year, str(number), day) if number else None


def _one(match: re.Match[str], year: str, month: str, day: str) -> DayText:
    found = _day(year, month, day)
    return DayText(days={"": found} if found else {}, rest=match.string[match.end() :])


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _index(word: str, names: tuple[str, ...]) -> int | None:
    """The place of a name that the word is, or whose first three letters it is."""
    plain = word.casefold()
    return next((index for index, name in enumerate(names) if plain in (name, name[:3])), None)
