"""Numbers and texts that a spreadsheet has turned into something else, told by what they look like.

A spreadsheet takes 1-3 for a date, 1E10 for a number, and keeps no more than 15 digits. What it makes of them is often
a course number or a title that could exist, so it would be written without a word.
"""

from __future__ import annotations

import re
from typing import Final

from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

# As spreadsheets write them. A department may be called MAR, so MAR-10 is a number that somebody typed.
_MONTHS: Final = (
    "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
    "|Mrz|Mai|Okt|Dez|janv|mars|avr|juin|juil|sept|oct|nov|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|fev|dez|mrt|mei|okt"
)
_DATE: Final = re.compile(
    rf"\d{{1,2}}[-.](?:{_MONTHS})\.?(?:-\d{{2}}|-\d{{4}})?"  # 1-Mar, 01-Mar-27
    rf"|(?:{_MONTHS})\.?-\d{{2}}(?:\d{{2}})?"  # Dec-10, Mar-2027
    r"|\d{1,2}[.-]\d{1,2}[.-](?:19|20)\d{2}"  # 01.03.2027
    r"|(?:19|20)\d{2}-\d{2}-\d{2}"  # 2027-03-01
)
_WITH_TIME: Final = re.compile(r"[1-9]\d{4}\.\d+")  # days since 1900, and a part of a day
_EXPONENT: Final = re.compile(r"\d(?:[.,]\d+)?E[+-]\d+", re.IGNORECASE)
_ROUNDED: Final = re.compile(r"\d{15}0+")
_TRUTH: Final = frozenset(
    {"TRUE", "FALSE", "WAHR", "FALSCH", "VRAI", "FAUX", "VERDADERO", "FALSO", "VERO", "VERDADEIRO", "WAAR", "ONWAAR"}
)
_CALL: Final = r"[A-Z][A-Z0-9.]{0,40}\(.*"
_REFERENCE: Final = r"(?:[\w' ]{1,60}!)?\$?[A-Z]{1,3}\$?\d{1,7}(?![\w.]).*"
_FORMULA: Final = re.compile(rf"= ?(?:{_CALL}|{_REFERENCE})", re.DOTALL)
_LONGEST: Final = 40  # characters; nothing but a formula is longer


def find_damage(text: str) -> Phrase | None:
    """What a spreadsheet did to a course number, as a sentence; None if nothing points to it."""
    if _DATE.fullmatch(text):
        return Phrase(_("Spreadsheets turn some numbers into dates."))
    if _WITH_TIME.fullmatch(text):
        return Phrase(_("It looks like a date and time, as spreadsheets store it."))
    if _EXPONENT.fullmatch(text):
        return Phrase(_("Spreadsheets shorten long numbers this way, and the missing digits can't be recovered."))
    if _ROUNDED.fullmatch(text):
        return Phrase(_("Spreadsheets keep 15 digits of a number and replace the others with zeros."))
    if text in _TRUTH:
        return Phrase(_("Spreadsheets turn some words into TRUE or FALSE."))
    return None


def is_formula(text: str) -> bool:
    """Whether a text is written like a formula of a spreadsheet."""
    return text[:1] == "=" and bool(_FORMULA.fullmatch(text))


def find_text_damage(text: str) -> Phrase | None:
    """What a spreadsheet made of a text, as a sentence; None if it may be what somebody typed."""
    if is_formula(text):
        return Phrase(_("It is a formula, not the result of one."))
    if text == "0":
        return Phrase(_("Spreadsheets show 0 for a formula that refers to a blank cell."))
    return find_damage(text) if len(text) <= _LONGEST else None
