"""The header line: how column names are compared, and what is wrong with those a file has.

Sits between reading a file and checking its rows: `normalise_header` is the one rule for what a header means, for the
cells of a row as well; `check_headers` compares a file's headers with the columns of an operation. The headers that
our own files add to the uploaded ones are known here too, so that those files can be uploaded as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from course_discovery_bulk.problems import (
    DUPLICATE_COLUMN,
    MISSING_COLUMN,
    NO_HEADER,
    UNKNOWN_COLUMN,
    Place,
    Problem,
    clip,
    problem,
    suggestion,
)
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.text.nearest import nearest

# Characters without width or meaning of their own that copying leaves in a text, the byte order mark among them.
INVISIBLE: Final = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

RESULT_HEADERS: Final = ("line", "status", "codes", "messages", "key", "link")
EDITED_SINCE: Final = "edited_since"
CANNOT_UNDO: Final = "cannot_undo"
UNDO_EXPECTS: Final = "undo_expects"
IGNORED_HEADERS: Final = frozenset({*RESULT_HEADERS, EDITED_SINCE, CANNOT_UNDO, UNDO_EXPECTS})

_HEADER_LINE: Final = 1
_EXAMPLES: Final = 3
_REMOVE_INVISIBLE: Final = dict.fromkeys(map(ord, INVISIBLE))
_BLANKS: Final = re.compile(r"\s+")


def normalise_header(text: str) -> str:
    """The form in which headers are compared: NFKC, lower case, `_` for blanks, nothing invisible."""
    plain = unicodedata.normalize("NFKC", text.translate(_REMOVE_INVISIBLE)).lower()
    return _BLANKS.sub("_", plain.strip())


def check_headers(
    headers: Sequence[str], *, known: Mapping[str, str], required: Collection[str], operation: str
) -> list[Problem]:
    """What is wrong with the headers of a file, all at once; unknown columns are only noted, our own not even that.

    `known` maps every accepted name (aliases too, normalised) to the column it means; `required` names columns.
    """
    found = [(header, known.get(normalise_header(header))) for header in headers]
    given = {column for _header, column in found if column}
    if not given:
        examples = ", ".join(_examples(known, required))
        return [problem(NO_HEADER, Place(line=_HEADER_LINE), operation=operation, examples=examples)]
    fine = {"", *IGNORED_HEADERS}
    unknown = [header for header, column in found if column is None and normalise_header(header) not in fine]
    columns = dict.fromkeys([*known.values(), *required])
    missing = [column for column in columns if column in required and column not in given]
    free = {name: column for name, column in known.items() if column not in given}
    return [
        *_missing(missing, unknown, free, operation),
        *_duplicates(found),
        *_unknown(unknown, free, operation),
    ]


def _examples(known: Mapping[str, str], required: Collection[str]) -> list[str]:
    columns = list(dict.fromkeys(known.values()))
    return ([column for column in columns if column in required] or columns)[:_EXAMPLES]


def _missing(
    missing: Sequence[str], unknown: Sequence[str], free: Mapping[str, str], operation: str
) -> Iterator[Problem]:
    meant = {_nearest(header, free): header for header in reversed(unknown)}
    for column in missing:
        header = next((header for name, header in meant.items() if name and free[name] == column), None)
        likely = [clip(header) or ""] if header else []
        place = Place(line=_HEADER_LINE, column=column)
        yield problem(MISSING_COLUMN, place, operation=operation, suggestion=suggestion(likely))


def _duplicates(found: Sequence[tuple[str, str | None]]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    told = set()
    for header, column in found:
        name = column or normalise_header(header)
        if name in first and name not in told:
            told.add(name)
            yield problem(DUPLICATE_COLUMN, _place(header), column=_with_other_name(header, first[name]))
        if name:
            first.setdefault(name, header)


def _with_other_name(header: str, other: str) -> str:
    """The header, and where an earlier one means the same by another name, that one too."""
    if normalise_header(header) == normalise_header(other):
        return clip(header.strip()) or ""
    return Phrase(_("{name} (the same as {other})"), name=clip(header.strip()) or "", other=clip(other.strip()) or "")


def _unknown(unknown: Sequence[str], free: Mapping[str, str], operation: str) -> Iterator[Problem]:
    for header in dict.fromkeys(unknown):
        meant = _nearest(header, free)
        likely = [meant] if meant else []
        yield problem(UNKNOWN_COLUMN, _place(header), operation=operation, suggestion=suggestion(likely))


def _nearest(header: str, free: Mapping[str, str]) -> str | None:
    """The accepted name most like the header, of a column the file does not have yet."""
    return next(iter(nearest(normalise_header(header), list(free))), None)


def _place(header: str) -> Place:
    return Place(line=_HEADER_LINE, column=clip(header))
