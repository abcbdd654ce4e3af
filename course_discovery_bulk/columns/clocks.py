"""Times of day as people write them, in UTC; a text in another time zone is refused with the reason."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Final

from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_CLOCK: Final = re.compile(
    r"(?:(?P<before>\u4e0a\u5348|\u4e0b\u5348|\u5348\u524d|\u5348\u5f8c) ?)?"
    r"(?P<hour>\d{1,2})(?:[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?",
    re.IGNORECASE,
)
LONGEST: Final = 60  # characters; no time has more
_AFTERNOON: Final = frozenset({"p", "\u4e0b\u5348", "\u5348\u5f8c"})
_UTC: Final = re.compile(r" ?(?:(?:Z|UTC|GMT)(?:[+-]00?(?::?00)?)?|[+-]00(?::?00)?)$", re.IGNORECASE)
_OFFSET: Final = re.compile(r"(?<=\d) ?([+-]\d{2}(?::?\d{2})?)$")
_ZONE: Final = re.compile(r"(?<=[\d.mM ]) ?(?!(?:[ap]\.?m\.?)$)([A-Za-z]{2,5}|[A-Za-z]+/[A-Za-z_]+)$", re.IGNORECASE)
# The day that spreadsheets show for a time without a date.
_ZERO_DAY: Final = re.compile(r"(?:1899-12-3[01]|12/3[01]/1899|3[01][./]12[./]1899|1900-01-00)[T ]")


class ClockFault(ValueError):
    """A text is no time of day; `reason` says why, if there is more to say. Never leaves the columns."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


def read_clock(text: str) -> time:
    """The time of day that a text in plain form says, in UTC; raises ClockFault."""
    if len(text) > LONGEST:
        raise ClockFault
    bare = _UTC.sub("", _ZERO_DAY.sub("", text))
    if bare.casefold() == "noon":
        return time(12)
    match = _CLOCK.fullmatch(bare)
    half = (match["half"] or match["before"] or "").casefold() if match else ""
    if match is None or not (half or match["minute"]) or (match["half"] and match["before"]):
        raise ClockFault(_reason(bare))
    hours = int(match["hour"])
    if half and not 1 <= hours <= 12:
        raise ClockFault(_no_such_time())
    if half:
        hours = hours % 12 + (12 if half in _AFTERNOON else 0)
    try:
        return time(hours, int(match["minute"] or 0), int(match["second"] or 0))
    except ValueError:
        raise ClockFault(_reason(bare) or _no_such_time()) from None


def read_moment_of(day: date, text: str) -> tuple[date, time]:
    """The day and time in UTC of a time of day that may have an offset, such as -05:00; raises ClockFault."""
    if len(text) > LONGEST:
        raise ClockFault
    offset = None if _UTC.search(text) else _OFFSET.search(text)
    if offset is None:
        return day, read_clock(text)
    clock = read_clock(text[: offset.start()])
    try:
        moment = datetime.fromisoformat(f"{day.isoformat()}T{clock.isoformat()}{offset[1]}").astimezone(UTC)
    except ValueError:
        raise ClockFault(Phrase(_("There is no such time zone."))) from None
    return moment.date(), moment.time()


def _no_such_time() -> str:
    return Phrase(_("There is no such time."))


def _reason(text: str) -> str:
    """Why a text is no time, as far as it can be told."""
    if re.fullmatch(r"24:00(:00)?", text):
        return Phrase(_("24:00 belongs to the next day. Write that day and 00:00."))
    if re.match(r"\d{4}-\d|\d{1,2}[/.]\d{1,2}[/.]\d{4}", text):
        return Phrase(_("The cell also has a date. Keep only the time."))
    if re.fullmatch(r"0\.\d+", text):
        return Phrase(_("It looks like a spreadsheet's internal number. Format the cell as a time or as text."))
    if re.fullmatch(r"\d{1,2}\.\d{2}|\d{3,4}", text):
        return Phrase(_("Write a colon between the hours and the minutes."))
    if _OFFSET.search(text) or _ZONE.search(text):
        return Phrase(_("Times are in UTC here. Convert the time, and write it without a time zone."))
    return ""
