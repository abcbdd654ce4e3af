"""Values of a workbook as the texts that a CSV file with ISO dates would have. Runs in the child process."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Final

Value = str | bool | float | dt.datetime | dt.date | dt.time | dt.timedelta

_DIGITS: Final = 15  # as many as a spreadsheet shows and keeps; what follows is the noise of binary fractions
_MIDNIGHT: Final = dt.time()
_HALF_A_SECOND: Final = dt.timedelta(microseconds=500_000)
_LATEST: Final = dt.datetime.max.replace(microsecond=0)  # noqa: DTZ901 - for rounding; no time of a sheet has a zone


def show_value(value: Value) -> str:
    """The value as text: ISO dates (without a time that is midnight), whole numbers without a point, TRUE and FALSE."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return show_number(value)
        case dt.datetime():
            moment = (min(value, _LATEST) + _HALF_A_SECOND).replace(microsecond=0)
            return moment.date().isoformat() if moment.time() == _MIDNIGHT else moment.isoformat(sep=" ")
        case dt.time():
            return (dt.datetime.combine(dt.date.min, value) + _HALF_A_SECOND).strftime("%H:%M:%S")
        case dt.date():
            return value.isoformat()
        case dt.timedelta():
            return _show_duration(value)
    return show_text(value)


def show_number(value: float) -> str:
    """The number in digits, without an exponent."""
    if not math.isfinite(value):
        return str(value)
    return f"{Decimal(f'{value:.{_DIGITS}g}') + 0:f}"  # adding zero takes the sign off a zero


def show_text(text: str) -> str:
    r"""The text with every line end as `\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _show_duration(value: dt.timedelta) -> str:
    """Hours may be more than a day has, as a spreadsheet shows them: 30:05:00."""
    seconds = round(value.total_seconds())
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hour}:{minute:02}:{second:02}"
