"""Prices, whole numbers, and true or false."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final, TypeGuard

from course_discovery_bulk.columns.amounts import Readings, bad_amount_reason, read_amounts
from course_discovery_bulk.columns.base import RUN_PREFIX, Cell, Context, Kind, Parsed
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.problems import BAD_BOOLEAN, BAD_NUMBER, BAD_PRICE
from course_discovery_bulk.text.characters import plain_form
from course_discovery_bulk.text.comparing import Comparison, money
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

LARGEST_PRICE: Final = Decimal("99999999.99")  # discovery keeps eight digits before the point
LARGEST_SMALL_NUMBER: Final = 65535
FREE_MODES: Final = frozenset({"audit", "honor"})
CENT: Final = Decimal("0.01")
_WHOLE = re.compile(r"\d{1,6}(?:[.,]0{1,2})?")
# As spreadsheets in other languages show and save them; each word means the same in all of these languages.
_TRUE: Final = frozenset(
    {"true", "yes", "1", "wahr", "vrai", "verdadero", "vero", "verdadeiro", "waar", "sant", "sand", "tosi"}
    | {"prawda", "pravda", "igaz", "adev\u0103rat", "do\u011fru", "\u0438\u0441\u0442\u0438\u043d\u0430"}
)
_FALSE: Final = frozenset(
    {"false", "no", "0", "falsch", "faux", "falso", "onwaar", "falskt", "falsk", "usann", "ep\u00e4tosi", "fals"}
    | {"fa\u0142sz", "nepravda", "hamis", "yanl\u0131\u015f", "yanli\u015f", "\u043b\u043e\u0436\u044c"}
)


@dataclass(frozen=True, kw_only=True)
class Price(Kind):
    """An amount of the site's currency, as text with two decimals."""

    name: ClassVar[str] = _("price")
    table_type: ClassVar[str] = "number"
    comparison: ClassVar[Comparison] = Comparison.PRICES
    fills_alone: ClassVar[bool] = False  # which modes have a price is the track's to say

    def parse(self, cell: Cell, context: Context) -> Parsed:
        readings = read_amounts(plain_form(cell.text))
        amounts = set(readings.values())
        if len(amounts) > 1 and _is_whole(meant := readings.get(context.evidence.decimal_mark)):
            amounts = {meant}
        if len(amounts) != 1:
            return _no_price(cell, _doubt(readings) if amounts else bad_amount_reason(cell.text))
        exact = amounts.pop()
        amount = exact.quantize(CENT)
        if amount != exact:
            return _no_price(cell, Phrase(_("It has more than two decimals.")))
        if amount > LARGEST_PRICE:
            return _no_price(cell, Phrase(_("The largest price is {limit}."), limit=str(LARGEST_PRICE)))
        return Parsed(value=str(amount))

    def pick(self, path: str, fields: Mapping[str, Any]) -> str | None:
        """The one price of all paid modes, of course and run where both are given; None where there are several."""
        given = [fields[name] or {} for name in (path, f"{RUN_PREFIX}{path}") if name in fields]
        amounts = [{money(price) for mode, price in prices.items() if mode not in FREE_MODES} for prices in given]
        return next(iter(amounts[0])) if amounts and len(amounts[0]) == 1 and amounts[0] == amounts[-1] else None


@dataclass(frozen=True, kw_only=True)
class WholeNumber(Kind):
    """A whole number within bounds."""

    minimum: int = 0
    maximum: int = LARGEST_SMALL_NUMBER
    name: ClassVar[str] = _("whole number")
    table_type: ClassVar[str] = "integer"

    def parse(self, cell: Cell, context: Context) -> Parsed:
        text = plain_form(cell.text)
        if _WHOLE.fullmatch(text):
            number = int(re.split("[.,]", text)[0])
            if self.minimum <= number <= self.maximum:
                return Parsed(value=number)
        return Parsed(problems=(cell.problem(BAD_NUMBER, minimum=self.minimum, maximum=self.maximum),))

    def emptied(self) -> None:
        return None

    def show(self, value: Any, lookups: Lookups) -> str:
        return str(value) if isinstance(value, int) else ""


@dataclass(frozen=True, kw_only=True)
class Boolean(Kind):
    """True or false, as spreadsheets write it."""

    name: ClassVar[str] = _("true or false")
    table_type: ClassVar[str] = "boolean"

    def parse(self, cell: Cell, context: Context) -> Parsed:
        word = plain_form(cell.text).casefold()
        if word in _TRUE:
            return Parsed(value=True)
        if word in _FALSE:
            return Parsed(value=False)
        return Parsed(problems=(cell.problem(BAD_BOOLEAN),))

    def emptied(self) -> None:
        return None

    def allowed(self, lookups: Lookups) -> tuple[str, ...]:
        return ("TRUE", "FALSE")

    def show(self, value: Any, lookups: Lookups) -> str:
        return str(value).upper() if isinstance(value, bool) else ""


def _no_price(cell: Cell, reason: str) -> Parsed:
    return Parsed(problems=(cell.problem(BAD_PRICE, reason=reason),))


def _is_whole(amount: Decimal | None) -> TypeGuard[Decimal]:
    """Whether it has no decimals: three of them are no cents, whatever the mark of the file's other amounts."""
    return amount is not None and amount.as_tuple().exponent == 0


def _doubt(readings: Readings) -> str:
    first, second = (f"{amount:f}" for amount in sorted(readings.values()))
    return Phrase(_("It can mean {first} or {second}."), first=first, second=second)
