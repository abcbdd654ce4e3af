"""Two texts compared word by word: which words stay, which go, and which come.

Tags of HTML and characters of scripts without blanks count as words. The time it takes grows with the length of the
texts only: where too much differs, all of it is called replaced.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

MOST_COMPARED: Final = 1000  # words on each side, after what both begin and end with is taken off
# Scripts that part no words: Thai to Burmese, Khmer, kana and Chinese characters.
_UNPARTED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORDS: Final = re.compile(
    rf"<[^<>]{{1,200}}>\s*|[{_UNPARTED}]|[^\W{_UNPARTED}]{{1,40}}[^\w<]{{0,40}}|[^\w<]{{1,40}}|<"
)


class Mark(Enum):
    """What becomes of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    GAP = "gap"  # stands for text that is left out


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of text and what becomes of it."""

    mark: Mark
    text: str = ""


def split_words(text: str) -> list[str]:
    """The words of a text, each with the blanks and punctuation after it; together they are the text."""
    return _WORDS.findall(text)


def compare_words(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Mark, Sequence[str]]]:
    """The words of both texts in order, by what becomes of them."""
    start = _length_of_same(before, after)
    end = _length_of_same(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    yield Mark.SAME, before[:start]
    if max(len(old), len(new)) > MOST_COMPARED:
        yield from ((Mark.REMOVED, old), (Mark.ADDED, new))
    else:
        for kind, first, last, other_first, other_last in difflib.SequenceMatcher(None, old, new).get_opcodes():
            if kind == "equal":
                yield Mark.SAME, old[first:last]
            else:
                yield from ((Mark.REMOVED, old[first:last]), (Mark.ADDED, new[other_first:other_last]))
    yield Mark.SAME, before[len(before) - end :]


def _length_of_same(one: Iterable[str], other: Iterable[str]) -> int:
    """How many words two texts have in common at their beginning."""
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
