"""Which parts of a text are tags of HTML, and which only look like it: `List<String>` and `a <b and c` have none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

BLOCKS: Final = frozenset(
    {"address", "article", "blockquote", "caption", "dd", "div", "dl", "dt", "figure", "footer", "form", "header", "hr"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th"}
    | {"thead", "tr", "ul", "br"}
)
INLINE: Final = frozenset(
    {"a", "abbr", "acronym", "b", "bdo", "big", "button", "center", "cite", "code", "del", "em", "embed", "font", "i"}
    | {"iframe", "img", "input", "ins", "kbd", "label", "mark", "nav", "object", "q", "s", "samp", "script", "small"}
    | {"span", "strike", "strong", "style", "sub", "sup", "svg", "tt", "u", "var", "video", "audio", "source", "xml"}
    | {"html", "head", "body", "meta", "link", "title", "main", "aside", "figcaption", "details", "summary", "wbr"}
)
# A tag has attributes, if anything: `a <b and c > d` has none. A comment is closed.
_SWITCH: Final = r"\s+(?:reversed|controls|checked|allowfullscreen)"
_ATTRIBUTE: Final = rf"""\s+[a-z_:@][-\w:.]*\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+)|{_SWITCH}"""
_TAG: Final = re.compile(
    rf"<!--.*?-->|<!doctype[^<>]*>|</?([a-z][a-z0-9]*(?::[a-z]+)?)(?:{_ATTRIBUTE})*\s*/?>",
    re.IGNORECASE | re.DOTALL,
)
# Tags that people leave open; of others, one without an end or an attribute is text about a tag.
LEFT_OPEN: Final = frozenset({"br", "dd", "dt", "hr", "img", "li", "p", "tbody", "td", "th", "thead", "tr", "wbr"})
_NAME_OF_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9]*(?::[a-z]+)?)", re.IGNORECASE)
BLOCK_TAG: Final = re.compile(rf"</?(?:{'|'.join(sorted(BLOCKS))})(?=[\s/>])[^<>]*>", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Whether a text has tags or comments of HTML; anything else is plain text."""
    return next(tags_in(text), None) is not None


def tags_in(text: str) -> Iterator[re.Match[str]]:
    """The tags and comments of a text; `List<String>`, `a <b and c` and "the <style> tag" have none."""
    named = {(found[1], found[2].lower()) for found in _NAME_OF_TAG.finditer(text)}
    for found in _TAG.finditer(text):
        name = (found[1] or "").lower()
        is_paired = {("", name), ("/", name)} <= named
        is_known = name in BLOCKS or name in INLINE or (":" in name and is_paired)
        if not name or (is_known and (is_paired or name in LEFT_OPEN or "=" in found[0])):
            yield found
