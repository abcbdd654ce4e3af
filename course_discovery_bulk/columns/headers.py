"""The header line: how column names are compared, and what is wrong with those a file has.

Sits between reading a file and checking its rows: `normalise_header` is the one rule for what a header means, for the
cells of a row as well; `check_headers` compares a file's headers with the columns of an operation. The headers that
our own files add to the uploaded ones are known here too, so that those files can be uploaded as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
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

UPLOAD_NUMBER: Final = "upload_number"  # of the upload that the file is made of; its rows are told by their line
LINE: Final = "line"
RESULT_HEADERS: Final = (LINE, "status", "codes", "messages", "key", "link", "edited", UPLOAD_NUMBER)
EDITED_SINCE: Final = "edited_since"
CANNOT_UNDO: Final = "cannot_undo"
UNDO_EXPECTS: Final = "undo_expects"
EXPORTED_AT: Final = "exported_at"
EXPORTED_VERSION: Final = "exported_version"
COURSE_TITLE: Final = "course_title (for reference)"
# Each set of names tells a file that we wrote. People have columns named status or line too, but not all of these.
_OUR_MARKS: Final = (
    frozenset({"line", "status", "codes"}),
    frozenset({EDITED_SINCE, CANNOT_UNDO}),
    frozenset({UNDO_EXPECTS}),
    frozenset({EXPORTED_AT}),
    frozenset({EXPORTED_VERSION}),
)
_WHOLLY_OURS: Final = frozenset({UNDO_EXPECTS, EXPORTED_AT, EXPORTED_VERSION})

# Behind the name of an uploaded column in our own files, where it is called like one of ours.
UPLOADED: Final = " (uploaded)"

_EXAMPLES: Final = 3
_REMOVE_INVISIBLE: Final = dict.fromkeys(map(ord, INVISIBLE))
_CAMEL_CASE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")  # startDate
_GAPS: Final = re.compile(r"[\s_\-\u2010-\u2015]+")
# What people add to a name to say that the column must be filled, or need not be.
_MARKS: Final = " \t\n*:"
_MARKING_WORDS: Final = tuple(f"({word})" for word in ("required", "mandatory", "optional"))
_REMARK: Final = re.compile(r"_?[(\[].*$")


def normalise_header(text: str) -> str:
    """The form in which headers are compared: lower case, `_` between words, nothing invisible.

    `Start Date`, `start-date`, `startDate`, `start_date*` and `Start date (required)` are one name.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_REMOVE_INVISIBLE)).strip()
    return _GAPS.sub("_", _CAMEL_CASE.sub("_", _without_marks(plain))).lower()


def cell_names(headers: Iterable[str]) -> list[str]:
    """The name that the cells of each column have among those of their row; the second of one name gets a number."""
    seen: Counter[str] = Counter()
    names = []
    for name in map(normalise_header, headers):
        seen[name] += 1
        names.append(f"{name} {seen[name]}" if name and seen[name] > 1 else name)  # no other name has a blank
    return names


def name_as_uploaded(header: str) -> str:
    """The normalised name that a column had when it was uploaded, whatever our own files call it."""
    name, mark = normalise_header(header), normalise_header(UPLOADED)
    bare = name.removesuffix(f"_{mark}")
    return bare if bare in RESULT_HEADERS else name


def _without_marks(text: str) -> str:
    bare = text.strip(_MARKS)
    word = next((word for word in _MARKING_WORDS if bare[-len(word) :].lower() == word), "")
    return bare.removesuffix(bare[-len(word) :]).strip(_MARKS) if word and bare != word else bare or text


IGNORED_HEADERS: Final = frozenset(
    {
        *RESULT_HEADERS,
        EDITED_SINCE,
        CANNOT_UNDO,
        UNDO_EXPECTS,
        EXPORTED_AT,
        EXPORTED_VERSION,
        normalise_header(COURSE_TITLE),
    }
)


def is_ours(headers: Iterable[str]) -> bool:
    """Whether these are the headers of a file that we wrote, perhaps edited since."""
    return has_our_marks({normalise_header(header) for header in headers})


