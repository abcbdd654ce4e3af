"""From the bytes of an uploaded file to lines of text: what it is, in which encoding, one bounded block at a time.

The first step of reading, used by `read` alone. Nothing is guessed: a file is what its first bytes say, UTF-8, or,
where that fails, Windows-1252 if every byte allows it.
"""

from __future__ import annotations

import codecs
import io
import itertools
import os
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.problems import NOT_A_TABLE, UNREADABLE_ENCODING, problem
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

UTF_8: Final = "utf-8"
CP1252: Final = "cp1252"
ZIP: Final = b"PK\x03\x04"  # how an archive begins

_BLOCK_BYTES: Final = 64 * 1024
_BYTE_ORDER_MARK: Final = "\ufeff"
_DECLARED: Final = (  # the longer marks first: one of UTF-32 begins like one of UTF-16
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES: Final = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        _("it is a workbook with a password, an old Excel workbook (.xls) that is damaged, or an Office document"),
    ),
    (b"%PDF-", _("it is a PDF document")),
    (b"\x1f\x8b", _("it is a gzip archive")),
    (b"7z\xbc\xaf\x27\x1c", _("it is a 7-Zip archive")),
    (b"Rar!\x1a\x07", _("it is a RAR archive")),
    (b"\x7fELF", _("it is a program")),
    (b"\x89PNG\r\n\x1a\n", _("it is a picture")),
    (b"\xff\xd8\xff", _("it is a picture")),
    (b"GIF89a", _("it is a picture")),
)
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
_BINARY_CONTROLS: Final = 16  # fewer are slips in a text: problems of their rows
_MARKUP: Final = re.compile(r"\s*<(!doctype|html|\?xml)", re.IGNORECASE)
_JSON: Final = re.compile(r'\s*(\{\s*"|\[\s*([\[{]\s*)?")')


def measure(file: BinaryIO) -> int:
    """The size of the file in bytes, without reading it."""
    file.seek(0, os.SEEK_END)
    return file.tell()


def refuse_other_formats(file: BinaryIO) -> None:
    """Raise `UploadRefused` with NOT_A_TABLE, saying what the file is, if its beginning is not a text's."""
    head = next(read_blocks(file), b"")
    detail = _format_of(head)
    if detail:
        raise UploadRefused([problem(NOT_A_TABLE, detail=Phrase(detail))])


def find_encoding(file: BinaryIO) -> str:
    """The encoding in which all of the file can be read; raises `UploadRefused` with the place where none can."""
    declared = _declared_encoding(next(read_blocks(file), b""))
    encoding = declared or UTF_8
    offset = _find_fault(file, encoding)
    if offset is None:
        return encoding
    if declared or _has_accents(file, encoding, before=offset):  # else a damaged file would be misread throughout
        raise _unreadable(file, encoding, offset)
    other_offset = _find_fault(file, CP1252)
    if other_offset is None:
        return CP1252
    # Up to the first of the two faults the text may still be either; where the later one is, both have failed.
    raise _unreadable(file, *max((UTF_8, offset), (CP1252, other_offset), key=lambda fault: fault[1]))


def read_lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    r"""The lines of the file from its beginning, each ending in `\n` however the file ends them."""
    rest = ""
    for text in _read_text(file, encoding):
        *lines, rest = (rest + text).split("\n")
        yield from (f"{line}\n" for line in lines)
    if rest:
        yield rest


def read_blocks(file: BinaryIO, end: int | None = None) -> Iterator[bytes]:
    """The bytes from the beginning (to `end`), a block at a time; each block is found by its own offset."""
    offset = 0
    while end is None or offset < end:
        file.seek(offset)
        block = file.read(_BLOCK_BYTES if end is None else min(_BLOCK_BYTES, end - offset))
        if not block:
            return
        offset += len(block)
        yield block


def _read_text(file: BinaryIO, encoding: str, end: int | None = None) -> Iterator[str]:
    r"""The text of the file (to byte `end`), without a byte order mark, every line end as `\n`."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    is_start = True
    for block in itertools.chain(read_blocks(file, end), (b"",)):
        text = decoder.decode(block, final=not block)
        yield text.lstrip(_BYTE_ORDER_MARK) if is_start else text
        is_start = False


def _find_fault(file: BinaryIO, encoding: str) -> int | None:
    """The offset of the first byte that the encoding does not allow."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    for block in itertools.chain(read_blocks(file), (b"",)):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return offset - pending + error.start
        offset += len(block)
    return None


def _has_accents(file: BinaryIO, encoding: str, *, before: int) -> bool:
    return not all(text.isascii() for text in _read_text(file, encoding, before))


def _unreadable(file: BinaryIO, encoding: str, offset: int) -> UploadRefused:
    file_line = 1 + sum(text.count("\n") for text in _read_text(file, encoding, offset))
    return UploadRefused([problem(UNREADABLE_ENCODING, offset=offset, file_line=file_line)])


def _declared_encoding(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _DECLARED if head.startswith(mark)), None)


def _format_of(head: bytes) -> str | None:
    """What the file is if it is no text table, in words that follow “The file is not a CSV file:”."""
    known = next((words for mark, words in _SIGNATURES if head.startswith(mark)), None)
    if known:
        return known
    if head.startswith(ZIP):
        return _zip_content(head)
    declared = _declared_encoding(head)
    if declared in (None, UTF_8):
        return _binary_content(head) or _markup_content(head.decode(UTF_8, errors="replace"))
    return _markup_content(head.decode(declared or UTF_8, errors="replace"))


def _zip_content(head: bytes) -> str:
    """What a ZIP archive holds that is no workbook we can open; only its beginning is looked at."""
    if b"xl/workbook.bin" in head:
        return _("it is a binary Excel workbook (.xlsb)")
    if b"xl/" in head:
        return _("it is an Excel workbook (.xlsx) that is damaged or incomplete")
    if b"[Content_Types].xml" in head:
        return _("it is an Office document without a sheet, or damaged")
    if b"opendocument.spreadsheet" in head:
        return _("it is an OpenDocument spreadsheet (.ods) that is damaged or incomplete")
    return _("it is a ZIP archive")


def _binary_content(head: bytes) -> str | None:
    if head.startswith(b"MZ") and 0 in head:
        return _("it is a program")
    low, high = head[0::2], head[1::2]
    scarce, common = sorted((low.count(0) / max(len(low), 1), high.count(0) / max(len(high), 1)))
    if len(head) > 3 and common > 0.4 and scarce < 0.1:
        return _("it looks like UTF-16 text without a byte order mark")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls >= _BINARY_CONTROLS and controls > len(head) / 10:
        first = next(offset for offset, byte in enumerate(head) if byte in _CONTROLS)
        file_line = 1 + head.count(b"\n", 0, first)
        return Phrase(
            _("it holds binary data (from byte {offset}, line {file_line})"), offset=first, file_line=file_line
        )
    return None


def _markup_content(text: str) -> str | None:
    start = text.lstrip(_BYTE_ORDER_MARK)
    if _MARKUP.match(start):
        return _("it is a web page or an XML document")
    if _JSON.match(start):
        return _("it is JSON")
    return None
