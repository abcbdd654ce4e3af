"""Gathers, over all rows of a file, how it writes dates, amounts and new names; says what was decided.

Reading shows it every record once. Only the first cell that proves something is kept, so the size of a file does not
matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from course_discovery_bulk.columns.amounts import LONGEST as LONGEST_AMOUNT
from course_discovery_bulk.columns.amounts import read_amounts
from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.days import LONGEST, read_day
from course_discovery_bulk.columns.lists import ListValue, split_list
from course_discovery_bulk.columns.moments import Date
from course_discovery_bulk.columns.numbers import Price
from course_discovery_bulk.data.evidence import COMMA, EITHER, MONTH_FIRST, POINT, Evidence, Proof
from course_discovery_bulk.problems import AMOUNTS_READ, DATES_READ, Place, Problem, problem
from course_discovery_bulk.text.characters import plain_form
from course_discovery_bulk.text.folding import fold
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_MOST_NAMES: Final = 5_000  # that are remembered, to find those that are spelled in several ways
LONGEST_OF_EITHER: Final = max(LONGEST, LONGEST_AMOUNT) + 20  # characters; some are around the date or the amount
# A sign before a digit, with a blank after it at most: a quick look, at very many cells.
_MAY_PROVE: Final = re.compile(r"[/.,'\u2019 \xa0\u202f\uff0f\uff0e\uff0d\u2010-\u2015-] ?\d")
_REMEMBERED: Final = 1000  # texts of a column that are not looked at twice
_SHOWN: Final = 40  # characters of a cell that are kept; no date is longer


class Gathering:
    """What the cells seen so far prove, by the position of their column: what that means may be found out later.

    `names` are the places of columns whose cells name things that a file can make.
    In a file that `has_numbers` of its own, as sheets have, the point in an amount is not what somebody wrote.
    """

    def __init__(self, width: int, *, names: Sequence[int] = (), has_numbers: bool = False) -> None:
        self._dates: list[dict[str, dict[str, Proof]]] = [{} for _position in range(width)]
        self._amounts: list[dict[str, Proof]] = [{} for _position in range(width)]
        self._seen: list[set[str]] = [set() for _position in range(width)]
        self._has_numbers = has_numbers
        self._names = names
        self._first_spellings: dict[str, str] = {}
        self._respelled: set[str] = set()

    def see(self, line: int, cells: Sequence[str]) -> None:
        """Note what a row proves."""
        for position, cell in enumerate(cells[: len(self._dates)]):
            if len(cell) <= LONGEST_OF_EITHER and _MAY_PROVE.search(cell) and cell not in self._seen[position]:
                if len(self._seen[position]) < _REMEMBERED:
                    self._seen[position].add(cell)
                self._see(line, position, cell)
        for position in self._names:
            if position < len(cells) and cells[position]:
                self._see_names(cells[position])

    def result(
        self, columns: Sequence[Column | None], *, delimiter: str, site_order: str, chosen_mark: str = ""
    ) -> Evidence:
        """All there is to say about the file if its columns mean these, in order; None for nothing known.

        A date below a header that nobody knows is a date all the same.
        """
        dates = [found for found, column in zip(self._dates, columns, strict=True) if not column or _is(column, Date)]
        amounts = [found for found, column in zip(self._amounts, columns, strict=True) if column and _is(column, Price)]
        signs = dict.fromkeys(sign for found in dates for sign in found)
        return Evidence(
            dates={sign: _first_proofs(found.get(sign, {}) for found in dates) for sign in signs},
            amounts={} if self._has_numbers else _first_proofs(amounts),
            has_semicolons=delimiter == ";",
            site_order=site_order,
            spellings={name: self._first_spellings[name] for name in sorted(self._respelled)},
            chosen_mark=chosen_mark,
        )

    def _see(self, line: int, position: int, cell: str) -> None:
        text = plain_form(cell)
        if not text[:4].isdecimal():  # the year first has one meaning
            self._see_date(line, position, text)
        if not self._has_numbers:
            self._see_amount(line, position, text)

    def _see_date(self, line: int, position: int, text: str) -> None:
        found = read_day(text)
        if found and found.sign and found.days and (found.proves or len(found.meanings) > 1):
            proofs = self._dates[position].setdefault(found.sign, {})
            proofs.setdefault(found.proves or EITHER, Proof(line=line, text=text[:_SHOWN]))

    def _see_amount(self, line: int, position: int, text: str) -> None:
        readings = read_amounts(text)
        sign = next((mark for mark in readings if mark in text), "")
        way = f"{EITHER}{sign}" if len(readings) > 1 else next(iter(readings), "")
        if way:
            self._amounts[position].setdefault(way, Proof(line=line, text=text[:_SHOWN]))

    def _see_names(self, text: str) -> None:
        found = split_list(text)
        for name in found.all_items() if isinstance(found, ListValue) else ():
            folded = fold(name)
            if folded not in self._first_spellings and len(self._first_spellings) < _MOST_NAMES:
                self._first_spellings[folded] = name
            elif self._first_spellings.get(folded, name) != name:
                self._respelled.add(folded)


def _first_proofs(found: Iterable[Mapping[str, Proof]]) -> dict[str, Proof]:
    """Of every way of writing the proof that comes first in the file."""
    first: dict[str, Proof] = {}
    for way, proof in (item for proofs in found for item in proofs.items()):
        if way not in first or proof.line < first[way].line:
            first[way] = proof
    return first


def say_what_was_decided(evidence: Evidence, date_order: str | None) -> Iterator[Problem]:
    """One note for each way of writing with two meanings; none if the upload chose one."""
    for sign, proofs in evidence.dates.items():
        doubtful, order = proofs.get(EITHER), evidence.order_of(sign)
        if doubtful and order and not date_order:
            first = Phrase(_("the month")) if order == MONTH_FIRST else Phrase(_("the day"))
            place = Place(line=doubtful.line, value=doubtful.text)
            yield problem(DATES_READ, place, first=first, why=_why(evidence, sign, order))
    doubtful, mark = evidence.grouped_amount, evidence.decimal_mark
    if doubtful and mark and not evidence.chosen_mark:
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
    if evidence.chosen_mark:
        return Phrase(_("So it is usual where decimals have a comma, as you chose."))
    if evidence.decimal_mark != COMMA:
        return Phrase(_("Files with semicolons between cells usually write them so."))
    comma = evidence.amounts[COMMA]
    template = _("Files with decimal commas, such as {text} in row {line}, usually write them so.")
    return Phrase(template, text=comma.text, line=comma.line)


def _is(column: Column, kind: type) -> bool:
    return isinstance(column.kind, kind)
