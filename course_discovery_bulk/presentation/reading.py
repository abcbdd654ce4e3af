"""How a file is read, in words: what its upload found out about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext, gettext_lazy

from course_discovery_bulk.reading.choices import DELIMITER_NAMES
from course_discovery_bulk.reading.encodings.names import NAMES, label_of
from course_discovery_bulk.reading.splitting import DELIMITERS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FACT_WORDS: Final = {
    "kind": gettext_lazy("Format"),
    "encoding": gettext_lazy("Encoding"),
    "sheet": gettext_lazy("Sheet"),
    "header_line": gettext_lazy("Line of the header"),
    "delimiter": gettext_lazy("Cells are separated by"),
}
DECIMAL_WORDS: Final = {"point": gettext_lazy("point (1,234.50)"), "comma": gettext_lazy("comma (1.234,50)")}
TOLD_IN_NOTES: Final = frozenset({"evidence", "recalled"})


def encoding_choices() -> list[tuple[str, str | _StrPromise]]:
    """The encodings that may be chosen for a file, and what people call them."""
    return [("", gettext_lazy("Find out")), *((name, gettext_lazy(label_of(name))) for name in NAMES)]


def delimiter_choices() -> list[tuple[str, str | _StrPromise]]:
    """What may be chosen to separate the cells of a file, and what people call it."""
    return [(name, gettext_lazy(DELIMITERS[character])) for name, character in DELIMITER_NAMES.items()]


def decimal_choices() -> list[tuple[str, str | _StrPromise]]:
    """What may be chosen as the mark before decimals, and what people call it."""
    return [("", gettext_lazy("Find out")), *DECIMAL_WORDS.items()]


def reading_in_words(reading: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each fact with its name, in the reader's language; facts that a file of its kind does not have are left out."""
    shown = {name: value for name, value in reading.items() if value not in ("", None) and name not in TOLD_IN_NOTES}
    return [(str(FACT_WORDS.get(name, name)), _value_in_words(name, value)) for name, value in shown.items()]


def _value_in_words(name: str, value: Any) -> str:
    return gettext(DELIMITERS[value]) if name == "delimiter" and value in DELIMITERS else str(value)
