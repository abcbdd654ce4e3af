"""Numbers as a sheet shows them: the format codes of ECMA-376 (18.8.31) that do not make a date of a number.

Understood are digits (0 # ?), decimals, thousands, percentages, scaling, literal text, colors, currencies, conditions,
and sections for negative numbers and zero. Exponents, fractions and number systems of other scripts are not: `parse`
gives None for them, and nothing is shown rather than something that the sheet does not show.
Runs in the child process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from operator import eq, ge, gt, le, lt, ne
from typing import Final

GENERAL: Final = "General"

_LONGEST_CODE: Final = 255  # of a format, in Excel
_MOST_DIGITS: Final = 30  # after the point, in Excel
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"'
    r"|\\(?P<escaped>.)"
    r"|_(?P<blank>.)"
    r"|\*(?P<fill>.)"
    r"|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>General)"
    r"|(?P<digit>[0#?])"
    r"|(?P<sign>[.,%;@])"
    r"|(?P<unknown>[Ee][+-]|[A-Za-z/])"
    r"|(?P<literal>.)",
    re.DOTALL,
)
_PLAIN: Final = re.compile(r"#*0(?:\.0+)?")
_COLOR: Final = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d{1,2}", re.IGNORECASE)
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)(-?\d{1,15}(?:\.\d{1,15})?)")
_CURRENCY: Final = re.compile(r"\$([^-]*)(?:-[0-9A-Fa-f]{1,8})?")
_COMPARED: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "<>": ne
}  # fmt: skip


class _NotUnderstoodError(Exception):
    """The code has something in it that is not read here."""


@dataclass(frozen=True, kw_only=True)
class _Section:
    """One part of a code: pieces are digits (0 # ?), "." and literal texts, which begin with a quotation mark."""

    pieces: tuple[str, ...]
    percents: int
    scale: int  # how many times a thousand the number is divided by
    groups: bool
    condition: tuple[str, Decimal] | None

    @cached_property
    def is_plain(self) -> bool:
        """Whether it is 0, 0.00 or #,##0.00: so are most, and they take a tenth of the time."""
        return not (self.percents or self.scale) and _PLAIN.fullmatch("".join(self.pieces)) is not None

    @cached_property
    def plain_places(self) -> Decimal:
        """A number with as many places as a plain one has."""
        return Decimal(1).scaleb(-self.pieces[::-1].index(".") if "." in self.pieces else 0)

    def show(self, value: Decimal, *, sign: str) -> str:
        """The number without its sign, in this section."""
        if self.is_plain:
            shown = abs(value).quantize(self.plain_places, ROUND_HALF_UP)
            return (sign if shown else "") + (f"{shown:,f}" if self.groups else f"{shown:f}")
        point = self.pieces.index(".") if "." in self.pieces else len(self.pieces)
        before, after = self.pieces[:point], self.pieces[point + 1 :]
        places = sum(piece in "0#?" for piece in after)
        scaled = abs(value).scaleb(2 * self.percents - 3 * self.scale)
        whole, _, decimals = f"{scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}".partition(".")
        dot = "." if "." in self.pieces else ""
        sign = sign if (whole + decimals).strip("0") else ""  # what is rounded to zero has none
        return sign + self._whole(before, whole.lstrip("0")) + dot + _decimals(after, decimals)

    def _whole(self, pieces: Sequence[str], digits: str) -> str:
        """Filled from the right; what is left of the digits goes where the first of them goes."""
        left = sum(piece in "0#?" for piece in pieces)
        shown: list[str] = []
        count = 0
        for piece in reversed(pieces):
            if piece not in "0#?":
                shown.append(piece[1:])
                continue
            left -= 1
            taken = (digits if left == 0 else digits[-1:]) or _filling(piece)
            digits = "" if left == 0 else digits[:-1]
            for digit in reversed(taken):
                shown.append("," if self.groups and count and count % 3 == 0 else "")
                shown.append(digit)
                count += 1
        return "".join(reversed(shown))


@dataclass(frozen=True, kw_only=True)
class NumberFormat:
    """A format that is understood."""

    sections: tuple[_Section | None, ...]  # None shows the number as it is

    def show(self, value: Decimal) -> str | None:
        """The text of the number; None if it cannot be told, or if the format hides a number that is not zero."""
        section, is_own_section = self._choose(value)
        if section is None:
            return f"{value:f}"
        if not section.pieces:
            return "" if value == 0 else None
        if value < 0 and any(known and known.condition for known in self.sections):
            return None  # whether a sign belongs there depends on the conditions
        sign = "-" if value < 0 and not is_own_section else ""
        return section.show(value, sign=sign).strip()

    def _choose(self, value: Decimal) -> tuple[_Section | None, bool]:
        """The section for the number, and whether it is one of negative numbers only."""
        numeric = self.sections[:3]
        if any(section and section.condition for section in numeric):
            return self._by_condition(value, numeric), False
        if value < 0 and len(numeric) > 1:
            return numeric[1], True
        return (numeric[2], False) if value == 0 and len(numeric) > 2 else (numeric[0], False)

    def _by_condition(self, value: Decimal, numeric: Sequence[_Section | None]) -> _Section | None:
        for section in numeric:
            if section is None or section.condition is None:
                return section
            sign, bound = section.condition
            if _COMPARED[sign](value, bound):
                return section
        return numeric[-1]


def parse(code: str) -> NumberFormat | None:
    """The format of that code; None if it is not understood."""
    if len(code) > _LONGEST_CODE:
        return None
    numeric = [tokens for tokens in _split(code or GENERAL)[:3] if not _is_for_text(tokens)]
    try:
        return NumberFormat(sections=tuple(map(_parse_section, numeric)) or (None,))
    except _NotUnderstoodError:
        return None


def _split(code: str) -> list[list[re.Match[str]]]:
    sections: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(code):
        if token["sign"] == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    return sections


def _is_for_text(tokens: Sequence[re.Match[str]]) -> bool:
    return any(token["sign"] == "@" for token in tokens)


def _parse_section(tokens: Sequence[re.Match[str]]) -> _Section | None:
    pieces: list[str] = []
    condition = None
    percents = 0
    for token in tokens:
        kind, text = str(token.lastgroup), token[str(token.lastgroup)]
        if kind == "bracket":
            condition = _condition(text) or condition
            pieces.extend(_currency(text))
        elif kind == "sign" and text == "%":
            percents += 1
            pieces.append('"%')
        else:
            pieces.extend(_piece(kind, text))
    if pieces == ["General"]:
        return None
    return _section(pieces, percents, condition)


def _section(pieces: list[str], percents: int, condition: tuple[str, Decimal] | None) -> _Section:
    if "General" in pieces or pieces.count(".") > 1:
        raise _NotUnderstoodError
    scale, groups = _take_commas(pieces)
    after = pieces[pieces.index(".") :] if "." in pieces else []
    if after.count("0") + after.count("#") + after.count("?") > _MOST_DIGITS:
        raise _NotUnderstoodError
    return _Section(pieces=tuple(pieces), percents=percents, scale=scale, groups=groups, condition=condition)


def _piece(kind: str, text: str) -> list[str]:
    if kind in ("quoted", "escaped", "literal"):
        return [f'"{text}']
    if kind == "blank":
        return ['" ']
    if kind == "fill":
        return []
    if kind in ("digit", "sign", "general"):
        return [text]
    raise _NotUnderstoodError


def _condition(text: str) -> tuple[str, Decimal] | None:
    found = _CONDITION.fullmatch(text)
    return (found[1], Decimal(found[2])) if found else None


def _currency(text: str) -> list[str]:
    """What is in brackets: a currency is shown, colors and conditions are not."""
    if found := _CURRENCY.fullmatch(text):
        return [f'"{found[1]}'] if found[1] else []
    if _COLOR.fullmatch(text) or _CONDITION.fullmatch(text):
        return []
    raise _NotUnderstoodError


def _take_commas(pieces: list[str]) -> tuple[int, bool]:
    """Take the commas out: after the last digit they scale, between digits before the point they part thousands."""
    point = pieces.index(".") if "." in pieces else len(pieces)
    digits = [at for at, piece in enumerate(pieces) if piece in ("0", "#", "?")]
    last = max((at for at in digits if at < point), default=-1)
    commas = [at for at, piece in enumerate(pieces) if piece == ","]
    if commas and (not digits or commas[0] < digits[0] or any(point < at < digits[-1] for at in commas)):
        raise _NotUnderstoodError
    scale = sum(last < at < point or at > digits[-1] for at in commas)
    for at in reversed(commas):
        del pieces[at]
    return scale, len(commas) > scale


def _filling(piece: str) -> str:
    return {"0": "0", "?": " ", "#": ""}[piece]


def _decimals(pieces: Sequence[str], digits: str) -> str:
    """The pieces after the point; zeros at the end are shown only if the format asks for them."""
    kept = len(digits.rstrip("0"))
    shown = []
    at = 0
    for piece in pieces:
        if piece not in ("0", "#", "?"):
            shown.append(piece[1:])
            continue
        shown.append(digits[at] if at < kept else _filling(piece))
        at += 1
    return "".join(shown)
