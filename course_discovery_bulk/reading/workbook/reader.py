"""Reads a workbook of any format and says what is in it: the answer to one request. Runs in the child process.

The libraries are loaded when they are needed: a file that is no workbook at all needs neither, and openpyxl triples the
time that the process takes to start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from course_discovery_bulk.reading.workbook.answers import (
    DAMAGED,
    DONE,
    TOO_DEMANDING,
    Request,
    TooLarge,
    Unreadable,
)
from course_discovery_bulk.reading.workbook.parts import open_parts
from course_discovery_bulk.reading.workbook.sheets import Book, choose

if TYPE_CHECKING:
    from course_discovery_bulk.reading.workbook.marks import SheetRow

_NO_MEMORY: Final = 1  # expat's code for it
_UTF_8_BYTES: Final = 4  # at most, for one character
_CUT: Final = "\N{HORIZONTAL ELLIPSIS}" * 3  # longer than the character that a cut divides, and an apostrophe
_OURS: Final = (ImportError, KeyboardInterrupt, GeneratorExit, SystemExit)  # says nothing of the file


def answer(file: BinaryIO, request: Request) -> Iterator[Any]:
    """The sheets, the rows of one of them, and how it ended; whatever is wrong with the file is an end."""
    try:
        yield from _read(file, request)
    except MemoryError:
        yield {"end": TOO_DEMANDING}
    except Unreadable as refusal:
        yield {"end": refusal.end, **refusal.facts}
    except ParseError as error:
        yield {"end": TOO_DEMANDING if error.code == _NO_MEMORY else DAMAGED}
    except BaseException as error:
        if isinstance(error, _OURS):
            raise
        yield {"end": DAMAGED}
    else:
        yield {"end": DONE}


def _read(file: BinaryIO, request: Request) -> Iterator[Any]:
    book = _open(file, request)
    if request.lists_only:
        yield {"kind": book.kind, "sheet": "", "sheets": [asdict(sheet) for sheet in book.measured()]}
        return
    chosen = choose(book, request)
    yield {"kind": book.kind, **chosen.as_head()}
    for row in _within(chosen.rows, request.max_bytes):
        texts = [_shorten(text, request) for text in row.texts.values()]
        yield [row.line, list(row.texts), texts, row.marks, row.is_hidden]


def _shorten(text: str, request: Request) -> str:
    """The text; one over the limit on cells is cut, but not below the limit, and to no blank at its end."""
    limit = request.max_cell_bytes
    if len(text) * _UTF_8_BYTES <= limit:
        return text
    text = text.strip(request.blanks)
    head = text[: limit + 1].encode()
    return text if len(head) <= limit else head[:limit].decode(errors="ignore") + _CUT


def _within(rows: Iterator[SheetRow], max_bytes: int) -> Iterator[SheetRow]:
    """The rows with text; many cells can share one text, so the size of the file says little about theirs."""
    size = 0
    for row in rows:
        size += len(row.texts) + sum(map(len, row.texts.values()))
        if size > max_bytes:
            raise TooLarge(limit=max_bytes)
        if row.texts:
            yield row


def _open(file: BinaryIO, request: Request) -> Book:
    parts = open_parts(file)
    if parts:
        from course_discovery_bulk.reading.workbook.excel import ExcelBook  # noqa: PLC0415 - slow to load

        return ExcelBook(parts, max_bytes=request.max_bytes)
    from course_discovery_bulk.reading.workbook.other_formats import open_other  # noqa: PLC0415 - slow to load

    return open_other(file)
