"""Gathers, over all rows of a file, what its cells prove about how it writes dates and amounts; says what was decided.

Reading shows it every record once. Only the first cell that proves something is kept, so the size of a file does not
matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from course_discovery_bulk.columns.amounts import read_amounts
from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.days import LONGEST, read_day
from course_discovery_bulk.columns.moments import Date
from course_discovery_bulk.columns.numbers import Price
from course_discovery_bulk.data.evidence import COMMA, EITHER, MONTH_FIRST, POINT, Evidence, Proof
from course_discovery_bulk.problems import AMOUNTS_READ, DATES_READ, Place, Problem, problem
from course_discovery_bulk.text.characters import plain_form
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_SHOWN: Final = 40  # characters of a cell that are kept; no date is longer


class Gathering:
    """What the cells seen so far prove. `columns` says what the cell at each position means, None for nothing known:
    a date below a header that nobody knows is a date all the same.

    In a file that `has_numbers` of its own, as sheets have, the point in an amount is not what somebody wrote.
    """

    def __init__(self, columns: Sequence[Column | None], *, has_numbers: bool = False) -> None:
        self._dates = [position for position, column in enumerate(columns) if not column or _is(column, Date)]
        self._amounts = [at for at, column in enumerate(columns) if column and _is(column, Price) and not has_numbers]
        self._found_dates: dict[str, dict[str, Proof]] = {}
        self._found_amounts: dict[str, Proof] = {}

    def see(self, line: int, cells: Sequence[str]) -> None:
        """Note what a row proves."""
        for position in self._dates:
            if position < len(cells) and cells[position] and _may_prove(cells[position]):
                self._see_date(line, plain_form(cells[position]))
        for position in self._amounts:
            if position < len(cells) and cells[position]:
                self._see_amount(line, plain_form(cells[position]))

    def result(self, *, delimiter: str, site_order: str) -> Evidence:
        """All there is to say about the file."""
        return Evidence(
            dates=self._found_dates,
            amounts=self._found_amounts,
            has_semicolons=delimiter == ";",
            site_order=site_order,
        )

    def _see_date(self, line: int, text: str) -> None:
        found = read_day(text)
        if found and found.sign and found.days and (found.proves or len(found.meanings) > 1):
            proofs = self._found_dates.setdefault(found.sign, {})
            proofs.setdefault(found.proves or EITHER, Proof(line=line, text=text[:_SHOWN]))

    def _see_amount(self, line: int, text: str) -> None:
        readings = read_amounts(text)
        sign = next((mark for mark in readings if mark in text), "")
        way = f"{EITHER}{sign}" if len(readings) > 1 else next(iter(readings), "")
        if way:
            self._found_amounts.setdefault(way, Proof(line=line, text=text[:_SHOWN]))


def say_what_was_decided(evidence: Evidence, date_order: str | None) -> Iterator[Problem]:
    """One note for each way of writing with two meanings; none for dates if the upload chose the `date_order`."""
    for sign, proofs in evidence.dates.items():
        doubtful, order = proofs.get(EITHER), evidence.order_of(sign)
        if doubtful and order and not date_order:
            first = Phrase(_("the month")) if order == MONTH_FIRST else Phrase(_("the day"))
            place = Place(line=doubtful.line, value=doubtful.text)
            yield problem(DATES_READ, place, first=first, why=_why(evidence, sign, order))
    doubtful, mark = evidence.grouped_amount, evidence.decimal_mark
    if doubtful and mark:
        name = Phrase(_("point")) if mark == POINT else Phrase(_("comma"))
        proof = evidence.amounts[mark]
        place = Place(line=doubtful.line, value=doubtful.text)
        yield problem(AMOUNTS_READ, place, mark=name, text=proof.text, line=proof.line)


def _why(evidence: Evidence, sign: str, order: str) -> str:
    proof = evidence.proven_orders(sign).get(order)
    if proof:
        return Phrase(_("{text} in row {line} can only be read that way."), text=proof.text, line=proof.line)
    if sign != "." or not evidence.has_decimal_commas:
        return Phrase(_("That is the setting of this site."))
    if evidence.decimal_mark != COMMA:
        return Phrase(_("Files with semicolons between cells usually write them so."))
    comma = evidence.amounts[COMMA]
    template = _("Files with decimal commas, such as {text} in row {line}, usually write them so.")
    return Phrase(template, text=comma.text, line=comma.line)


def _may_prove(text: str) -> bool:
    """Whether a quick look, at very many cells, does not show that the text is no date, or one that proves nothing."""
    return len(text) <= LONGEST and not text[:4].isdecimal() and not text.isalpha()


def _is(column: Column, kind: type) -> bool:
    return isinstance(column.kind, kind)
