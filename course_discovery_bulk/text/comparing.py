"""When two values of a field of discovery are the same: it rewrites HTML, reorders tags and ignores case.

A column declares the comparison of its field; whatever is called a change, a loss or no difference is found with it.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from course_discovery_bulk.text.discovery_html import clean_html
from course_discovery_bulk.text.prepared_html import means_the_same


class Comparison(Enum):
    """How values of a field are compared; nothing, empty text and an empty list always mean the same."""

    EXACT = "exact"  # but for blanks around a text
    CASELESS = "without case"
    HTML = "HTML"  # as discovery rewrites it
    UNORDERED = "unordered"  # a list in any order and any case
    MEMBERS = "members"  # a list in order, but a creation does not keep the order
    PRICES = "prices"  # mode -> price, as money

    def comparable(self, value: Any) -> Any:
        """The form of a value in which equal means the same."""
        match self:
            case Comparison.PRICES:
                return {mode: money(price) for mode, price in (value or {}).items()}
            case Comparison.HTML:
                return clean_html(value) if value else ""
            case Comparison.UNORDERED:
                return sorted({str(item).casefold() for item in value or ()})
            case Comparison.CASELESS:
                return str(value or "").casefold()
            case _ if isinstance(value, str):
                return value.strip()
        return "" if value is None or value == [] else value

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether two values mean the same to discovery."""
        if self is Comparison.HTML and one and other:
            return means_the_same(one, other)
        return bool(self.comparable(one) == self.comparable(other))

    def stored(self, value: Any) -> Any:
        """What discovery will show of a value that is sent: the "becomes" of a preview."""
        return clean_html(value) if self is Comparison.HTML and value else value

    def holds(self, shown: Any, wanted: Any) -> bool:
        """Whether what is shown has all that is wanted; discovery may show prices of further modes."""
        if self is Comparison.PRICES:
            return kept_prices(wanted, shown)
        return self.is_same(shown, wanted)

    def is_kept(self, shown: Any, wanted: Any) -> bool:
        """Whether a write took effect. HTML is lost only if nothing is shown: its rewriting is discovery's own."""
        match self:
            case Comparison.HTML:
                return bool(shown) == bool((wanted or "").strip())
            case Comparison.MEMBERS:
                return set(shown) == set(wanted)
        return self.holds(shown, wanted)


def kept_prices(wanted: Any, shown: Any) -> bool:
    """Whether every wanted price (mode -> price) is shown; None wants a mode to have no price."""
    found = shown or {}
    return all(money(found.get(mode)) == money(price) for mode, price in (wanted or {}).items())


def money(value: Any) -> str:
    """A price as text with two decimals; what is no number stays as it is."""
    try:
        return str(Decimal(str(value)).quantize(Decimal("0.01")))
    except InvalidOperation:
        return str(value)
