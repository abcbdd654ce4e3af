"""The archive that an Excel workbook is: its parts as bytes or XML, one block at a time.

The first step of reading a workbook, used by the modules that read one. What the archive says of itself is not
believed: a part is unpacked up to the size it claims and no further, and XML that defines anything of its own (a
DOCTYPE) is refused. How much the parts may claim is decided in `layout`.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final
from xml.parsers import expat

from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.problems import NOT_A_TABLE, problem
from course_discovery_bulk.reading.decoding import ZIP, read_blocks
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

WORKBOOK: Final = "xl/workbook.xml"

_BLOCK_BYTES: Final = 64 * 1024
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that Excel knows; others can ask for much memory
_ENCRYPTED: Final = 0x1
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    EOFError,
    NotImplementedError,
    OverflowError,
    ValueError,
)  # what the standard library raises for an archive or XML that is not as it should be


@dataclass(frozen=True, kw_only=True)
class Package:
    """An open archive with a workbook in it; `parts` maps names in lower case to what the archive says of the part."""

    archive: zipfile.ZipFile
    parts: dict[str, zipfile.ZipInfo]


def open_package(file: BinaryIO) -> Package | None:
    """The file as an archive with an Excel workbook in it, whatever its name; None where it is anything else."""
    if not next(read_blocks(file), b"").startswith(ZIP):
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(b"".join(read_blocks(file))))
    except _DAMAGE:
        return None
    parts = {info.filename.replace("\\", "/").lower(): info for info in archive.infolist()}
    return Package(archive=archive, parts=parts) if WORKBOOK in parts else None


def read_part(
    package: Package,
    name: str,
    *,
    starts: Mapping[str, Callable[[dict[str, str]], None]],
    ends: Mapping[str, Callable[[], None]] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Read the XML of the part, calling by the name of the element (without its prefix) where it starts and ends.

    Gives way after each block. A ValueError of what is called says that the part is damaged.
    """
    parser = expat.ParserCreate("utf-8")  # whatever the part claims: nobody writes another one
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = _start_handler(starts)
    parser.EndElementHandler = _end_handler(ends or {})
    parser.CharacterDataHandler = text
    blocks = read_bytes(package, name)
    is_last = False
    while not is_last:
        block = next(blocks, b"")
        is_last = not block
        try:
            parser.Parse(block, is_last)
        except _DAMAGE as error:
            raise damaged() from error
        yield


def read_bytes(package: Package, name: str) -> Iterator[bytes]:
    """The bytes of the part in blocks; raises `UploadRefused` where they cannot be had."""
    info = package.parts.get(name)
    if info is None or info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
        raise damaged()
    try:
        with package.archive.open(info) as stream:
            while block := stream.read(_BLOCK_BYTES):
                yield block
    except _DAMAGE as error:
        raise damaged() from error


def damaged() -> UploadRefused:
    """The refusal of a workbook that spreadsheet programs could not open either, or only by repairing it."""
    return refused(_("it is an Excel workbook (.xlsx) that is damaged or incomplete"))


def refused(detail: str) -> UploadRefused:
    """The refusal of a workbook for what it is, in words that can follow “The file is not a CSV file:”."""
    return UploadRefused([problem(NOT_A_TABLE, detail=Phrase(detail))])


def local_name(name: str) -> str:
    """The name of an element or attribute without the prefix of its namespace."""
    return name.rpartition(":")[2]


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a part of a workbook defines nothing of its own")


def _start_handler(
    starts: Mapping[str, Callable[[dict[str, str]], None]],
) -> Callable[[str, dict[str, str]], None]:
    def handle(name: str, attributes: dict[str, str]) -> None:
        call = starts.get(local_name(name) if ":" in name else name)
        if call:
            call(attributes)

    return handle


def _end_handler(ends: Mapping[str, Callable[[], None]]) -> Callable[[str], None]:
    def handle(name: str) -> None:
        call = ends.get(local_name(name) if ":" in name else name)
        if call:
            call()

    return handle
