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
_JOINING: Final = {"’": 0.5, "–": 0.0, "—": 0.0, "\u00ad": 0.5, "\u00a0": 0.5, "…": 0.0}
# Signs at the edge of a word, and by themselves: as in any text, as in some, and as in few.
_OPENING: Final = {
    **dict.fromkeys("“„«¿¡•µʻ", 1.0),
    **dict.fromkeys("‹…‘‚·", 0.5),
    **dict.fromkeys("»›–—§©\u00a0", 0.0),
}
_CLOSING: Final = {
    **dict.fromkeys("”»™®ªº²³¹", 1.0),
    **dict.fromkeys("›…’·", 0.5),
    **dict.fromkeys("“‘«‹–—©\u00a0", 0.0),
}
_ALONE: Final = {
    **dict.fromkeys("“”„«»–—•·€£¥§©°±×÷²³¹½¼¾¢\u00a0\u00ad", 1.0),
    **dict.fromkeys("…’", 0.5),
    **dict.fromkeys("‘‹›®™ªºµ†‡‰¶¦", 0.0),
}
_AFTER_DIGITS: Final = "°ºª²³½¼¾‰€£"  # also before a letter: 5°C
_BEFORE_WORDS: Final = "¡¿"
_ELISION: Final = re.compile(r"(?i)(?:^|[^a-z])(?:[cdjlmnst]|qu|jusqu|lorsqu|aujourd|dell|nell|all|sull|un)$")
_ELIDED: Final = re.compile(r"(?i)[aeiouhàâéèêîôû]\w\w")
# Letters that are words: by other letters alone no language is known.
_WORDS: Final = {
    "western": frozenset("àáâéèêíìóòôúùæøåÀÁÉÈÊÍÓÒÔÆØÅ"),
    "central": frozenset("őóáéŐÓÁÉ"),
    "baltic": frozenset("įĮ"),
}
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
        _CONTRACTION_POINTS
        if character == "’" and _ELISION.search(text[:place]) and _ELIDED.match(text[place + 1 :])
        else score(character, text[place - 1 : place] or " ", text[place + 1 : place + 5] or " ")
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
    words = frozenset[str]().union(*(_WORDS.get(name, frozenset()) for name in languages))
    return _alphabetic(known, words, is_western="western" in languages)


@cache
def _letters() -> Mapping[str, Mapping[str, Sequence[str]]]:
    text = files(__package__).joinpath("letters.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Sequence[str]]] = json.loads(text)
    return found


def _alphabetic(known: Mapping[str, tuple[str, str]], words: frozenset[str], *, is_western: bool) -> Score:
    lone = 0.5 if is_western else 0.0

    def score(character: str, before: str, after: str) -> float:
        kind = unicodedata.category(character)
        if kind in {"Mn", "Mc"}:
            return 0.0 if before.isalpha() and not before.isascii() else _ODD
        if not kind.startswith("L") or character in "ªºµ":
            return _sign(character, before, after)
        near = known.get(character) or known.get(character.lower())
        if (
            near is None
            or _is_oddly_cased(character, before, after[0])
            or _is_of_two_scripts(character, before, after[0])
        ):
            return _ODD
        if not before.isalpha() and not after[0].isalpha():
            return 1.0 if character in words else lone
        fitting = (_neighbor(before) in near[0]) + (_neighbor(after[0]) in near[1])
        return (_RARE, 0.0, 1.0)[fitting]

    return score


def _is_oddly_cased(character: str, before: str, after: str) -> bool:
    """Whether a capital follows a small letter, or stands second in a word that goes on in small letters."""
    if character.islower():
        return after.isupper()
    return character.isupper() and (before.islower() or (before.isupper() and after.islower()))


def _is_of_two_scripts(character: str, before: str, after: str) -> bool:
    """Whether a letter that is not Latin touches one that is."""
    return character not in _latin() and any(mark.isascii() and mark.isalpha() for mark in (before, after))


@cache
def _latin() -> frozenset[str]:
    return frozenset(chr(code) for code in range(0xAA, 0x250) if chr(code).isalpha())


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
    if character == "\u00a0" and after[0] in ":;?!%»":  # as in French
        return 1.0
    if before.isdecimal() and character in _AFTER_DIGITS + _BEFORE_WORDS:
        return 1.0 if character in _AFTER_DIGITS else _ODD
    if is_after or is_before:
        return (_CLOSING if is_after else _OPENING).get(character, _ODD)
    return _ALONE.get(character, _ODD)


def _east_asian(language: str) -> Score:
    common = frozenset(_letters()["common"][language])
    codec, last = _LEVELS[language]

    def score(character: str, before: str, after: str) -> float:
        letters = [mark for mark in (before, after[0]) if mark.isalpha()]
        if letters and character.isalpha() and all(mark.isascii() for mark in letters):  # one among letters of Latin
            return _ODD if len(letters) > 1 or letters[0].islower() else 0.0
        if character in common or (language == "japanese" and _KANA.match(character)):
            return 1.0
        if _FULL_WIDTH.match(character):
            return 0.5
        if not character.isalpha() or _HALF_WIDTH.match(character):
            return _RARE
        lead = character.encode(codec, "ignore")[:1]
        return 0.0 if lead and 0x88 <= lead[0] <= last else _RARE

    return score
