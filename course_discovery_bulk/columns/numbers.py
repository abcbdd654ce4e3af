"""Prices, whole numbers, and true or false."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from course_discovery_bulk.columns.base import Cell, Context, Kind, Parsed
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.problems import BAD_BOOLEAN, BAD_NUMBER, BAD_PRICE

LARGEST_PRICE: Final = Decimal("99999999.99")  # discovery keeps eight digits before the point
LARGEST_SMALL_NUMBER: Final = 65535
_PRICE = re.compile(r"\$?\s*(\d{1,9}(?:\.\d{1,2}0*)?)")
_WHOLE = re.compile(r"\d{1,6}(?:\.0+)?")
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})


@dataclass(frozen=True, kw_only=True)
class Price(Kind):
    """An amount of the site's currency, as text with two decimals."""

    name: ClassVar[str] = "price"

    def parse(self, cell: Cell, context: Context) -> Parsed:
        match = _PRICE.fullmatch(cell.text)
        if not match:
            return Parsed(problems=(cell.problem(BAD_PRICE, reason=_price_reason(cell.text)),))
        amount = Decimal(match[1]).quantize(Decimal("0.01"))
        if amount > LARGEST_PRICE:
            return Parsed(problems=(cell.problem(BAD_PRICE, reason=f" The largest price is {LARGEST_PRICE}."),))
        return Parsed(value=str(amount))


@dataclass(frozen=True, kw_only=True)
class WholeNumber(Kind):
    """A whole number within bounds."""

    minimum: int = 0
    maximum: int = LARGEST_SMALL_NUMBER
    name: ClassVar[str] = "whole number"

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if _WHOLE.fullmatch(cell.text):
            number = int(Decimal(cell.text))
            if self.minimum <= number <= self.maximum:
                return Parsed(value=number)
        return Parsed(problems=(cell.problem(BAD_NUMBER, minimum=self.minimum, maximum=self.maximum),))


@dataclass(frozen=True, kw_only=True)
class Boolean(Kind):
    """True or false, as spreadsheets write it."""

    name: ClassVar[str] = "true or false"

    def parse(self, cell: Cell, context: Context) -> Parsed:
        word = cell.text.casefold()
        if word in _TRUE:
            return Parsed(value=True)
        if word in _FALSE:
            return Parsed(value=False)
        return Parsed(problems=(cell.problem(BAD_BOOLEAN),))

    def allowed(self, lookups: Lookups) -> tuple[str, ...]:
        return ("TRUE", "FALSE")


def _price_reason(text: str) -> str:
    if text.lstrip().startswith("-"):
        return " A price cannot be negative."
    if "," in text:
        return " Write it without thousands separators, and with a point before the cents."
    if re.fullmatch(r"\d+\.\d{3,}", text):
        return " It has more than two decimals."
    return ""
