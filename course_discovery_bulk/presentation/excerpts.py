"""The part of a change that a reader needs to see: what differs, with a few words around it.

Long texts are cut where nothing differs, lists say what is added and removed, and a difference that nobody could see
(a blank, capitals, an invisible character) is put into words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from course_discovery_bulk.text.folding import fold
from course_discovery_bulk.text.word_diff import Mark, Piece, compare_words, split_words

SHORT: Final = 160  # characters of a value that is shown whole
WORDS_AROUND: Final = 8
MOST_CHARACTERS: Final = 320  # of one piece that is removed or added
MOST_ITEMS: Final = 10  # of a list that are removed or added
_TAG: Final = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """What to show of a change: pieces in reading order, and what is not seen in them; no pieces: show it whole."""

    pieces: tuple[Piece, ...] = ()
    whole: tuple[Piece, ...] = ()  # the same with nothing left out
    note: str = ""
    is_list: bool = False

    @property
    def before(self) -> str:
        """The pieces as they were."""
        return self._joined(Mark.ADDED)

    @property
    def after(self) -> str:
        """The pieces as they become."""
        return self._joined(Mark.REMOVED)

    @property
    def is_cut(self) -> bool:
        """Whether something is left out."""
        return any(piece.mark is Mark.GAP for piece in self.pieces)

    def _joined(self, without: Mark) -> str:
        return (", " if self.is_list else "").join(piece.text for piece in self.pieces if piece.mark is not without)


def excerpt_of_texts(before: str, after: str) -> Excerpt:
    """The part of a text that differs; nothing for two short texts that visibly differ."""
    note = hidden_difference(before, after) if before and after else ""
    if max(len(before), len(after)) <= SHORT and not note:
        return Excerpt()
    found = _merged(compare_words(split_words(before), split_words(after)))
    pieces = [piece for place, item in enumerate(found) for piece in _shortened(item, place, len(found))]
    if _bare(before) == _bare(after):
        pieces = [_visible(piece) for piece in pieces]
    whole = tuple(Piece(mark=mark, text="".join(words)) for mark, words in found)
    return Excerpt(pieces=tuple(pieces), whole=whole, note=note)


def excerpt_of_lists(before: Sequence[str], after: Sequence[str]) -> Excerpt:
    """What a list loses and gains: of a short one every item in its place; nothing for a short one that is new."""
    is_short = len(", ".join((*before, *after))) <= 2 * SHORT
    if is_short and not (before and after):
        return Excerpt()
    whole = tuple(_each_item(before, after))
    pieces = whole if is_short else tuple(_gains_and_losses(before, after))
    return Excerpt(pieces=pieces, whole=whole, note=_same_items(before, after), is_list=True)


def excerpt_of_values(before: Any, after: Any) -> Excerpt:
    """The part that differs of values as the catalog has them."""
    if isinstance(before, list) or isinstance(after, list):
        return excerpt_of_lists([str(item) for item in before or ()], [str(item) for item in after or ()])
    if isinstance(before or after, str):
        return excerpt_of_texts(str(before or ""), str(after or ""))
    return Excerpt()


def hidden_difference(before: str, after: str) -> str:
    """In words, what is different about two texts that look the same; empty if they don't, or are the same."""
    if before == after:
        return ""
    named = _names(_hidden_characters(before) ^ _hidden_characters(after))
    if "".join(before.split()) == "".join(after.split()):
        return (
            _("Only blanks or line breaks differ: %(names)s.") % {"names": named}
            if named
            else _("Only blanks or line breaks differ.")
        )
    if _bare(before) == _bare(after):
        return (
            _("Only invisible characters differ: %(names)s.") % {"names": named}
            if named
            else _("The texts look the same, but use different characters.")
        )
    if _bare(before).casefold() == _bare(after).casefold():
        return _("Only upper and lower case differ.")
    if _bare(_TAG.sub("", before)) == _bare(_TAG.sub("", after)):
        return _("Only the formatting differs.")
    return ""


