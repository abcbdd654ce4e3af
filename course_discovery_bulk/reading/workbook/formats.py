"""How the numbers of an .xlsx sheet are shown: as numbers, dates, times or durations. Runs in the child process.

A date is a number whose format says so, and is given as an ISO date. Other numbers are given as the sheet shows them if
that is the number itself (007, 49.00) or a percentage, and else as they are, with a mark that has what the sheet shows.

openpyxl knows the formats that come with Excel, tells a format of dates from one of numbers, and counts days in both
calendars.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import IO, Final
from xml.etree.ElementTree import Element, iterparse

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel

from course_discovery_bulk.reading.workbook.marks import FORMAT, MOMENT, ROUNDED, SHOWN
from course_discovery_bulk.reading.workbook.number_formats import GENERAL, NumberFormat, parse
from course_discovery_bulk.reading.workbook.showing import show_number, show_value

Marked = tuple[str, str, str]  # a text, the kind of its mark (empty for none), and the detail of that

_NOT_SHOWN: Final = "########"  # what a spreadsheet shows, and saves, for a date before its calendar begins
_KEPT_BELOW: Final = 1e15  # a spreadsheet keeps 15 digits
_REMEMBERED: Final = 10_000  # numbers; sheets repeat them
# Dates and times of East Asian Excels, by numbers that have no code.
_EAST_ASIAN: Final = dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy-mm-dd")


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a cell looks, as far as it changes what it says."""

    code: str = GENERAL
    is_struck: bool = False


class Formats:
    """Shows numbers by the number of their style."""

    def __init__(self, styles: Sequence[Style], epoch: dt.datetime) -> None:
        self.struck = frozenset(str(at) for at, style in enumerate(styles) if style.is_struck)
        self._codes = [style.code for style in styles]
        self._epoch = epoch
        self._moments = {at for at, code in enumerate(self._codes) if is_date_format(code)}
        self._durations = {at for at, code in enumerate(self._codes) if is_timedelta_format(code)}
        self._plain = {at for at, code in enumerate(self._codes) if code in (GENERAL, "", "@")}
        self._parsed: dict[int, NumberFormat | None] = {}
        self.show = lru_cache(_REMEMBERED)(self._show)

    def _show(self, written: str, style: str) -> Marked:
        """A number as it is written in the sheet (digits, point, exponent): its text, and what must be said of it."""
        at = int(style) if style.isdecimal() else -1
        if at in self._moments:
            return self._show_moment(float(written), is_duration=at in self._durations)
        if written.isdecimal() and len(written) < len(_NOT_SHOWN):
            plain = str(int(written))
        else:
            number = float(written)
            plain = show_number(number)
            if not abs(number) < _KEPT_BELOW:
                return plain, ROUNDED, ""
        if at in self._plain or not 0 <= at < len(self._codes):
            return plain, "", ""
        return self._show_formatted(plain, at)

    def _show_formatted(self, plain: str, at: int) -> Marked:
        if at not in self._parsed:
            self._parsed[at] = parse(self._codes[at])
        known = self._parsed[at]
        value = Decimal(plain)
        shown = known.show(value) if known else None
        if shown is None or (not shown and value):
            return plain, FORMAT, self._codes[at]
        if not shown or "%" in self._codes[at] or _is_same(shown, value):
            return shown, "", ""
        return plain, SHOWN, shown

    def _show_moment(self, value: float, *, is_duration: bool) -> Marked:
        if value < 0 and not is_duration:
            return _NOT_SHOWN, "", ""
        try:
            return show_value(from_excel(value, self._epoch, timedelta=is_duration)), MOMENT, ""
        except (OverflowError, ValueError):  # no calendar goes that far
            return show_number(value), "", ""


def _is_same(shown: str, value: Decimal) -> bool:
    """Whether it is the number itself with zeros around it, as in 007 and 49.00."""
    digits = shown.removeprefix("-").replace(".", "", 1)
    return digits.isdecimal() and digits.isascii() and shown[:1] != "." and Decimal(shown) == value


def read_styles(stream: IO[bytes]) -> list[Style]:
    """The styles of cells, from the workbook's part with its styles."""
    codes, fonts, struck = {**_EAST_ASIAN, **BUILTIN_FORMATS}, 0, set[int]()
    for element in _ended(stream):
        name = element.tag.rpartition("}")[2]
        if name == "numFmt":
            codes[_number(element, "numFmtId")] = element.get("formatCode", GENERAL)
        elif name == "font":
            struck.update([fonts] if any(map(is_strike, element)) else [])
            fonts += 1
        elif name == "cellXfs":
            return [
                Style(
                    code=codes.get(_number(style, "numFmtId"), GENERAL),
                    is_struck=_number(style, "fontId") in struck,
                )
                for style in element
            ]
        elif name not in ("xf", "strike"):
            element.clear()
    return []


def is_strike(element: Element) -> bool:
    """Whether the element strikes through the text of a font or a run."""
    return element.tag.rpartition("}")[2] == "strike" and element.get("val", "1") in ("1", "true", "on")


def _ended(stream: IO[bytes]) -> Iterator[Element]:
    return (element for _, element in iterparse(stream))


def _number(element: Element, name: str) -> int:
    written = element.get(name, "0")
    return int(written) if written.isdecimal() else 0
