"""How much a text looks like one of the languages of an encoding: every character beyond ASCII gets points.

A letter gets one if its languages have it between such neighbors. What no text has costs points: a capital inside a
word, two scripts in one, a sign between letters, a rare character of Chinese among common ones.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

_ODD: Final = -3.0
_RARE: Final = -1.5
_CONTRACTION: Final = re.compile(r"(?:s|t|d|m|re|ve|ll)\b(?![^\W\d_])", re.IGNORECASE)
_CONTRACTION_POINTS: Final = 2.0
# Signs that can be between two letters; a quotation mark or dash there may be a letter of another encoding.
_JOINING: Final = {"’": 0.5, "–": 0.0, "—": 0.0, "\u00ad": 0.5, "\u00a0": 1.0, "…": 0.0}
_UNSURE: Final = "‹›…’‘‚·°"  # these at the edge of a word as well
_OPENING: Final = "“‘„‚«‹¿¡–—…§£€¥©•·µ\u00a0»›ʻ"
_CLOSING: Final = "”’“‘»›«‹–—…™®©ªº²³¹·°\u00a0€"
_ALONE: Final = "“”‘’„«»‹›–—…•·€£¥§©®™°±×÷²³¹½¼¾ªºµ¿¡†‡‰¢¶¦\u00a0\u00ad"
_LEVELS: Final = {  # the lead bytes of the characters that are common
    "simplified": ("gb2312", 0xD7),
    "traditional": ("big5", 0xC6),
    "japanese": ("shift_jis", 0x97),
    "korean": ("euc_kr", 0xC8),
}
_FULL_WIDTH: Final = re.compile("[\u3000-\u303f\uff01-\uff60]")
_HALF_WIDTH: Final = re.compile("[\uff61-\uff9f]")
_KANA: Final = re.compile("[\u3041-\u30ff]")

Score = Callable[[str, str, str], float]  # of a character, with what is before it and the text after it


def points(text: str, languages: Sequence[str]) -> list[float]:
    """The points of each character beyond ASCII, for text in languages of these groups."""
    score = _scores(tuple(languages))
    return [
        score(character, text[place - 1 : place] or " ", text[place + 1 : place + 5] or " ")
        for place, character in enumerate(text)
        if not character.isascii()
    ]


@cache
def _scores(languages: tuple[str, ...]) -> Score:
    if languages[0] in _LEVELS:
        return _east_asian(languages[0])
    tables = [_letters()[name] for name in languages]
    known = {letter: ("", "") for table in tables for letter in table}
    for table in tables:
        known |= {
            letter: (known[letter][0] + table[letter][0], known[letter][1] + table[letter][1]) for letter in table
        }
    return _alphabetic(known)


@cache
def _letters() -> Mapping[str, Mapping[str, Sequence[str]]]:
    text = files(__package__).joinpath("letters.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Sequence[str]]] = json.loads(text)
    return found


def _alphabetic(known: Mapping[str, tuple[str, str]]) -> Score:
    def score(character: str, before: str, after: str) -> float:
        kind = unicodedata.category(character)
        if kind in {"Mn", "Mc"}:
            return 0.0 if before.isalpha() and not before.isascii() else _ODD
        if not kind.startswith("L") or character in "ªºµ":
            return _sign(character, before, after)
        near = known.get(character) or known.get(character.lower())
        is_odd = (character.isupper() and before.islower()) or (character.islower() and after[0].isupper())
        if near is None or is_odd:
            return _ODD
        fitting = (_neighbor(before) in near[0]) + (_neighbor(after[0]) in near[1])
        return (_RARE, 0.0, 1.0)[fitting]

    return score


def _neighbor(character: str) -> str:
    return character.lower() if character.isalpha() else " "


def _sign(character: str, before: str, after: str) -> float:
    is_after, is_before = before.isalpha(), after[0].isalpha()
    if is_after and is_before:
        if character == "’" and _CONTRACTION.match(after):
            return _CONTRACTION_POINTS
        if character == "·":
            return 1.0 if before in "lL" and after[0] in "lL" else _ODD  # Catalan
        return _JOINING.get(character, _ODD)
    if is_after or is_before:
        if character not in (_CLOSING if is_after else _OPENING):
            return _ODD
        return 0.5 if character in _UNSURE else 1.0
    return 1.0 if character in _ALONE else _ODD


def _east_asian(language: str) -> Score:
    common = frozenset(_letters()["common"][language])
    codec, last = _LEVELS[language]

    def score(character: str, before: str, after: str) -> float:
        if character in common or (language == "japanese" and _KANA.match(character)):
            return 1.0
        if _FULL_WIDTH.match(character):
            return 0.5
        if not character.isalpha() or _HALF_WIDTH.match(character):
            return _RARE
        lead = character.encode(codec, "ignore")[:1]
        is_alone = before.islower() and before.isascii() and after[0].islower() and after[0].isascii()
        return 0.0 if lead and 0x88 <= lead[0] <= last and not is_alone else _RARE

    return score
