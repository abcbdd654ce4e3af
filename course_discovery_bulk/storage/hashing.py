"""The checksum of a file, found on the way while somebody reads it."""

from __future__ import annotations

import hashlib
import io
import os
from typing import BinaryIO, Final

from django.core.files import File

from course_discovery_bulk.storage.uploads import storage_errors

CHUNK: Final = 1024 * 1024


class HashingReader(io.BufferedIOBase, BinaryIO):
    """A file that hashes every byte once, in whatever order and however often it is read.

    Closing it leaves the file itself open. Reading raises StorageUnavailable.
    """

    def __init__(self, file: BinaryIO | File[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._hashed_to = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self._file.seek(offset, whence)
        return self._file.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        start = self._file.tell()
        with storage_errors():
            part = self._file.read(-1 if size is None else size)
        if start <= self._hashed_to < start + len(part):
            self._digest.update(memoryview(part)[self._hashed_to - start :])
            self._hashed_to = start + len(part)
        return part

    def hexdigest(self) -> str:
        """SHA-256 of the whole file, after reading what nobody has read yet; the file is at its start afterwards."""
        self.seek(self._hashed_to)
        while self.read(CHUNK):
            pass
        self.seek(0)
        return self._digest.hexdigest()
