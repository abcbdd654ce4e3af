"""The part of the upload page that matches the columns of a sheet: what it shows, and what was chosen in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import Group
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.operations import ColumnFacts, OperationFacts
from course_discovery_bulk.problems import (
    COLUMNS_MATCHED,
    MAPPING_REMEMBERED,
    MISSING_COLUMN,
    UNKNOWN_COLUMN,
    Problem,
)
from course_discovery_bulk.service import ColumnMapping
from course_discovery_bulk.service.inspection import FileLook, HeaderCell
from course_discovery_bulk.service.words import ColumnWords

REASONS: Final = {
    "chosen": _("chosen by you"),
    "remembered": _("as matched before"),
    "name": _("its own name"),
    "usual_name": _("a usual name for it"),
    "spelling": _("spelled almost like it"),
    "possible_name": _("a possible name for it"),
    "content": _("its cells look like it"),
    "none": _("no column fits"),
    "ours": _("a column of our result files"),
}
READ_AS: Final = "read-as"
NAME_LENGTH: Final = 100
_FIELD: Final = re.compile(r"(column|constant|word|join)-(.+)")
_SHOWN: Final = {kind.code for kind in (COLUMNS_MATCHED, MAPPING_REMEMBERED, MISSING_COLUMN, UNKNOWN_COLUMN)}
_LONGEST_LIST: Final = 200  # values in a drop-down; a longer list is typed


@dataclass(frozen=True, kw_only=True)
class Word:
    """A text that is none of a column's values, and what is read instead; `place` is part of its fields' names."""

    place: str
    text: str
    count: int | None  # rows; None if it was chosen before
    value: str
    suggestions: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A column of the sheet and what it is matched with."""

    cell: HeaderCell
    reason: Any  # a text in the reader's language
    words: tuple[Word, ...]
    is_settled: bool  # no choice of the reader's: its own name, or one of our result columns

    @property
    def asks(self) -> bool:
        """Whether a person should look at it."""
        return (bool(self.cell.proposed) and not self.cell.is_certain) or any(not word.value for word in self.words)


@dataclass(frozen=True, kw_only=True)
class Constant:
    """A required column that the sheet lacks: the value of all rows."""

    column: ColumnFacts
    value: str

    @property
    def has_list(self) -> bool:
        return 0 < len(self.column.allowed or ()) <= _LONGEST_LIST


@dataclass(frozen=True, kw_only=True)
class Join:
    """A column that several columns of the sheet were matched with."""

    column: str
    headers: tuple[str, ...]
    is_wanted: bool


@dataclass(frozen=True, kw_only=True)
class MatchingTable:
    """Everything that the table shows."""

    lines: tuple[Line, ...]
    constants: tuple[Constant, ...]
    joins: tuple[Join, ...]
    required: tuple[str, ...]  # the columns to choose from
    optional: tuple[str, ...]
    remembered: str  # the name of what was applied because it fitted before
    groups: tuple[Group, ...]
    save_as: str
    is_open: bool

    @property
    def is_needed(self) -> bool:
        """Whether anything differs from a sheet with our own names."""
        return bool(self.constants or self.joins) or any(not line.is_settled or line.asks for line in self.lines)

    def shows(self, problem: Problem) -> bool:
        """Whether the table itself says what a problem says."""
        if not self.is_needed or problem.code not in _SHOWN:
            return False
        lacking = {constant.column.name for constant in self.constants}
        return problem.code != MISSING_COLUMN.code or problem.column in lacking

    @property
    def questions(self) -> int:
        """How many things a person should look at."""
        return sum(line.asks for line in self.lines) + sum(not constant.value for constant in self.constants)


def matching_table(request: HttpRequest, look: FileLook, facts: OperationFacts) -> MatchingTable:
    """The table for a file that was looked at."""
    must = {*facts.required, *facts.either}
    wanted = {*look.missing, *look.mapping.constants}
    return MatchingTable(
        lines=tuple(_lines(look)),
        constants=tuple(
            Constant(column=column, value=look.mapping.constants.get(column.name, ""))
            for column in facts.columns
            if column.name in wanted
        ),
        joins=tuple(_joins(look)),
        required=tuple(column.name for column in facts.columns if column.name in must),
        optional=tuple(column.name for column in facts.columns if column.name not in must),
        remembered=look.remembered.source if look.remembered else "",
        groups=tuple(service.groups_to_share_with(request.user)),
        save_as=request.POST.get("save_as", ""),
        is_open=not look.is_acceptable or chosen_mapping(request.POST) is not None,
    )


