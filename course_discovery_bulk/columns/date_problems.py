"""Why a cell is no date, or not one date alone, as far as that can be told."""

from __future__ import annotations

import re
from typing import Final

from course_discovery_bulk.columns.base import Cell, Context
from course_discovery_bulk.columns.days import DayText
from course_discovery_bulk.data.evidence import DAY_FIRST, MONTH_FIRST
from course_discovery_bulk.problems import AMBIGUOUS_DATE, Problem
from course_discovery_bulk.text.characters import name_hidden_character, plain_form
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_SERIAL: Final = re.compile(r"\d{5}(\.\d+)?")
_ZERO: Final = re.compile(r"0|0\.0+|1900-01-00|0?1/0?0/1900")
_MONTH: Final = r"[^\W\d_]{3,10}\.?"
_SHORT_YEAR: Final = re.compile(
    rf"(\d{{1,2}}[/.-]\d{{1,2}}|\d{{1,2}}[-/. ]{_MONTH}|{_MONTH} \d{{1,2}},?)[-/. ]'?\d{{2}}(?!\d)"
)
_NO_DAY: Final = re.compile(
    rf"\d{{4}}|\d{{1,2}}[/.-]\d{{4}}|\d{{4}}[/.-]\d{{1,2}}|[Qq][1-4] \d{{4}}|{_MONTH}[- ]\d{{2,4}}"
)


def bad_date_reason(text: str, found: DayText | None) -> str:
    """A sentence that says what is wrong with a text that is no date; empty if it is like nothing known."""
    if hidden := name_hidden_character(text):
        return hidden
    plain = plain_form(text)
    if _SERIAL.fullmatch(plain):
        return Phrase(_("It looks like a spreadsheet's internal number; format the cell as a date."))
    if _ZERO.fullmatch(plain):
        return Phrase(_("It is what spreadsheets show for a date that is empty. Clear the cell if there is no date."))
    if _SHORT_YEAR.match(plain):
        return Phrase(_("Write the year with four digits."))
    if _NO_DAY.fullmatch(plain):
        return Phrase(_("The day is missing."))
    return _calendar_reason(found)


def ambiguous(cell: Cell, found: DayText, context: Context) -> Problem:
    """A cell that can be read as two dates, and why the rest of the file doesn't settle it."""
    first, second = (day.isoformat() for day in sorted(found.meanings))
    return cell.problem(AMBIGUOUS_DATE, first=first, second=second, reason=_doubt(found, context))


def _doubt(found: DayText, context: Context) -> str:
    proofs = context.evidence.proven_orders(found.sign)
    if len(proofs) > 1:
        template = _(
            "The file writes dates in both orders: {month_first} in row {line} and {day_first} in row {other_line}."
        )
        return Phrase(
            template,
            month_first=proofs[MONTH_FIRST].text,
            line=proofs[MONTH_FIRST].line,
            day_first=proofs[DAY_FIRST].text,
            other_line=proofs[DAY_FIRST].line,
        )
    if context.date_order and proofs:
        (proof,) = proofs.values()
        template = _("The date order that was chosen does not fit {text} in row {line}.")
        return Phrase(template, text=proof.text, line=proof.line)
    return ""


def _calendar_reason(found: DayText | None) -> str:
    if found is None:
        return ""
    if found.wrong_weekday:
        return Phrase(_("That day is not a {weekday}."), weekday=found.wrong_weekday)
    if found.proves == DAY_FIRST:
        return Phrase(_("If the day comes first in this file, choose that when you upload (date_order=dmy)."))
    if found.proves == MONTH_FIRST:
        return Phrase(_("If the month comes first in this file, choose that when you upload (date_order=mdy)."))
    return "" if found.days else Phrase(_("There is no such day."))
