"""Two texts side by side: on the left with the words that go, on the right with those that come."""

from __future__ import annotations

from dataclasses import dataclass

from course_discovery_bulk.text.html_tags import BLOCK_TAG, is_html
from course_discovery_bulk.text.visible_text import visible_words
from course_discovery_bulk.text.word_diff import Mark, Piece, compare_words, split_words


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Both texts as pieces; each leaves out what only the other one has."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A change as it is read: without tags of HTML if there are any, and then with them as well."""

    shown: Sides
    tagged: Sides | None = None  # None if the texts have no tags, or if nothing but tags differs: then they are shown


def compare_texts(before: str, after: str) -> Comparison:
    """Two texts, word by word."""
    whole = _sides(before, after)
    if not (is_html(before) or is_html(after)):
        return Comparison(shown=whole)
    old, new = _without_tags(before), _without_tags(after)
    return Comparison(shown=whole) if old == new else Comparison(shown=_sides(old, new), tagged=whole)


def _sides(before: str, after: str) -> Sides:
    found = [
        Piece(mark=mark, text="".join(words))
        for mark, words in compare_words(split_words(before), split_words(after))
        if words
    ]
    return Sides(
        before=tuple(piece for piece in found if piece.mark is not Mark.ADDED),
        after=tuple(piece for piece in found if piece.mark is not Mark.REMOVED),
    )


def _without_tags(html: str) -> str:
    """The words that a reader sees, a line for each block."""
    lines = (" ".join(visible_words(part)) for part in BLOCK_TAG.split(html))
    return "\n".join(line for line in lines if line)
