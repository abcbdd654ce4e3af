"""Version marks: what an export held of a row, so that an edited export overwrites nothing that was changed since.

A mark has a digest of each exported cell. A row of an edited export is compared with a new export of the same thing
when it is planned, and again shortly before it is sent: it is refused if it would write a column whose cell is no
longer what the export had. What it does not write may change as it likes. Pure, as planning is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.headers import EXPORTED_VERSION
from course_discovery_bulk.data import CleanRow, CourseSnapshot, RowPlan, fold
from course_discovery_bulk.operations.base import Operation, PlanInput, Texts
from course_discovery_bulk.operations.refusals import refused
from course_discovery_bulk.operations.undoing import columns_of
from course_discovery_bulk.problems import STALE_EXPORT, Place, Problem, clip, problem
from course_discovery_bulk.text.comparing import Comparison
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_FORM: Final = "v1."  # before the digests: another form of marks gets another number
_TAG: Final = 2  # bytes that say which column a digest is of
_DIGEST: Final = 4  # bytes
Marks = Mapping[bytes, Collection[bytes]]  # tag of a column -> digests


def write_mark(texts: Texts, columns: Iterable[Column]) -> str:
    """The mark of an exported row; `columns` are those that the file shows."""
    parts = (_tag(column) + _digest(column, texts.get(column.name, "")) for column in columns)
    return _FORM + base64.urlsafe_b64encode(b"".join(parts)).decode().rstrip("=")


def read_mark(cell: str) -> Marks | None:
    """The digests in a mark; None if it is not one of ours."""
    text = cell.strip()
    try:
        content = base64.b64decode(_padded(text.removeprefix(_FORM)), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    size = _TAG + _DIGEST
    if not text.startswith(_FORM) or not content or len(content) % size:
        return None
    found: dict[bytes, set[bytes]] = {}
    for at in range(0, len(content), size):
        found.setdefault(content[at : at + _TAG], set()).add(content[at + _TAG : at + size])
    return found


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def refuse_stale(row: CleanRow, plan: RowPlan, operation: Operation, given: PlanInput) -> RowPlan:
    """The plan of a row, or its refusal if it would overwrite what was changed since its export."""
    marks = read_mark(row.version) if row.version and not given.overwrites_later_edits else None
    if not marks or not plan.steps or operation.export is None:
        return plan
    written = _written(plan, given)
    exported = _exported_now(row, operation, given, written)
    if found := [*_changed_since(row, marks, exported, written)]:
        return replace(refused(row, [*plan.problems, *found], key=plan.object_key), course_uuid=plan.course_uuid)
    return plan


def _written(plan: RowPlan, given: PlanInput) -> list[Column]:
    """The columns that the plan writes; of a plan that changes no field, such as that of an editor, all of them.

    What other rows of the same task have written of the course is no surprise.
    """
    named = _names_at(plan.changes, given) or {column.name for column in given.columns}
    expected = _names_at(given.own_paths, given)
    return [column for column in given.columns if column.name in named - expected and not column.is_order]


def _names_at(paths: Iterable[str], given: PlanInput) -> set[str]:
    return {column.name for path in paths for column in columns_of(path, given.columns)}


def _exported_now(row: CleanRow, operation: Operation, given: PlanInput, written: Sequence[Column]) -> list[Texts]:
    """What a new export would have of the things that the row names, in the columns that matter."""
    assert operation.export is not None  # the caller has looked
    needed = [column for column in given.columns if column in written or column.unread]
    courses = _named_courses(row, operation, given)
    return [texts for course in courses for texts in operation.export(course, given.lookups, needed)]


def _named_courses(row: CleanRow, operation: Operation, given: PlanInput) -> Iterator[CourseSnapshot]:
    """The courses that the row names, each with only those of its runs that the row names."""
    needs = operation.needs(row.values)
    runs = [found for key in needs.runs if (found := given.state.run(key))]
    courses = [course for name in needs.courses if (course := given.state.course(name))]
    for uuid, course in {course.uuid: course for course in (*courses, *(course for course, _run in runs))}.items():
        named = {fold(run.key) for owner, run in runs if owner.uuid == uuid}
        yield replace(course, runs=tuple(run for run in course.runs if fold(run.key) in named))


def _changed_since(
    row: CleanRow, marks: Marks, exported: Sequence[Texts], written: Iterable[Column]
) -> Iterator[Problem]:
    marked = [column for column in written if _tag(column) in marks]
    if not marked:
        return

    def changed(texts: Texts) -> list[Column]:
        return [column for column in marked if _digest(column, texts.get(column.name, "")) not in marks[_tag(column)]]

    texts = min(exported, key=lambda texts: len(changed(texts)), default={})  # of several, the row that is meant
    for column in changed(texts):
        now = texts.get(column.name, "")
        shown = Phrase(_("“{value}”"), value=clip(now) or "") if now else Phrase(_("empty"))
        yield problem(STALE_EXPORT, Place(line=row.line, column=column.name), now=shown, mark=EXPORTED_VERSION)


def _tag(column: Column) -> bytes:
    return hashlib.sha256(column.name.encode()).digest()[:_TAG]


def _digest(column: Column, text: str) -> bytes:
    form = ",".join(sorted(text.casefold().split(", "))) if column.comparison is Comparison.UNORDERED else text.strip()
    return hashlib.sha256(f"{column.name}\0{form}".encode("utf-8", "surrogatepass")).digest()[:_DIGEST]
