"""Which parts of a workbook make the sheet that is read, and whether they are of a size that can be.

The second step of reading a workbook, used by `workbook` alone.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.problems import FILE_TOO_LARGE, problem
from course_discovery_bulk.reading.package import WORKBOOK, Package, damaged, local_name, read_part, refused
from course_discovery_bulk.text.messages import Phrase, gettext_noop

# How many times the limit on the file its parts may take: a sheet at the limits on rows and columns needs about nine.
UNPACKED_TIMES: Final = 10

_FOLDER: Final = "xl"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The names of the parts that the sheet is made of, and from which year its dates count."""

    sheet: str
    strings: str | None
    styles: str | None
    counts_from_1904: bool


def find_layout(package: Package, *, max_bytes: int) -> Layout:
    """Where the first sheet with cells is that a person sees, with what belongs to it.

    Raises `UploadRefused` when there is none, or when the parts would take more than `UNPACKED_TIMES` of `max_bytes`.
    """
    _refuse_size(package, [WORKBOOK, _RELATIONS], limit=max_bytes)
    relations, contents = _Relations(), _Contents()
    for _ in read_part(package, _RELATIONS, starts={"Relationship": relations.add}):
        pass
    for _ in read_part(package, WORKBOOK, starts={"sheet": contents.add_sheet, "workbookPr": contents.set_properties}):
        pass
    layout = Layout(
        sheet=_find_sheet(contents, relations),
        strings=_find_kind(package, relations, "sharedstrings"),
        styles=_find_kind(package, relations, "styles"),
        counts_from_1904=contents.counts_from_1904,
    )
    parts = filter(None, (layout.sheet, layout.strings, layout.styles))
    _refuse_size(package, parts, limit=max_bytes * UNPACKED_TIMES)
    return layout


@dataclass(kw_only=True)
class _Relations:
    """Which part each id of the workbook stands for, and of what kind the parts are."""

    by_id: dict[str, tuple[str, str]] = field(default_factory=dict)  # (kind, part)
    by_kind: dict[str, str] = field(default_factory=dict)

    def add(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        part = posixpath.normpath(posixpath.join("/", _FOLDER, attributes.get("Target", ""))).lstrip("/").lower()
        self.by_id[attributes.get("Id", "")] = (kind, part)
        self.by_kind[kind] = part


@dataclass(kw_only=True)
class _Contents:
    """The sheets of the workbook in the order of their tabs, those that are shown before those that are hidden."""

    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    counts_from_1904: bool = False

    def add_sheet(self, attributes: dict[str, str]) -> None:
        sheets = self.shown if attributes.get("state", "visible") == "visible" else self.hidden
        sheets.extend(value for key, value in attributes.items() if local_name(key) == "id")

    def set_properties(self, attributes: dict[str, str]) -> None:
        self.counts_from_1904 = attributes.get("date1904", "").lower() in ("1", "true")


def _find_sheet(contents: _Contents, relations: _Relations) -> str:
    sheets = [*contents.shown, *contents.hidden]
    if not sheets:
        raise refused(gettext_noop("it is an Excel workbook (.xlsx) without a sheet"))
    found = [relations.by_id[sheet] for sheet in sheets if sheet in relations.by_id]
    if not found:
        raise damaged()
    part = next((part for kind, part in found if kind == "worksheet"), None)
    if part is None:
        raise refused(
            gettext_noop("it is an Excel workbook (.xlsx) that has charts or dialogs but no sheet with cells")
        )
    return part


def _find_kind(package: Package, relations: _Relations, kind: str) -> str | None:
    part = relations.by_kind.get(kind)
    return part if part in package.parts else None


def _refuse_size(package: Package, names: Iterable[str], *, limit: int) -> None:
    size = sum(package.parts[name].file_size for name in names if name in package.parts)
    if size > limit:
        raise UploadRefused(
            [problem(FILE_TOO_LARGE, size=Phrase(gettext_noop("{size} unpacked"), size=size), limit=limit)]
        )
