"""How the numbers of an .xlsx sheet are shown: as numbers, dates, times or durations. Runs in the child process.

A date is a number whose format says so. openpyxl knows the formats that come with Excel, tells a format of dates from
one of numbers, and counts days in both calendars.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import IO, Final
from xml.etree.ElementTree import Element, iterparse

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel

from course_discovery_bulk.reading.workbook.showing import show_number, show_value

GENERAL: Final = "General"
_ZEROS: Final = re.compile(r"(0+)(?:\.(0+))?")  # the codes that show zeros which a number does not have: 000, 0.00
_NOT_SHOWN: Final = "########"  # what a spreadsheet shows, and saves, for a date before its calendar begins


class Formats:
    """Shows numbers by the number of their style; `codes` has the format code of each style."""

    def __init__(self, codes: Sequence[str], epoch: dt.datetime) -> None:
        self._codes = codes
        self._epoch = epoch
        self._moments = {at for at, code in enumerate(codes) if is_date_format(code)}
        self._durations = {at for at, code in enumerate(codes) if is_timedelta_format(code)}
        self._zeros = {at: found for at, code in enumerate(codes) if (found := _ZEROS.fullmatch(code))}

    def show(self, written: str, style: str) -> str:
        """The text of a number as it is written in the sheet (digits, point, exponent)."""
        at = int(style) if style.isdecimal() else -1
        if at in self._moments:
            return self._show_moment(float(written), is_duration=at in self._durations)
        if at in self._zeros:
            return _with_zeros(show_number(float(written)), self._zeros[at])
        if written.isdecimal() and len(written) < len(_NOT_SHOWN):
            return str(int(written))
        return show_number(float(written))

    def _show_moment(self, value: float, *, is_duration: bool) -> str:
        if value < 0 and not is_duration:
            return _NOT_SHOWN
        try:
            return show_value(from_excel(value, self._epoch, timedelta=is_duration))
        except (OverflowError, ValueError):  # no calendar goes that far
            return show_number(value)


def _with_zeros(number: str, code: re.Match[str]) -> str:
    """The number with the zeros that a person sees around it; digits that the format hides stay."""
    whole, _, decimals = number.partition(".")
    decimals = decimals.ljust(len(code[2] or ""), "0")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return sign + digits.zfill(len(code[1])) + (f".{decimals}" if decimals else "")


def read_format_codes(stream: IO[bytes]) -> list[str]:
    """The format code of each style of cells, from the workbook's part with its styles."""
    codes = dict(BUILTIN_FORMATS)
    for element in _ended(stream):
        name = element.tag.rpartition("}")[2]
        if name == "numFmt":
            codes[_number(element)] = element.get("formatCode", GENERAL)
        elif name == "cellXfs":
            return [codes.get(_number(style), GENERAL) for style in element]
        elif name != "xf":
            element.clear()
    return []


def _ended(stream: IO[bytes]) -> Iterator[Element]:
    return (element for _, element in iterparse(stream))


def _number(element: Element) -> int:
    written = element.get("numFmtId", "0")
    return int(written) if written.isdecimal() else 0
