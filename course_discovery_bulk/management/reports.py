"""What the command says of a task that has ended or of its preview: for people, and as one JSON document."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser

from course_discovery_bulk import conf, service
from course_discovery_bulk.choices import RowStatus, TaskStatus
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.cells import PlacedProblem
from course_discovery_bulk.presentation.changes import ShownChange
from course_discovery_bulk.presentation.labels import outcome_sentence, preview_sentence, row_words
from course_discovery_bulk.presentation.links import page_address
from course_discovery_bulk.presentation.rows import RowView, view_rows
from course_discovery_bulk.presentation.side_effects import side_effects
from course_discovery_bulk.presentation.tasks import label_of, problems_of, stored_counts

PAGE: Final = 200  # rows


@dataclass(frozen=True, kw_only=True)
class Report:
    """A task as the one in whose name it ran sees it."""

    task: BulkOperationTask
    user: AbstractBaseUser

    @property
    def is_preview(self) -> bool:
        return self.task.status == TaskStatus.VALIDATED

    @property
    def counts(self) -> dict[str, int]:
        is_summed_up = self.task.is_final or self.is_preview
        return stored_counts(self.task) if is_summed_up else dict(service.progress(self.task).counts)

    @property
    def sentence(self) -> str:
        if self.is_preview:
            return preview_sentence(self.task, self.counts)
        if self.task.is_final:
            return outcome_sentence(self.task, self.counts)
        progress = service.progress(self.task)
        return f"Not at its end: {progress.processed} of {progress.total} rows had their turn."

    @property
    def effects(self) -> list[str]:
        return list(side_effects(self.task.task_summary)) if self.is_preview else []

    @property
    def page(self) -> str:
        return page_address(self.task, "task", conf.read())

    def changed_rows(self) -> Iterator[RowView]:
        """Of a preview, the rows that would be written; with what each would change."""
        rows = (
            self.task.rows.filter(status=RowStatus.PENDING).order_by("line").defer("steps") if self.is_preview else ()
        )
        remaining = iter(rows)
        while page := list(itertools.islice(remaining, PAGE)):
            yield from view_rows(self.task, page, self.user, self.task.site_domain)

    def document(self) -> dict[str, Any]:
        """All of it for programs."""
        forecast = (self.task.task_summary or {}).get("forecast", {}) if self.is_preview else {}
        return {
            "task": self.task.pk,
            "task_type": self.task.task_type,
            "file": self.task.original_filename,
            "status": str(self.task.status),
            "summary": self.sentence,
            "total": self.task.total_count,
            "counts": self.counts,
            "problems": [_problem_document(placed) for placed in problems_of(self.task)],
            "changes": [_row_document(row) for row in self.changed_rows()],
            "side_effects": forecast.get("side_effects", {}),
            "page": self.page,
        }

    def lines(self, most: int, *, is_full: bool) -> Iterator[str]:
        """All of it for people: up to `most` problems and as many changed rows, 0 for all; whole texts if asked for."""
        yield f"Task {self.task.pk}: {self.task.original_filename}, {label_of(self.task)}"
        yield self.sentence
        words = row_words(self.task, self.counts)
        for status, number in self.counts.items():
            if number:
                yield f"{number:>7}  {words[RowStatus(status)]}"
        yield from _titled("It also sets off:", (f"  {effect}" for effect in self.effects))
        changes = _limited(self.changed_rows(), most, "rows")
        yield from _titled("Changes:", _flat(partial(_row_lines, is_full=is_full), changes))
        problems = _limited(problems_of(self.task), most, "problems")
        yield from _titled("Problems:", _flat(_problem_lines, problems))
        if self.page:
            yield from ("", f"{'Apply or discard it' if self.is_preview else 'More'}: {self.page}")


def problem_lines(problems: Iterable[PlacedProblem]) -> Iterator[str]:
    """Problems of a file that was refused."""
    for placed in problems:
        yield from _problem_lines(placed)


def _problem_lines(placed: PlacedProblem) -> Iterator[str]:
    found = placed.problem
    where = [placed.address, f"row {found.line}" if found.line else "", found.column or ""]
    place = ", ".join(part for part in where if part)
    value = f" {_one_line(found.value)!r}" if found.value else ""
    lead = f"{place}{value}: " if place else ""
    yield f"  {lead}{_one_line(found.message)} ({found.code})"
    if found.hint:
        yield f"      {_one_line(found.hint)}"


def _row_lines(row: RowView, *, is_full: bool) -> Iterator[str]:
    yield "  " + ", ".join(part for part in (f"row {row.line}", row.action, row.key or row.title) if part)
    for change in row.changes:
        excerpt = change.excerpt
        is_whole = is_full or not excerpt.pieces
        before, after = (change.before, change.after) if is_whole else (excerpt.before, excerpt.after)
        note = f" ({excerpt.note})" if excerpt.note else ""
        yield f"      {change.name}: {_shown(before)} -> {_shown(after)}{note}"


def _shown(text: str) -> str:
    return _one_line(text) or "(empty)"


def _one_line(text: str) -> str:
    """Cells may hold line breaks, and characters that would steer a terminal."""
    joined = " ".join(text.split())
    return "".join(character for character in joined if character.isprintable())


def _limited(things: Iterator[Any], most: int, noun: str) -> Iterator[Any]:
    if not most:
        yield from things
        return
    yield from itertools.islice(things, most)
    if left := sum(1 for _thing in things):
        yield f"  and {left} more {noun}; --show 0 shows all"


def _flat(lines_of: Any, things: Iterable[Any]) -> Iterator[str]:
    for thing in things:
        yield from [thing] if isinstance(thing, str) else lines_of(thing)


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines below a title; nothing where there are none."""
    for place, line in enumerate(lines):
        if place == 0:
            yield from ("", title)
        yield line


def _problem_document(placed: PlacedProblem) -> dict[str, Any]:
    return {"cell": placed.address, **placed.problem.as_dict()}


def _row_document(row: RowView) -> dict[str, Any]:
    changes: Sequence[ShownChange] = row.changes
    return {
        "line": row.line,
        "action": row.action,
        "key": row.key,
        "changes": [{"field": item.name, "before": item.before, "after": item.after} for item in changes],
    }
