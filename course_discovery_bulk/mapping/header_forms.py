"""The forms in which a header is compared with the names that people give a column, from the fullest to the barest.

"Course Title (required)", "courseTitle" and "COURSE_TITLE *" all come down to "course title". Hints in parentheses are
kept in the first form, since "Effort (min)" needs its own, and dropped in the second.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from course_discovery_bulk.columns.headers import INVISIBLE

_INVISIBLE: Final = dict.fromkeys(map(ord, INVISIBLE))
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HINT: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NOT_IN_WORDS: Final = re.compile(r"[^\w#%]+|_+")
_QUESTION: Final = re.compile(
    r"^(?:please )?(?:enter|provide|give|specify|what is|what are|which is|when is|when does) (?:the |your |us )*"
)
_TRIMMINGS: Final = re.compile(r"^(?:the|your|a) | (?:required|optional|mandatory|utc)$")


def forms_of(header: str) -> Iterator[str]:
    """The forms of a header to look up, the one that says most first; empty ones are left out."""
    told = set[str]()
    for text in (header, _HINT.sub(" ", header)):
        plain = plain_form(text)
        for form in (plain, _without_trimmings(plain)):
            if form and form not in told:
                told.add(form)
                yield form


def plain_form(text: str) -> str:
    """Words in lower case with one blank between them, without accents, marks and invisible characters."""
    visible = text.translate(_INVISIBLE)
    apart = _HUMP.sub(" ", unicodedata.normalize("NFKC", visible))
    letters = unicodedata.normalize("NFKD", apart.casefold())
    base = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NOT_IN_WORDS.sub(" ", base).strip()


def _without_trimmings(form: str) -> str:
    bare = _QUESTION.sub("", form)
    while bare != (shorter := _TRIMMINGS.sub("", bare).strip()):
        bare = shorter
    return bare
