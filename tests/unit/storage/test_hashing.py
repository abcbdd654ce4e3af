"""Hashing a file while somebody reads it: the same checksum as in a pass of its own, whatever was read."""

from __future__ import annotations

import gc
import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import BinaryIO

import pytest

from course_discovery_bulk.exceptions import StorageUnavailable
from course_discovery_bulk.storage.hashing import HashingReader

CONTENT = bytes(range(256)) * 20


def _nothing(_file: BinaryIO) -> None:
    pass


def _front_to_back(file: BinaryIO) -> None:
    while file.read(77):
        pass


def _whole(file: BinaryIO) -> None:
    assert file.read() == CONTENT


def _head_twice(file: BinaryIO) -> None:
    for _time in range(2):
        file.seek(0)
        assert file.read(1000) == CONTENT[:1000]


def _end_first(file: BinaryIO) -> None:
    file.seek(-100, io.SEEK_END)
    file.read()
    file.seek(50)
    file.read(200)
    file.seek(0)
    file.read(100)
    file.seek(40)
    file.read(500)


@pytest.mark.parametrize("read", [_nothing, _front_to_back, _whole, _head_twice, _end_first])
def test_the_checksum_is_that_of_the_whole_file(read: Callable[[BinaryIO], None]) -> None:
    file = HashingReader(io.BytesIO(CONTENT))

    read(file)

    assert file.hexdigest() == hashlib.sha256(CONTENT).hexdigest()
    assert file.tell() == 0
    assert file.hexdigest() == hashlib.sha256(CONTENT).hexdigest()


def test_no_byte_is_hashed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    file, hashed = HashingReader(io.BytesIO(CONTENT)), []

    class Digest:
        def update(self, part: memoryview) -> None:
            hashed.append(bytes(part))

        def hexdigest(self) -> str:
            return ""

    monkeypatch.setattr(file, "_digest", Digest())
    _end_first(file)
    file.hexdigest()

    assert b"".join(hashed) == CONTENT


def test_an_archive_can_be_read_through_it() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "text")
    file = HashingReader(packed)

    with zipfile.ZipFile(file) as archive:
        assert archive.read("a.txt") == b"text"

    assert not zipfile.is_zipfile(HashingReader(io.BytesIO(b"PK")))
    assert file.hexdigest() == hashlib.sha256(packed.getvalue()).hexdigest()


def test_the_file_stays_open_when_the_reader_is_gone() -> None:
    file = io.BytesIO(CONTENT)

    HashingReader(file).hexdigest()
    gc.collect()

    assert not file.closed


def test_a_storage_that_fails_while_it_is_read_is_away() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("stale mount")

    with pytest.raises(StorageUnavailable):
        HashingReader(Broken(CONTENT)).hexdigest()
