"""Short words for the tests of reading workbooks: sheets in, the bytes of an .xlsx file out."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import openpyxl
import pytest

from course_discovery_bulk.reading.workbook.answers import Request
from course_discovery_bulk.reading.workbook.reader import answer

CELL_STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "".join(
    f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>'
    for kind, target in (
        ("worksheet", "worksheets/sheet1.xml"),
        ("sharedStrings", "/xl/sharedStrings.xml"),
        ("styles", "styles.xml"),
    )
)
SHEET = '<sheet name="a" sheetId="1" r:id="worksheet"/>'
PARTS = {
    "xl/workbook.xml": f'<workbook xmlns:r="{OFFICE}"><sheets>{SHEET}</sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f"<Relationships>{RELATIONS}</Relationships>",
    "xl/sharedStrings.xml": "<sst/>",
    "xl/styles.xml": CELL_STYLES,
    "xl/worksheets/sheet1.xml": "<worksheet/>",
}
HEADER = '<row r="1"><c t="str"><v>title</v></c><c t="str"><v>number</v></c></row>'


def workbook(rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook as a person would have it: texts stay texts whatever they begin with, dates are dates."""
    book = openpyxl.Workbook()
    fill(book.active, rows)
    return saved(book)


def fill(sheet: Any, rows: Iterable[Sequence[Any]]) -> None:
    for line, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            if value not in ("", None):
                cell = sheet.cell(row=line, column=column, value=value)
                cell.data_type = "s" if isinstance(value, str) else cell.data_type


def saved(book: Any) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def text_table(rows: Iterable[Sequence[str]]) -> bytes:
    """The same rows as a CSV file."""
    content = io.StringIO()
    csv.writer(content).writerows(rows)
    return content.getvalue().encode()


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, part in parts.items():
            opened.writestr(name, part)
    return content.getvalue()


def written(rows: str, *, header: str = HEADER, **changes: str | bytes) -> bytes:
    """A workbook from the XML of its rows; `changes` replace other parts: `sharedStrings`, `styles`, `workbook`."""
    changed = {f"xl/{name}.xml": part for name, part in changes.items()}
    sheet = f"<worksheet><sheetData>{header}{rows}</sheetData></worksheet>"
    return archive({**PARTS, "xl/worksheets/sheet1.xml": sheet, **changed})


def replaced(content: bytes, name: str, part: str | bytes | None) -> bytes:
    """The workbook with another part of that name, or without it."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        parts: dict[str, str | bytes] = {info.filename: opened.read(info) for info in opened.infolist()}
    parts.pop(name, None)
    return archive(parts if part is None else {**parts, name: part})


def read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Save two starts of Python for every workbook that a test reads."""
    monkeypatch.setattr("course_discovery_bulk.reading.workbook.source.reading_process", _read_here)


@contextmanager
def _read_here(file: BinaryIO, request: Request) -> Iterator[Iterator[bytes]]:
    file.seek(0)
    content, sent = io.BytesIO(file.read()), Request.from_json(request.as_json())
    yield (json.dumps(said, ensure_ascii=False).encode() for said in answer(content, sent))
