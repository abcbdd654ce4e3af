"""Why a text is no key, as far as that can be told; and the one person that a cell names."""

from __future__ import annotations

import re
from typing import Final

from course_discovery_bulk.text.characters import name_look_alike, name_odd_character
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_RUN: Final = re.compile(r"course-v1:([^/+\s]{1,100}\+[^/+\s]{1,100})\+[^/+\s]{1,100}")
_REASONS: Final = (
    (re.compile(r"https?://", re.IGNORECASE), _("It is a web address. Write only the key.")),
    (re.compile(r".*%2B", re.IGNORECASE), _("In a key, %2B is written as +.")),
    (re.compile(r".*[;,|]"), _("Enter one key per cell. Use one row for each course.")),
    (re.compile(r"[\"'\u201c\u201e\u2018=]"), _("Remove the sign before the key.")),
    (re.compile(r"[^\s/]+[+/][^\s/]+/$"), _("Remove the slash at the end.")),
    (re.compile(r"\S+(?:\s+\+\s*|\s*\+\s+)\S+$"), _("Remove the spaces.")),
)


def key_reason(text: str, *, is_run: bool) -> str:
    """What is wrong with a text that is no key of a course, or of a run; empty if it is like nothing known."""
    if odd := odd_letter(text):
        return odd
    found = _RUN.fullmatch(text)
    if found and not is_run:
        return Phrase(_("It is the key of a run. The key of its course is {key}."), key=found[1])
    if is_run and re.fullmatch(r"[^/+\s:]{1,100}[+/][^/+\s]{1,100}", text):
        return Phrase(_("It is the key of a course. A run's key begins with course-v1:."))
    return next((Phrase(reason) for pattern, reason in _REASONS if pattern.match(text)), "")


def odd_letter(text: str) -> str:
    """The sentence that names a character which a key can't have although it looks right; empty for none."""
    return name_odd_character(text) or next(
        (found for word in re.split(r"[+/: ]", text) if (found := name_look_alike(word))), ""
    )
