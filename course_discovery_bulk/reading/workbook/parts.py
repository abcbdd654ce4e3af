"""The archive that an .xlsx workbook is. Runs in the child process.

What the archive says of itself is not believed: a part is unpacked up to the size that it claims and no further, and
one that claims too much is not unpacked at all.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import IO, BinaryIO, Final

from course_discovery_bulk.reading.workbook.answers import DAMAGED, TooLarge, Unreadable

WORKBOOK: Final = "xl/workbook.xml"

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that Excel knows
_PROLOG_BYTES: Final = 4096
_DEFINITIONS: Final = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))


class Parts(zipfile.ZipFile):
    """The archive that a workbook is; the case of names does not matter, and neither does which slash parts them."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._by_name = {_plain(info.filename): info for info in self.infolist()}

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return _plain(name) in self._by_name

    def getinfo(self, name: str) -> zipfile.ZipInfo:
        """What the archive says of the part; KeyError if it has none of that name."""
        return self._by_name[_plain(name)]

    def open_xml(self, name: str) -> IO[bytes]:
        """The bytes of the part; one that defines anything of its own (a DOCTYPE) is refused."""
        if self.getinfo(name).compress_type not in _METHODS:
            raise Unreadable(DAMAGED)
        stream = self.open(name)
        prolog = stream.peek(_PROLOG_BYTES)  # type: ignore[attr-defined]  # the stubs know less than ZipExtFile
        if any(mark in prolog for mark in _DEFINITIONS):
            raise Unreadable(DAMAGED)
        return stream

    def refuse_size(self, names: Sequence[str], *, limit: int) -> None:
        """Raise TooLarge if the parts claim to be larger than the limit."""
        size = sum(self.getinfo(name).file_size for name in names if self.has(name))
        if size > limit:
            raise TooLarge(size=size, limit=limit)


def open_parts(file: BinaryIO) -> Parts | None:
    """The file as an archive with an Excel workbook in it, whatever its name; None if it is anything else."""
    try:
        parts = Parts(file)
    except (zipfile.BadZipFile, OSError, ValueError, OverflowError):
        return None
    return parts if parts.has(WORKBOOK) else None


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
