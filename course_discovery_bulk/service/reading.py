"""A file as it is read: as was chosen, as such files were read before, or as it is found; and what its headers mean.

Every upload goes through here, and every look at a file that was only picked. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO, Final

from course_discovery_bulk import conf
from course_discovery_bulk.columns.evidence import say_what_was_decided
from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.data import FileFacts, RawRow
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.pipeline.read import Inspected, Limits, look_through, read_chunks
from course_discovery_bulk.pipeline.validate import validate_headers
from course_discovery_bulk.problems import Problem
from course_discovery_bulk.reading.choices import ReadingChoices
from course_discovery_bulk.service.matching import Matched, Matcher
from course_discovery_bulk.service.recalling import Recalled, recall_reading

LOOKED_AT: Final = 200  # rows


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """What a file is, what its columns mean, and what there is to say of it."""

    facts: FileFacts
    matched: Matched
    operation: Operation  # reading the file's own headers and words
    header_problems: tuple[Problem, ...]
    date_order: str | None
    recalled: Recalled | None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything there is to say, errors first."""
        return (*self.header_problems, *self.notes)

    @property
    def notes(self) -> tuple[Problem, ...]:
        recalled = (self.recalled.note,) if self.recalled else ()
        decided = say_what_was_decided(self.facts.evidence, self.date_order)
        return (*self.facts.notes, *recalled, *self.matched.notes, *decided)

    @property
    def form(self) -> dict[str, Any]:
        """How the file is to be read, as a task keeps it."""
        return {**self.facts.form, **({"recalled": dict(self.recalled.options)} if self.recalled else {})}


def check_file(file: BinaryIO, matcher: Matcher, options: Mapping[str, Any]) -> ReadFile:
    """A file that can become a task; UploadRefused, with every problem found, if it cannot."""
    found = read_file(file, matcher, options)
    if any(item.is_error for item in found.header_problems):
        raise UploadRefused(found.problems)
    return found


def read_file(file: BinaryIO, matcher: Matcher, options: Mapping[str, Any]) -> ReadFile:
    """The file with what its columns mean; UploadRefused if it cannot be read. `options` are those of the upload."""
    recalled = recall_reading(file, matcher, options)
    settled = {**(recalled.options if recalled else {}), **options}
    inspected = _look_through(file, matcher, ReadingChoices.from_options(settled))
    facts = inspected.facts
    matched = matcher.match(facts.headers, partial(first_rows, file, facts, matcher.operation))
    operation = matcher.operation.reading_by(matched.mapping)
    return ReadFile(
        facts=inspected.facts_for(operation.columns_by_header),
        matched=matched,
        operation=operation,
        header_problems=tuple(validate_headers(facts.headers, operation, line=facts.header_line)),
        date_order=settled.get("date_order"),
        recalled=recalled,
    )


def first_rows(file: BinaryIO, facts: FileFacts, operation: Operation) -> list[RawRow]:
    """The first rows of a file, enough to tell what its columns hold."""
    file.seek(0)
    limits = replace(Limits.from_settings(conf.read()), chunk_rows=LOOKED_AT)
    return next(read_chunks(file, facts, limits, takes=operation.table_types), [])


def _look_through(file: BinaryIO, matcher: Matcher, choices: ReadingChoices) -> Inspected:
    file.seek(0)
    chosen = conf.read()
    known = frozenset(matcher.headers_to_look_for())
    try:
        return look_through(
            file,
            Limits.from_settings(chosen),
            known_headers=known,
            choices=choices,
            site_order=chosen.date_order,
        )
    except UploadRefused as refusal:
        raise UploadRefused(_with_header(refusal, matcher)) from refusal


def _with_header(refusal: UploadRefused, matcher: Matcher) -> list[Problem]:
    """What reading found, and what the operation has to say of the column names: a file is refused once."""
    if not refusal.headers:
        return list(refusal.problems)
    told = {(item.code, normalise_header(item.column or "")) for item in refusal.problems}
    matched = matcher.match(refusal.headers, tuple)
    found = validate_headers(refusal.headers, matcher.operation.reading_by(matched.mapping))
    others = [item for item in found if (item.code, normalise_header(item.column or "")) not in told]
    return [*refusal.problems, *others]
