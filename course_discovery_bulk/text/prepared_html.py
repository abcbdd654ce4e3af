"""HTML as it is sent to discovery, chosen so that what discovery stores reads as what was written.

Discovery turns HTML into Markdown and back (`discovery_html`), which loses or rewrites more than people expect: a `<`
that opens no tag swallows words, `__init__` becomes bold, line breaks vanish. Here a text is prepared so that every
visible word survives if that is possible; if not, what would be lost is named before anything is written.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
from bs4.dammit import EntitySubstitution
from bs4.formatter import HTMLFormatter

from course_discovery_bulk.text.discovery_html import RECENT_TEXTS, clean_html, find_refused_markup
from course_discovery_bulk.text.html_tags import BLOCK_TAG, is_html, tags_in
from course_discovery_bulk.text.plain_lines import paragraphs, resolved
from course_discovery_bulk.text.visible_text import VisibleText, read_html, visible_words

CHANGES_MEANING: Final = frozenset({"sup", "sub", "del", "s", "strike"})  # 10<sup>6</sup> would be stored as 106
SAME_TAG: Final = {"b": "strong", "i": "em"}
# What a text may shed without anybody missing it.
SILENT: Final = frozenset({"html", "head", "body", "div", "span", "p", "br", "wbr", "tbody", "thead", "center", "main"})
# Characters that mean something in HTML or Markdown; as references to their numbers they come back as themselves.
MARKUP_CHARACTERS: Final = re.compile(r"[<>&*_`#\[\]\\~!|+\-]")
_BOLD: Final = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD: Final = re.compile(r"font-weight\s*:\s*(normal|[1-5]00)", re.IGNORECASE)
_ITALIC: Final = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class PreparedHtml:
    """A text as it is sent, as discovery will store it, and what of it does not survive."""

    sent: str
    stored: str
    lost: str = ""  # the first visible words that would be stored otherwise
    split: str = ""  # the first words that gain a blank between their letters, if that is all that changes
    meaning_lost: tuple[str, ...] = ()  # tags without which the text says something else
    formatting_lost: tuple[str, ...] = ()  # tags that are dropped, their text is kept
    refused: str | None = None  # why discovery would refuse it

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the text would be visible."""
        return not visible_words(self.stored) and "<img" not in self.stored


@lru_cache(maxsize=RECENT_TEXTS)
def prepare_html(text: str) -> PreparedHtml:
    """The text as it should be sent: as it is, tidied or protected, whichever keeps all of its words first."""
    tidy = _tidied(text) if is_html(text) else paragraphs(escape(resolved(text), quote=False))
    wanted = read_html(tidy)
    tried: list[tuple[str, str, VisibleText]] = []  # what is sent, what is stored, and what is read there
    for candidate in _candidates(text, tidy):
        made = clean_html(candidate)
        tried.append((candidate, made, read_html(made)))
        if tried[-1][2].words == wanted.words and not find_refused_markup(made):
            break
    else:  # none keeps all: the plainest form tells best what is lost
        tried.append(tried[0])
    sent, stored, shown = tried[-1]
    dropped = _named_alike(wanted.tags) - _named_alike(shown.tags)
    difference = _first_difference(wanted.words, shown.words)
    is_split = len(shown.words) > len(wanted.words) and "".join(shown.words) == "".join(wanted.words)
    return PreparedHtml(
        sent=sent,
        stored=stored,
        lost="" if is_split else difference,
        split=difference if is_split else "",
        meaning_lost=tuple(sorted(dropped & CHANGES_MEANING)),
        formatting_lost=tuple(sorted(dropped - CHANGES_MEANING - SILENT)),
        refused=find_refused_markup(stored),
    )


def means_the_same(one: str, other: str) -> bool:
    """Whether discovery shows the same for both, each of them a text that is sent or one that it shows.

    It may rewrite what it has written itself, so both are taken as they are and as they would become.
    """
    return not {one, clean_html(one)}.isdisjoint((other, clean_html(other)))


def _candidates(text: str, tidy: str) -> Iterator[str]:
    """One after the other: to protect a text takes longest, and is seldom needed."""
    if tidy == f"<p>{text}</p>":
        yield text
    elif is_html(text) and "font-" not in text and (BLOCK_TAG.search(text) or "\n" not in text.strip()):
        yield from dict.fromkeys((text.replace("&nbsp;", " "), tidy))
    else:
        yield tidy
    yield _protected(tidy)


def _tidied(text: str) -> str:
    """HTML in which blanks that must not break are blanks, and a `<` that opens no tag is text."""
    parts, position = [], 0
    for found in tags_in(text):
        parts += [_escaped(text[position : found.start()]), found[0]]
        position = found.end()
    parts.append(_escaped(text[position:]))
    html = _with_tags_for_styles("".join(parts))
    return paragraphs(html) if "\n" in html.strip() and not BLOCK_TAG.search(html) else html


def _with_tags_for_styles(html: str) -> str:
    """Bold and italics of word processors, which write them as styles that discovery drops, as tags that it keeps."""
    if "font-" not in html:
        return html
    soup = _parsed(html)
    for tag in soup.find_all(["b", "strong"], style=_NOT_BOLD):
        tag.unwrap()
    for style, name in ((_BOLD, "b"), (_ITALIC, "i")):
        for tag in soup.find_all("span", style=style):
            tag.wrap(soup.new_tag(name))
    return soup.body.decode_contents() if soup.body else html


def _escaped(text: str) -> str:
    return text.replace("&nbsp;", " ").replace("<", "&lt;").replace(">", "&gt;")


def _protected(html: str) -> str:
    """The same HTML with each character of its texts that Markdown or HTML could take for markup as a reference.

    The reference itself is escaped once more: discovery resolves one level before it reads the text as Markdown.
    """
    soup = _parsed(html)
    return soup.body.decode_contents(formatter=_PROTECTING) if soup.body else str(soup)


class _Protecting(HTMLFormatter):
    """Writes texts with references, and attributes as usual."""

    def attribute_value(self, value: str) -> str:
        return EntitySubstitution.substitute_xml(value)


_PROTECTING: Final = _Protecting(
    entity_substitution=lambda text: MARKUP_CHARACTERS.sub(lambda found: f"&amp;#{ord(found[0])};", text)
)


def _named_alike(tags: frozenset[str]) -> set[str]:
    return {SAME_TAG.get(tag, tag) for tag in tags}


def _first_difference(wanted: list[str], found: list[str]) -> str:
    """The words around the first place at which what is stored reads differently; empty if there is none."""
    if wanted == found:
        return ""
    place = next((i for i, (one, other) in enumerate(zip(wanted, found, strict=False)) if one != other), None)
    start = min(len(wanted), len(found)) if place is None else place
    return " ".join(wanted[start : start + 5]) or " ".join(found[start : start + 5])


def _parsed(html: str) -> BeautifulSoup:
    with warnings.catch_warnings():  # a text may be an address or a file name
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(html, "lxml")
