"""What a reader sees of HTML, and the tags it has: one pass of a parser that keeps nothing else.

Every text is read this way several times, as it was written and as it would be stored, so a tree is not built for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from lxml import etree

from course_discovery_bulk.text.html_tags import BLOCK_TAG

_UNSEEN: Final = frozenset({"script", "style", "template", "rt", "rp"})  # tags whose text is not shown in the line
_COUNTING: Final = ("start", "reversed", "type")  # what says how the items of a list are numbered
_BYTE_ORDER_MARK: Final = "\ufeff"


class VisibleText(NamedTuple):
    """The words that a reader sees, in order, and the tags; `ol start` for a list that counts on."""

    words: list[str]
    tags: frozenset[str]


def read_html(html: str) -> VisibleText:
    """The words and tags of a text: comments, scripts and styles say nothing, and blocks keep their words apart."""
    parser = etree.HTMLParser(target=_Reader())
    parser.feed(BLOCK_TAG.sub(r" \g<0> ", html).removeprefix(_BYTE_ORDER_MARK) or " ")
    found: VisibleText = parser.close()
    return found


def visible_words(html: str) -> list[str]:
    """The words that a reader sees, in order: without tags, comments, scripts and styles."""
    return read_html(html).words


class _Reader:
    """What the parser tells of a text."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._tags: set[str] = set()
        self._unseen = 0  # tags of this kind that are open

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._tags.add(tag)
        if tag == "ol":
            self._tags.update(f"ol {name}" for name in _COUNTING if attributes.get(name) not in {None, "1"})
        self._unseen += tag in _UNSEEN

    def end(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN

    def data(self, text: str) -> None:
        if not self._unseen:
            self._texts.append(text)

    def close(self) -> VisibleText:
        return VisibleText(words="".join(self._texts).split(), tags=frozenset(self._tags))