def has_our_names(headers: Iterable[str]) -> bool:
    """Whether we wrote every column of this file: an undo or an export, in which a header means what its name says."""
    return not _WHOLLY_OURS.isdisjoint(map(normalise_header, headers))


def has_our_marks(names: AbstractSet[str]) -> bool:
    """`is_ours` for names in the form in which they are compared."""
    return any(marks <= names for marks in _OUR_MARKS)


def check_headers(
    headers: Sequence[str], *, known: Mapping[str, str], required: Collection[str], operation: str, line: int = 1
) -> list[Problem]:
    """What is wrong with the headers of a file, all at once; unknown columns are only noted, our own not even that.

    `known` maps every accepted name (aliases too, normalised) to the column it means; `required` names columns. A name
    that is nearly that of a missing column is told there and nowhere else.
    """
    found = [(header, known.get(normalise_header(header))) for header in headers]
    given = {column for _header, column in found if column}
    if not given:
        examples = ", ".join(_examples(known, required))
        return [problem(NO_HEADER, Place(line=line), operation=operation, examples=examples)]
    fine = {"", *(IGNORED_HEADERS if is_ours(headers) else ())}
    unknown = [header for header, column in found if column is None and normalise_header(header) not in fine]
    columns = dict.fromkeys([*known.values(), *required])
    missing = [column for column in columns if column in required and column not in given]
    free = {name: column for name, column in known.items() if column not in given}
    meant = _meant(missing, unknown, free)
    return [
        *(_missing(column, meant.get(column), operation, line) for column in missing),
        *_duplicates(found, line),
        *_unknown([header for header in unknown if header not in meant.values()], free, operation, line),
    ]


def _examples(known: Mapping[str, str], required: Collection[str]) -> list[str]:
    columns = list(dict.fromkeys(known.values()))
    return ([column for column in columns if column in required] or columns)[:_EXAMPLES]


def _meant(missing: Sequence[str], unknown: Sequence[str], free: Mapping[str, str]) -> dict[str, str]:
    """For each missing column the header that nearly names it."""
    named = {free[name]: header for header in reversed(unknown) if (name := _nearest(header, free))}
    return {column: named[column] for column in missing if column in named}


def _missing(column: str, header: str | None, operation: str, line: int) -> Problem:
    likely = [clip(header) or ""] if header else []
    return problem(MISSING_COLUMN, Place(line=line, column=column), operation=operation, suggestion=suggestion(likely))


def _duplicates(found: Sequence[tuple[str, str | None]], line: int) -> Iterator[Problem]:
    first: dict[str, str] = {}
    told = set()
    for header, column in found:
        name = column or normalise_header(header)
        if column and name in first and name not in told:
            told.add(name)
            yield problem(DUPLICATE_COLUMN, _place(header, line), column=_with_other_name(header, first[name]))
        if name:
            first.setdefault(name, header)


def _with_other_name(header: str, other: str) -> str:
    """The header, and where an earlier one means the same by another name, that one too."""
    if normalise_header(header) == normalise_header(other):
        return clip(header.strip()) or ""
    return Phrase(_("{name} (the same as {other})"), name=clip(header.strip()) or "", other=clip(other.strip()) or "")


def _unknown(unknown: Sequence[str], free: Mapping[str, str], operation: str, line: int) -> Iterator[Problem]:
    for header in {normalise_header(header): header for header in reversed(unknown)}.values():
        meant = _nearest(header, free)
        likely = [meant] if meant else []
        yield problem(UNKNOWN_COLUMN, _place(header, line), operation=operation, suggestion=suggestion(likely))


def _nearest(header: str, free: Mapping[str, str]) -> str | None:
    """The accepted name most like the header, of a column the file does not have yet."""
    name = _REMARK.sub("", normalise_header(header))
    return next(iter(nearest(name, list(free))), None)


def _place(header: str, line: int) -> Place:
    return Place(line=line, column=clip(header))