def _merged(found: Iterable[tuple[Mark, Sequence[str]]]) -> list[tuple[Mark, list[str]]]:
    """Neighbors of one mark as one, without empty ones."""
    merged: list[tuple[Mark, list[str]]] = []
    for mark, words in found:
        if words and merged and merged[-1][0] == mark:
            merged[-1][1].extend(words)
        elif words:
            merged.append((mark, list(words)))
    return merged


def _shortened(found: tuple[Mark, list[str]], place: int, count: int) -> Iterator[Piece]:
    """A run of words: of what stays the words next to a change, of what changes its beginning and end."""
    mark, words = found
    if mark is not Mark.SAME:
        yield from _cut(mark, "".join(words))
        return
    first = words[:WORDS_AROUND] if place > 0 else []
    last = words[-WORDS_AROUND:] if place < count - 1 else []
    if len(words) <= len(first) + len(last) + 1:
        yield Piece(mark=mark, text="".join(words))
        return
    if first:
        yield Piece(mark=mark, text="".join(first))
    yield Piece(mark=Mark.GAP, text="…")
    if last:
        yield Piece(mark=mark, text="".join(last))


def _cut(mark: Mark, text: str) -> Iterator[Piece]:
    if len(text) <= MOST_CHARACTERS:
        yield Piece(mark=mark, text=text)
        return
    half = MOST_CHARACTERS // 2
    yield Piece(mark=mark, text=text[:half])
    yield Piece(mark=Mark.GAP, text="…")
    yield Piece(mark=mark, text=text[-half:])


def _each_item(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    """Every item of both lists, in order."""
    for mark, items in compare_words(before, after):
        yield from (Piece(mark=mark, text=item) for item in items)


def _gains_and_losses(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    """The items that go and come, whatever their order; those that stay are counted."""
    old, new = {fold(item) for item in before}, {fold(item) for item in after}
    yield from _items(Mark.SAME, [item for item in before if fold(item) in new])
    yield from _items(Mark.REMOVED, [item for item in before if fold(item) not in new])
    yield from _items(Mark.ADDED, [item for item in after if fold(item) not in old])


def _same_items(before: Sequence[str], after: Sequence[str]) -> str:
    """In words, what is different about two lists of the same items."""
    old, new = [fold(item) for item in before], [fold(item) for item in after]
    if set(old) != set(new):
        return ""
    return _("Only the spelling differs.") if old == new else _("Only the order differs.")


def _items(mark: Mark, items: Sequence[str]) -> Iterator[Piece]:
    shown = items[:MOST_ITEMS] if mark is not Mark.SAME or len(", ".join(items)) <= SHORT else []
    for item in shown:
        yield Piece(mark=mark, text=item if len(item) <= SHORT else f"{item[: SHORT - 1]}…")
    more = len(items) - len(shown)
    if more and mark is Mark.SAME:
        yield Piece(mark=Mark.GAP, text=ngettext("%(n)d item stays", "%(n)d items stay", more) % {"n": more})
    elif more:
        yield Piece(mark=Mark.GAP, text=_("and %(n)d more") % {"n": more})


def _visible(piece: Piece) -> Piece:
    """The piece with blanks and characters that nobody sees as signs, if it changes."""
    if piece.mark not in (Mark.REMOVED, Mark.ADDED):
        return piece
    return Piece(mark=piece.mark, text="".join(_sign(character) for character in piece.text))


def _sign(character: str) -> str:
    if character == " ":
        return "␣"
    if character == "\n":
        return "↵\n"
    return f"[U+{ord(character):04X}]" if _is_hidden(character) else character


def _is_hidden(character: str) -> bool:
    return character not in " \n" and (unicodedata.category(character) in {"Cf", "Cc", "Zs", "Zl", "Zp"})


def _hidden_characters(text: str) -> set[str]:
    return set() if text.isascii() and text.isprintable() else {mark for mark in text if _is_hidden(mark)}


def _names(characters: Iterable[str]) -> str:
    return ", ".join(f"{unicodedata.name(mark, 'control')} (U+{ord(mark):04X})" for mark in sorted(characters)[:5])


def _bare(text: str) -> str:
    """A text as it looks: one form for each character, nothing invisible, no blanks."""
    shown = unicodedata.normalize("NFKC", "".join(mark for mark in text if not _is_hidden(mark)))
    return "".join(shown.split())
