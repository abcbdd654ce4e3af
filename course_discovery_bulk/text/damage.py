"""Text that was damaged on its way into a file: what shows it, and what it probably was.

Reading asks this of every cell. Only what no title or text needs is damage: characters that join letters, as Persian
and Hindi write them, and marks of direction that are closed again are text.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
# What no cell needs: controls of both sets, separators of lines that no editor shows, halves of characters.
CONTROL: Final = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_EMBEDDINGS: Final = "\u202a\u202b"
_ISOLATES: Final = "\u2066\u2067\u2068"
_OVERRIDES: Final = "\u202d\u202e"
_CLOSING: Final = {"\u202c": _EMBEDDINGS, "\u2069": _ISOLATES}
_DIRECTIONS: Final = re.compile(f"[{_EMBEDDINGS}{_ISOLATES}{_OVERRIDES}{''.join(_CLOSING)}]")
_WRAPPED: Final = re.compile(r"([\u202a\u202b])([^\u202a-\u202e]*)\u202c|([\u2066-\u2068])([^\u2066-\u2069]*)\u2069")
# What the bytes of UTF-8 look like when they are read one by one as Windows-1252.
_LEAD: Final = "\u00c2-\u00f4"
_TRAILING: Final = (
    "\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
_MISREAD: Final = re.compile(f"[{_LEAD}][{_TRAILING}]{{1,3}}")
# One look at all cells of a row: almost none has anything of this.
_SUSPECT: Final = re.compile(
    f"[{CONTROL.pattern[1:-1]}{REPLACEMENT}{_DIRECTIONS.pattern[1:-1]}]|[{_LEAD}][{_TRAILING}]"
)
_MISREAD_SPACE: Final = "\u00c2\u00a0"
_MISREAD_SIGNS: Final = frozenset(
    "\u00a1\u00a2\u00a3\u00a5\u00a7\u00a9\u00ae\u00b0\u00b1\u00b2\u00b3\u00b5\u00bc\u00bd\u00be\u00bf"
)  # after \u00c2


def may_be_damaged(text: str) -> bool:
    """Whether a closer look is worth it; where this says no, nothing below finds anything."""
    return _SUSPECT.search(text) is not None


def unwrapped(text: str) -> str:
    """The text without a pair of marks of direction around all of it, which copying leaves there."""
    found = _WRAPPED.fullmatch(text)
    return (found[2] or found[4] or "") if found else text


def find_direction_mark(text: str) -> str:
    """The first mark that turns text around or is not closed; empty if there is none."""
    if not _DIRECTIONS.search(text):
        return ""
    opened: list[str] = []
    for mark in _DIRECTIONS.findall(text):
        if mark in _OVERRIDES:
            return str(mark)
        if mark not in _CLOSING:
            opened.append(mark)
        elif opened and opened[-1] in _CLOSING[mark]:
            opened.pop()
        else:
            return str(mark)
    return opened[0] if opened else ""


def repair(text: str) -> str:
    """The text as it probably was before its UTF-8 was read as Windows-1252; as it is if nothing proves that.

    A letter and a quotation mark are no proof: Ä and “ are bytes of UTF-8 too, and „Ä“ is text.
    """
    if text.isascii() or not _MISREAD.search(text):
        return text
    found = list(_misread(text))
    if not any(_is_proof(text, start, end, read) for start, end, read in found) and not _are_adjacent(found):
        return text
    pieces, done = [], 0
    for start, end, read in found:
        pieces += [text[done:start], read]
        done = end
    return "".join([*pieces, text[done:]])


def name_of(character: str) -> str:
    """How the character is called: its code point and its name."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".strip()


def _misread(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the text has what could be the bytes of one character, and that character."""
    for found in _MISREAD.finditer(text):
        for end in range(found.end(), found.start() + 1, -1):
            read = _as_utf_8(text[found.start() : end])
            if read:
                yield found.start(), end, read
                break


def _as_utf_8(part: str) -> str:
    try:
        read = b"".join(map(_byte, part)).decode()
    except UnicodeError:
        return ""
    return read if len(read) == 1 else ""


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _is_proof(text: str, start: int, end: int, read: str) -> bool:
    """Whether these characters stand in the middle of a word, or are too many to be text themselves."""
    if text[start:end] == _MISREAD_SPACE or read in _MISREAD_SIGNS:
        return True
    code = ord(read)
    is_sign = 0x2010 <= code <= 0x203A or code in {0x20AC, 0x2122} or code >= 0x1F000
    if is_sign or not 0xA0 <= code <= 0x17F:
        return is_sign
    return text[:start][-1:].islower() or text[end : end + 1].islower()


def _are_adjacent(found: Sequence[tuple[int, int, str]]) -> bool:
    """Whether two of them follow each other, as in a word of another script."""
    return any(
        end == start and read.isalpha() and other.isalpha()
        for (_, end, read), (start, _, other) in itertools.pairwise(found)
    )
