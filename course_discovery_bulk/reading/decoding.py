"""From the bytes of an uploaded file to lines of text: in which encoding, one bounded block at a time.

The first step of reading, used by `read` alone. Nothing is guessed: a file is what its first bytes say, UTF-8 if every
byte allows it, or else in the older encoding that was chosen, or that is the only one in which its words make sense.
"""

from __future__ import annotations

import codecs
import io
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import BinaryIO, Final

from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.problems import (
    ENCODING_NOT_USED,
    OLD_ENCODING,
    UNCLEAR_ENCODING,
    UNREADABLE_ENCODING,
    WRONG_ENCODING,
    Problem,
    clip,
    problem,
)
from course_discovery_bulk.reading.encodings.judging import Reading, Verdict, judge
from course_discovery_bulk.reading.encodings.names import USUAL, UTF_8, label_of
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_BLOCK_BYTES: Final = 64 * 1024
BYTE_ORDER_MARK: Final = "\ufeff"
_DECLARED: Final = (  # the longer marks first: one of UTF-32 begins like one of UTF-16
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, kw_only=True)
class Decoding:
    """The encoding that a file is read in, and what is to be said about that."""

    encoding: str
    notes: tuple[Problem, ...] = ()


def measure(file: BinaryIO) -> int:
    """The size of the file in bytes, without reading it."""
    file.seek(0, os.SEEK_END)
    return file.tell()


def find_encoding(file: BinaryIO, chosen: str = "") -> Decoding:
    """The encoding to read all of the file in: what it declares, UTF-8 if it is that, else `chosen` or what is clear.

    Raises `UploadRefused` with the place that cannot be read, or with the encodings that are likely.
    """
    declared = declared_encoding(next(read_blocks(file), b""))
    encoding = declared or UTF_8
    offset = _find_fault(file, encoding)
    if offset is None:
        is_unused = chosen not in ("", encoding) and not _is_ascii(file)
        return Decoding(encoding=encoding, notes=(_unused(encoding, chosen),) if is_unused else ())
    if declared or chosen == UTF_8:
        raise _unreadable(file, encoding, offset)
    if chosen:
        return _as_chosen(file, chosen)
    if _has_accents(file, encoding, before=offset):  # else a damaged file would be misread throughout
        raise _unreadable(file, encoding, offset)
    return _as_is_clear(file, utf_8_fault=offset)


def _as_chosen(file: BinaryIO, chosen: str) -> Decoding:
    offset = _find_fault(file, chosen)
    if offset is None:
        return Decoding(encoding=chosen)
    file_line = _line_at(file, chosen, offset)
    raise UploadRefused(
        [problem(WRONG_ENCODING, encoding=Phrase(label_of(chosen)), offset=offset, file_line=file_line)]
    )


def _as_is_clear(file: BinaryIO, *, utf_8_fault: int) -> Decoding:
    verdict = judge(read_blocks(file))
    if verdict.clear:
        found = verdict.clear.encoding
        offset = _find_fault(file, found.name)
        if offset is not None:
            raise _unreadable(file, found.name, offset)
        sample = clip(verdict.sample(verdict.clear))
        return Decoding(
            encoding=found.name, notes=(problem(OLD_ENCODING, encoding=Phrase(found.label), sample=sample),)
        )
    usual_fault = _find_fault(file, USUAL)
    if usual_fault is not None and not verdict.is_plausible:
        # Up to the first of the two faults the text may still be either; where the later one is, both have failed.
        raise _unreadable(file, *max((UTF_8, utf_8_fault), (USUAL, usual_fault), key=lambda fault: fault[1]))
    raise UploadRefused([problem(UNCLEAR_ENCODING, likely=_likely(verdict))])


def _likely(verdict: Verdict) -> str:
    """The likely encodings, each with a word as it would be read."""

    def named(reading: Reading) -> str:
        label, sample = Phrase(reading.encoding.label), clip(verdict.sample(reading)) or ""
        return Phrase(_("{encoding} (“{sample}”)"), encoding=label, sample=sample)

    texts = map(named, verdict.likely)
    return reduce(lambda first, other: Phrase(_("{first}, {other}"), first=first, other=other), texts)


def _unused(encoding: str, chosen: str) -> Problem:
    return problem(ENCODING_NOT_USED, encoding=label_of(encoding), chosen=Phrase(label_of(chosen)))


def _is_ascii(file: BinaryIO) -> bool:
    return all(block.isascii() for block in read_blocks(file))


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
        yield text.lstrip(BYTE_ORDER_MARK) if is_start else text
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
    return UploadRefused([problem(UNREADABLE_ENCODING, offset=offset, file_line=_line_at(file, encoding, offset))])


def _line_at(file: BinaryIO, encoding: str, offset: int) -> int:
    return 1 + sum(text.count("\n") for text in _read_text(file, encoding, offset))


def declared_encoding(head: bytes) -> str | None:
    """The encoding that a byte order mark at the beginning names."""
    return next((encoding for mark, encoding in _DECLARED if head.startswith(mark)), None)
