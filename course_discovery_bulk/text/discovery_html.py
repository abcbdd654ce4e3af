"""Repeats what discovery does to HTML before it stores it, so that a text can be checked and compared beforehand.

Discovery turns HTML into Markdown and back, which sheds styles, classes and scripts, and then refuses some of what is
left. Used when cells are read (is the text allowed?) and when changes are planned (is it other than what is stored?).
The sandbox cleans with the same functions, so replaying recorded answers against it proves them.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from html.parser import HTMLParser
from typing import Final

import markdown
from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
from html2text import HTML2Text

from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

LISTS: Final = ("ul", "ol")
RIGHT_TO_LEFT: Final = "rtl"

# Tags that are kept as HTML in the Markdown with these attributes, provided they have the first of them.
KEPT_AS_HTML: Final[dict[str, tuple[str, ...]]] = {
    "a": ("href", "title", "target", "rel"),
    "p": ("dir", "lang"),
}

ALLOWED_TAGS: Final = frozenset(
    {"a", "b", "bdo", "br", "div", "em", "i", "img", "li", "ol", "p", "span", "strong"}
    | {"table", "td", "th", "tr", "u", "ul"}
)
ALLOWED_ATTRIBUTES: Final = frozenset({"align", "dir", "lang", "style", "typeof"})
ALLOWED_ATTRIBUTES_OF: Final[dict[str, frozenset[str]]] = {
    "a": frozenset({"href", "rel", "target", "title"}),
    "img": frozenset({"alt", "height", "src", "width"}),
    "ol": frozenset({"reversed", "start", "type"}),
}

# A row is checked, planned, sent and compared; each of these asks about the same few texts.
RECENT_TEXTS: Final = 128

Attributes = dict[str, str | None]


class _MarkdownWriter(HTML2Text):
    """Writes Markdown in which links, directed paragraphs and language spans stay HTML."""

    def __init__(self) -> None:
        super().__init__(bodywidth=0)
        self.ignore_links = True
        self.wrap_links = False
        self.images_with_size = True
        self._in_directed_paragraph = False
        self._in_language_span = False

    def handle_tag(self, tag: str, attrs: Attributes, start: bool) -> None:  # noqa: FBT001 - html2text's signature
        """Write one opening or closing tag."""
        if not self._in_directed_paragraph:
            super().handle_tag(tag, attrs, start)
        elif tag not in KEPT_AS_HTML and tag != "span":
            self._write_tag(tag, attrs, start=start)
        if tag == "span":
            self._handle_span(attrs, start=start)
        elif tag in KEPT_AS_HTML:
            self._handle_kept(tag, attrs, start=start)

    def _handle_span(self, attrs: Attributes, *, start: bool) -> None:
        if start and "lang" in attrs and not self._in_language_span:
            self._in_language_span = True
            self._write_tag("span", {"lang": attrs["lang"]}, start=True)
        elif not start and self._in_language_span:
            self._in_language_span = False
            self._write_tag("span", {}, start=False)

    def _handle_kept(self, tag: str, attrs: Attributes, *, start: bool) -> None:
        kept = KEPT_AS_HTML[tag]
        if start and kept[0] in attrs:
            self._in_directed_paragraph = self._in_directed_paragraph or tag == "p"
            self._write_tag(tag, {name: value for name, value in attrs.items() if name in kept}, start=True)
        elif not start and (tag == "a" or self._in_directed_paragraph):
            self._in_directed_paragraph = self._in_directed_paragraph and tag != "p"
            self._write_tag(tag, {}, start=False)

    def _write_tag(self, tag: str, attrs: Attributes, *, start: bool) -> None:
        """Past html2text's own bookkeeping of blanks, straight to the output, as discovery does."""
        written = "".join(f' {name}="{value}"' for name, value in attrs.items())
        self.outtextf(f"<{tag}{written}>" if start else f"</{tag}>")


@lru_cache(maxsize=RECENT_TEXTS)
def clean_html(text: str) -> str:
    """What discovery makes of this HTML or plain text; cleaning the result again changes nothing.

    Plain text gains a paragraph, lines are joined, `<b>` becomes `<strong>`, and what looks like Markdown becomes it.
    """
    with warnings.catch_warnings():  # a cell may hold an address or a file name: that is no mistake of ours
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(text.replace("&nbsp;", ""), "lxml")
    directed_lists = soup.find_all(LISTS, dir=RIGHT_TO_LEFT)
    for tag in directed_lists:
        del tag["dir"]
    # An empty bold paragraph would come back as a ruled line.
    source = str(soup).replace("<p><b></b></p>", "")
    cleaned: str = markdown.markdown(_MarkdownWriter().handle(source).strip())
    if directed_lists:
        for name in LISTS:
            cleaned = cleaned.replace(f"<{name}>", f'<{name} dir="{RIGHT_TO_LEFT}">')
    return cleaned


class _Inspector(HTMLParser):
    """Notes the first thing in a text that discovery refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: str | None = None

    def _refuse(self, reason: str) -> None:
        self.refused = self.refused or reason

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self._refuse(Phrase(_("{tag} tag is not allowed"), tag=tag))
        allowed = ALLOWED_ATTRIBUTES | ALLOWED_ATTRIBUTES_OF.get(tag, frozenset())
        for name, _value in attrs:
            if name not in allowed:
                self._refuse(Phrase(_("{name} attribute is not allowed on the {tag} tag"), name=name, tag=tag))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ALLOWED_TAGS:
            self._refuse(Phrase(_("{tag} tag is not allowed"), tag=tag))

    def handle_comment(self, data: str) -> None:
        self._refuse(Phrase(_("a comment is not allowed")))

    def handle_decl(self, decl: str) -> None:
        self._refuse(Phrase(_("a declaration is not allowed")))

    def handle_pi(self, data: str) -> None:
        self._refuse(Phrase(_("an instruction is not allowed")))

    def unknown_decl(self, data: str) -> None:
        self._refuse(Phrase(_("a declaration is not allowed")))


def find_refused_markup(cleaned: str) -> str | None:
    """Why discovery would refuse a cleaned text, as in `h2 tag is not allowed`; None if it would not."""
    inspector = _Inspector()
    inspector.feed(cleaned)
    return inspector.refused
