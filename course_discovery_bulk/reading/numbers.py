"""What the numbers in a workbook's cells stand for, as the text that a CSV file with ISO dates would have.

The last step of reading a workbook, used by `workbook` and `sheet` alone. A date is a number whose style says so, and
calamine knows the styles and both calendars. It is given nothing but numbers and the styles: asked for the sheet as it
is, it leaves out error values, and one cell far from the others makes it ask for more memory than there is, which ends
the process.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from course_discovery_bulk.reading.package import damaged

Value = str | bool | float | dt.datetime | dt.date | dt.time | dt.timedelta

_DIGITS: Final = 15  # as many as a spreadsheet shows and keeps; what follows is the noise of binary fractions
_NOT_SHOWN: Final = "########"  # what a spreadsheet shows, and saves, for a date before its calendar begins
_MIDNIGHT: Final = dt.time()
_HALF_A_SECOND: Final = dt.timedelta(microseconds=500_000)
_LATEST: Final = dt.datetime.max.replace(microsecond=0)  # noqa: DTZ901 - for rounding; no time of a sheet has a zone
_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FIXED_PARTS: Final = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": (
        f'<Relationships><Relationship Id="a" Type="{_RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships><Relationship Id="a" Type="{_RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>"
    ),
}


class Number(NamedTuple):
    """A number as written (digits, point, exponent), and the index of the style that says how it is shown."""

    written: str
    style: str


def show_numbers(numbers: Iterable[Number], styles: bytes, *, counts_from_1904: bool) -> dict[Number, str]:
    """The text of each number; `styles` is that part of the workbook, empty where it has none."""
    asked = list(dict.fromkeys(numbers))
    if not asked:
        return {}
    workbook = _compose(asked, styles, counts_from_1904=counts_from_1904)
    try:
        with CalamineWorkbook.from_filelike(workbook) as opened:
            values = [row[0] for row in opened.get_sheet_by_index(0).iter_rows()]
    except CalamineError as error:
        raise damaged() from error
    return {number: _show(number, value) for number, value in zip(asked, values, strict=True)}


def show_value(value: Value) -> str:
    """The value as text: ISO dates (without a time that is midnight), whole numbers without a point, TRUE and FALSE."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _show_number(value)
        case dt.datetime():
            moment = (min(value, _LATEST) + _HALF_A_SECOND).replace(microsecond=0)
            return moment.date().isoformat() if moment.time() == _MIDNIGHT else moment.isoformat(sep=" ")
        case dt.time():
            return (dt.datetime.combine(dt.date.min, value) + _HALF_A_SECOND).strftime("%H:%M:%S")
        case dt.date():
            return value.isoformat()
        case dt.timedelta():
            return _show_duration(value)
    return value


def _show(number: Number, value: Value) -> str:
    is_moment = isinstance(value, dt.date | dt.time)
    return _NOT_SHOWN if is_moment and float(number.written) < 0 else show_value(value)


def _show_number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    return f"{Decimal(f'{value:.{_DIGITS}g}') + 0:f}"  # adding zero takes the sign off a zero


def _show_duration(value: dt.timedelta) -> str:
    """Hours may be more than a day has, as a spreadsheet shows them: 30:05:00."""
    seconds = round(value.total_seconds())
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hour}:{minute:02}:{second:02}"


def _compose(numbers: Sequence[Number], styles: bytes, *, counts_from_1904: bool) -> io.BytesIO:
    """A workbook with the numbers in one column and the styles they have."""
    rows = "".join(f'<row><c s="{style}"><v>{written}</v></c></row>' for written, style in numbers)
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    contents = (
        f'<workbook xmlns:r="{_RELATIONSHIPS}"><workbookPr date1904="{int(counts_from_1904)}"/>'
        '<sheets><sheet name="numbers" sheetId="1" r:id="a"/></sheets></workbook>'
    )
    composed = io.BytesIO()
    with zipfile.ZipFile(composed, "w") as archive:
        for name, text in {**_FIXED_PARTS, "xl/workbook.xml": contents, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, text)
        if styles:
            archive.writestr("xl/styles.xml", styles)
    composed.seek(0)
    return composed
