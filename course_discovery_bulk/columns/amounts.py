"""Amounts of money as people write them: the amount, or the two amounts, that a text can mean. Nothing is guessed.

`49,00`, `1.000,50` and `1,000.50` have one meaning each. `1.000` has two: which one is meant, the decimal mark of the
file's other amounts tells.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from course_discovery_bulk.data.evidence import COMMA, POINT
from course_discovery_bulk.text.characters import name_hidden_character, plain_form
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

LONGEST: Final = 40  # characters; no amount has more
_DOLLARS: Final = r"(?:US ?\$|USD|\$)"
_NO_CENTS: Final = re.compile(r"(?<=\d)([.,]) ?--?$")  # 49.- and 49,--
_AMOUNT: Final = re.compile(rf"(?:{_DOLLARS} ?)?([\d.,' \u2019]*\d)(?: ?{_DOLLARS})?", re.IGNORECASE)
_PLAIN: Final = re.compile(r"\d{1,11}")
_DECIMALS: Final = re.compile(r"(\d{0,9})([.,])(\d+)")
_GROUPS: Final = re.compile(r"(\d{1,3}(?:([., '\u2019])\d{3})(?:\2\d{3}){0,3})(?:(?!\2)([.,])(\d{1,2}))?")
_OTHER_MARK: Final = {POINT: COMMA, COMMA: POINT}

Readings = dict[str, Decimal]  # decimal mark -> the amount with it; one entry under "" if the text has none


def read_amounts(text: str) -> Readings:
    """What a text in plain form can mean: nothing, one amount, or one for each decimal mark."""
    match = _AMOUNT.fullmatch(_NO_CENTS.sub(r"\g<1>00", text)) if len(text) <= LONGEST else None
    if match is None:
        return {}
    number = match[1]
    if _PLAIN.fullmatch(number):
        return {"": Decimal(number)}
    groups, decimals = _GROUPS.fullmatch(number), _DECIMALS.fullmatch(number)
    return (_in_groups(groups) if groups else {}) | (_with_decimals(decimals) if decimals else {})


def _in_groups(match: re.Match[str]) -> Readings:
    digits, separator, mark, cents = match.groups()
    whole = Decimal(re.sub(r"\D", "", digits))
    amount = whole + Decimal(f"0.{cents}") if cents else whole
    return {mark or _OTHER_MARK.get(separator, ""): amount}


def _with_decimals(match: re.Match[str]) -> Readings:
    whole, mark, cents = match.groups()
    return {mark: Decimal(f"{whole or 0}.{cents}")}


def bad_amount_reason(text: str) -> str:
    """A sentence that says what is wrong with a text that is no amount; empty if it is like nothing known."""
    if hidden := name_hidden_character(text):
        return hidden
    plain = plain_form(text)
    if len(plain) > LONGEST:
        return ""
    return next((Phrase(reason) for pattern, reason in _REASONS if re.fullmatch(pattern, plain, re.IGNORECASE)), "")


_NUMBER: Final = r"[\d.,' \u2019]*\d[\d.,' \u2019]*"
_REASONS: Final = (
    (rf"{_DOLLARS}? ?-.*\d.*|\(.*\d.*\)|.*\d ?-", _("A price cannot be negative.")),
    (r"free|gratis|no cost", _("Write 0 for a paid track that costs nothing. On a free track, leave the price empty.")),
    (rf"{_DOLLARS}? ?\+ ?{_NUMBER}", _("Write the amount without a plus sign.")),
    (rf"{_NUMBER} ?%", _("It is a percentage.")),
    (r"\d+(?:\.\d+)?e[+-]?\d+", _("It is written with an exponent, as spreadsheets shorten long numbers.")),
    (
        rf"(?:[A-Z]{{3}}|[^\w\s.,'+-]) ?{_NUMBER}|{_NUMBER} ?(?:[A-Z]{{3}}|[^\w\s.,'+-])",
        _("The catalog keeps prices in US dollars. Write the amount in dollars, without another currency."),
    ),
    (rf"{_NUMBER}", _("Its points and commas can't be read.")),
    (r".*\d.*[^\d.,' \u2019].*\d.*", _("It has more than one number. Write one amount and nothing else.")),
    (r".*\d.*", _("Write the amount and nothing else.")),
)
