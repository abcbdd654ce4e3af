"""What the cells of a file prove about the way it writes dates and amounts, and names that it spells in several ways.

A date such as 03/04/2027 and an amount such as 1.000 can mean two things. Other cells of the same file can mean only
one, and show how the whole file is written. Found once, when the file comes in, over all of its rows; kept with the
task, so that every job and every page of rows comes to the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

EITHER: Final = "either"  # the first cell that can be read both ways
MONTH_FIRST: Final = "mdy"
DAY_FIRST: Final = "dmy"
POINT: Final = "."
COMMA: Final = ","


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The first cell that can only be read one way: the number of its row, and its text."""

    line: int
    text: str


Proofs = Mapping[str, Proof]  # a way of writing (or EITHER) -> the first cell that is written so
_MARKS: Final = frozenset({POINT, COMMA})


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """How a file writes its dates and amounts, as far as its cells prove it."""

    dates: Mapping[str, Proofs] = field(default_factory=dict)  # by the sign between the numbers: / . or -
    amounts: Proofs = field(default_factory=dict)  # by the decimal mark; doubtful ones by EITHER and their sign
    has_semicolons: bool = False  # between its cells: the habit of programs that write decimals with a comma
    site_order: str = ""  # what the site says about dates of which the file proves nothing
    spellings: Mapping[str, str] = field(default_factory=dict)  # names that a file can make, folded -> as spelled first
    chosen_mark: str = ""  # before decimals, as the upload says, whatever the cells prove

    @property
    def decimal_mark(self) -> str:
        """The sign before the decimals; empty if none was chosen, and nothing proves one or both are proven."""
        if self.chosen_mark:
            return self.chosen_mark
        proven = self.amounts.keys() & _MARKS
        return next(iter(proven)) if len(proven) == 1 else ""

    @property
    def grouped_amount(self) -> Proof | None:
        """The first amount whose one sign must part thousands, as decimals have the other sign."""
        return self.amounts.get(f"{EITHER}{POINT if self.decimal_mark == COMMA else COMMA}")

    @property
    def has_decimal_commas(self) -> bool:
        """Whether decimals plainly follow a comma; where they do, dates with dots begin with the day."""
        if self.decimal_mark:
            return self.decimal_mark == COMMA
        return self.has_semicolons and POINT not in self.amounts

    def proven_orders(self, sign: str) -> Proofs:
        """The orders that cells with this sign prove: none, one, or two that contradict each other."""
        return {order: proof for order, proof in self.dates.get(sign, {}).items() if order != EITHER}

    def order_of(self, sign: str) -> str:
        """The order of dates with this sign; empty if it must be asked for."""
        proven = self.proven_orders(sign)
        if proven:
            return next(iter(proven)) if len(proven) == 1 else ""
        return DAY_FIRST if sign == "." and self.has_decimal_commas else self.site_order

    def as_dict(self) -> dict[str, Any]:
        """The stored form; empty if there is nothing to say."""
        stored = {
            "dates": {sign: _stored(proofs) for sign, proofs in self.dates.items()},
            "amounts": _stored(self.amounts),
            "has_semicolons": self.has_semicolons,
            "site_order": self.site_order,
            "spellings": self.spellings,
            "chosen_mark": self.chosen_mark,
        }
        return {name: value for name, value in stored.items() if value}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Evidence:
        """Rebuild what `as_dict` stored."""
        return cls(
            dates={sign: _proofs(proofs) for sign, proofs in stored.get("dates", {}).items()},
            amounts=_proofs(stored.get("amounts", {})),
            has_semicolons=bool(stored.get("has_semicolons")),
            site_order=stored.get("site_order", ""),
            spellings=stored.get("spellings", {}),
            chosen_mark=stored.get("chosen_mark", ""),
        )


NO_EVIDENCE: Final = Evidence()


def _stored(proofs: Proofs) -> dict[str, list[Any]]:
    return {way: [proof.line, proof.text] for way, proof in proofs.items()}


def _proofs(stored: Mapping[str, Any]) -> Proofs:
    return {way: Proof(line=line, text=text) for way, (line, text) in stored.items()}
