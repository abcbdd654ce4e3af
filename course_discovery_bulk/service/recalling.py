"""How sheets were read before: the choices are made again for the next file with the same headers.

A file that was read from its second sheet, below a title, with dates that begin with the day, needs no choice when it
comes again. What can be found out anew, such as the encoding, is only recalled if the file cannot be read without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from course_discovery_bulk import conf
from course_discovery_bulk.access import User
from course_discovery_bulk.columns.headers import has_our_names
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.mapping.signature import signature_of
from course_discovery_bulk.models import BulkOperationTask, SavedMapping
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.pipeline.peek import read_headers
from course_discovery_bulk.problems import BAD_OPTION, READING_REMEMBERED, Place, Problem, problem
from course_discovery_bulk.reading.choices import ReadingChoices
from course_discovery_bulk.reading.limits import Limits
from course_discovery_bulk.service.mappings import usable_mappings, used_tasks
from course_discovery_bulk.service.matching import Matcher
from course_discovery_bulk.service.options import checked_options

FOUND_ANEW: Final = ("encoding", "delimiter")
SHAPE: Final = (*FOUND_ANEW, "sheet", "header_row")  # decides which headers a file has
READING_OPTIONS: Final = (*SHAPE, "date_order", "decimal")
MOST_TRIED: Final = 3  # ways of reading a file whose headers do not tell which
_MOST_LOOKED_AT: Final = 20  # mappings and tasks


@dataclass(frozen=True, kw_only=True)
class Recalled:
    """Choices that were made for an earlier file, and its name or that of the saved mapping."""

    options: Mapping[str, Any]
    source: str

    @property
    def note(self) -> Problem:
        choices = ", ".join(f"{name} = {value}" for name, value in self.options.items())
        return problem(READING_REMEMBERED, source=self.source, choices=choices)


@dataclass(frozen=True, kw_only=True)
class _Earlier:
    """What was chosen for files with these headers."""

    signature: str
    options: Mapping[str, Any]
    source: str


def reading_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of an upload's options that say how its file is read."""
    return {name: options[name] for name in READING_OPTIONS if options.get(name)}


def checked_reading(given: Mapping[str, Any], task_type: str) -> dict[str, Any]:
    """Choices about reading that somebody wants to keep; UploadRefused if one is not possible."""
    checked = checked_options(given, get_operation(task_type))
    wrong = [
        problem(BAD_OPTION, Place(column=name), option="reading", allowed=", ".join(READING_OPTIONS))
        for name in checked
        if name not in READING_OPTIONS
    ]
    if wrong:
        raise UploadRefused(wrong)
    return checked


def choices_of(task: BulkOperationTask) -> dict[str, Any]:
    """How the file of a task is read: as was chosen with it, or recalled for it."""
    return {**task.reading.get("recalled", {}), **reading_options(task.options)}


def recall_reading(file: BinaryIO, matcher: Matcher, given: Mapping[str, Any]) -> Recalled | None:
    """What was chosen for the newest earlier file that this one is like; `given` are the options of this upload."""
    earlier = [found for found in _newest(matcher.user, matcher.operation.type) if found.options]
    if not earlier:
        return None
    has_shape = any(given.get(name) for name in SHAPE)
    headers = _headers(file, matcher, given)
    if has_our_names(headers):
        return None
    signature = signature_of(headers) if headers else ""
    earlier.sort(key=lambda found: found.signature != signature)
    for found in earlier[:MOST_TRIED]:
        left_out = {*given, *(SHAPE if has_shape else FOUND_ANEW if headers else ())}
        options = {name: value for name, value in found.options.items() if name not in left_out}
        if options and _fits(file, matcher, found, {**given, **options}, signature):
            return Recalled(options=options, source=found.source)
    return None


def _fits(file: BinaryIO, matcher: Matcher, earlier: _Earlier, options: Mapping[str, Any], signature: str) -> bool:
    """Whether the file, read so, has the headers of the earlier one."""
    if not any(options.get(name) for name in SHAPE):
        return earlier.signature == signature
    headers = _headers(file, matcher, options)
    return bool(headers) and signature_of(headers) == earlier.signature


def _headers(file: BinaryIO, matcher: Matcher, options: Mapping[str, Any]) -> tuple[str, ...]:
    """The headers of the file if it is read so; none if it cannot be."""
    file.seek(0)
    known, choices = frozenset(matcher.headers_to_look_for()), ReadingChoices.from_options(options)
    try:
        return read_headers(file, Limits.from_settings(conf.read()), known_headers=known, choices=choices)
    except UploadRefused:
        return ()


def _newest(user: User, task_type: str) -> list[_Earlier]:
    """Of files with the same headers the newest choices, those of saved mappings and of the person's own uploads."""
    saved = usable_mappings(user).filter(task_type=task_type).order_by("-modified")[:_MOST_LOOKED_AT]
    tasks = used_tasks(user, task_type).exclude(signature="")[:_MOST_LOOKED_AT]
    found = [
        *((item.modified, _of_mapping(item)) for item in saved),
        *((task.created, _of_task(task)) for task in tasks),
    ]
    newest: dict[str, _Earlier] = {}
    for _when, earlier in sorted(found, key=lambda pair: pair[0], reverse=True):
        newest.setdefault(earlier.signature, earlier)
    return list(newest.values())


def _of_mapping(saved: SavedMapping) -> _Earlier:
    return _Earlier(signature=saved.signature, options=saved.reading, source=saved.name)


def _of_task(task: BulkOperationTask) -> _Earlier:
    return _Earlier(signature=task.signature, options=choices_of(task), source=task.original_filename)