def read_as(chosen: Mapping[str, Any]) -> str:
    """Which headers a table is about: choices about reading that give a file other headers."""
    return "|".join(str(chosen.get(name) or "") for name in ("sheet", "header_row", "delimiter"))


def chosen_mapping(form: QueryDict) -> ColumnMapping | None:
    """What was chosen in the table; None if it was not there, or the file is to be read with other headers now."""
    if READ_AS in form and form[READ_AS] != read_as(form.dict()):
        return None
    given = [(match[1], match[2], str(form[name]).strip()) for name in form if (match := _FIELD.fullmatch(name))]
    if not given:
        return None
    columns: dict[str, str] = {}
    for kind, place, value in given:
        header = form.get(f"header-{place}", "")
        if kind == "column" and (value or not columns.get(header)):  # of two with one name the one that is matched
            columns[header] = value
    words: dict[str, dict[str, str]] = {}
    for kind, place, value in given:
        if kind == "word" and value:
            words.setdefault(place.rpartition("-")[0], {})[form.get(f"text-{place}", "")] = value
    joined = {column for kind, column, _on in given if kind == "join"}
    joins = {column: [header for header, value in columns.items() if value == column] for column in joined}
    return ColumnMapping.from_dict(
        {
            "columns": columns,
            "constants": {column: value for kind, column, value in given if kind == "constant" and value},
            "values": words,
            "joins": {column: {"headers": headers} for column, headers in joins.items() if len(headers) > 1},
        }
    )


def save_mapping(request: HttpRequest, task: BulkOperationTask) -> None:
    """Keep what was matched under the name that was given, if one was."""
    name = "".join(filter(str.isprintable, request.POST.get("save_as", ""))).strip()[:NAME_LENGTH]
    if name and task.mapping:
        group = service.groups_to_share_with(request.user).filter(pk=_number(request.POST.get("share_with"))).first()
        mapping = service.ColumnMapping.from_dict(task.mapping)
        service.save_mapping(
            request.user,
            name=name,
            task_type=task.task_type,
            headers=task.headers,
            mapping=mapping,
            group=group,
            reading=service.choices_of(task),
        )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _lines(look: FileLook) -> Iterator[Line]:
    unknown = {words.column: words for words in look.unknown_words}
    for cell in look.header:
        yield Line(
            cell=cell,
            reason=REASONS[cell.reason],
            words=tuple(_words(cell.proposed, unknown.pop(cell.proposed, None), look)) if cell.proposed else (),
            is_settled=cell.reason in ("name", "ours"),
        )


def _words(column: str, unknown: ColumnWords | None, look: FileLook) -> Iterator[Word]:
    """The texts to match: those chosen before, then those that are still unknown."""
    chosen = look.mapping.values.get(column, {})
    for place, (text, value) in enumerate(chosen.items()):
        others = (value,)
        yield Word(place=f"{column}-{place}", text=text, count=None, value=value, suggestions=(), others=others)
    if unknown and len(unknown.allowed) <= _LONGEST_LIST:
        for place, word in enumerate(unknown.words, start=len(chosen)):
            yield Word(
                place=f"{column}-{place}",
                text=word.text,
                count=word.count,
                value="",
                suggestions=word.suggestions,
                others=tuple(value for value in unknown.allowed if value not in word.suggestions),
            )


def _joins(look: FileLook) -> Iterator[Join]:
    counts = Counter(cell.proposed for cell in look.header if cell.proposed)
    for column, count in counts.items():
        if count > 1:
            headers = tuple(cell.text for cell in look.header if cell.proposed == column)
            yield Join(column=column, headers=headers, is_wanted=column in look.mapping.joins)
