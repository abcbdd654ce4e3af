"""What an uploaded file is if it is no table in text: told from its first bytes, so that it can be refused by name."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.problems import NOT_A_TABLE, problem
from course_discovery_bulk.reading.decoding import BYTE_ORDER_MARK, declared_encoding, read_blocks
from course_discovery_bulk.reading.encodings.names import UTF_8
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

ZIP: Final = b"PK\x03\x04"  # how an archive begins
_SIGNATURES: Final = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        _("it is a password-protected workbook, a damaged old Excel workbook (.xls), or an Office document"),
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


def refuse_other_formats(file: BinaryIO) -> None:
    """Raise `UploadRefused` with NOT_A_TABLE, saying what the file is, if its beginning is not a text's."""
    head = next(read_blocks(file), b"")
    detail = _format_of(head)
    if detail:
        raise UploadRefused([problem(NOT_A_TABLE, detail=Phrase(detail))])


def _format_of(head: bytes) -> str | None:
    """What the file is if it is no text table, in words that follow “The file is not a CSV file:”."""
    known = next((words for mark, words in _SIGNATURES if head.startswith(mark)), None)
    if known:
        return known
    if head.startswith(ZIP):
        return _zip_content(head)
    declared = declared_encoding(head)
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
    start = text.lstrip(BYTE_ORDER_MARK)
    if _MARKUP.match(start):
        return _("it is a web page or an XML document")
    if _JSON.match(start):
        return _("it is JSON")
    return None
