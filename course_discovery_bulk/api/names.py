"""Names in a request: one that means nothing is refused, because what it was meant to do would not be done.

`dryrun=true` once wrote the courses that its sender wanted to preview.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rest_framework.exceptions import ValidationError

from course_discovery_bulk.text.nearest import nearest
from course_discovery_bulk.text.null_characters import names_with_null

NO_NULLS: Final = "Null characters (U+0000) are not allowed."


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise ValidationError with a text for each name that is not known, and the known one that it looks like."""
    names = sorted(known)
    unknown = {name: [_text(name, names)] for name in given if name not in names}
    if unknown:
        raise ValidationError(unknown)


def refuse_null(given: Iterable[tuple[str, Any]]) -> None:
    """Raise ValidationError for each name that has a null character in it or in its value."""
    wrong = names_with_null(given)
    if wrong:
        raise ValidationError({name: [NO_NULLS] for name in wrong})


def _text(name: str, known: list[str]) -> str:
    close = nearest(name.lower().replace("-", "_"), known)
    if close:
        return f"Unknown name. Did you mean {close[0]}?"
    return f"Unknown name. Use one of: {', '.join(known)}." if known else "Unknown name. This address takes none."
