"""Short words for the tests of reading: bytes in, facts and rows, or the problems of a refusal, out."""

from __future__ import annotations

import io
from typing import Any

from course_discovery_bulk.data import FileFacts, RawRow
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.pipeline.read import Limits, inspect_file, read_chunks
from course_discovery_bulk.problems import Problem

KNOWN = frozenset({"organization", "title", "number", "price"})


def limits(**changes: int) -> Limits:
    ordinary = {"max_bytes": 100_000, "max_rows": 1000, "max_columns": 50, "max_cell_bytes": 1000, "chunk_rows": 3}
    return Limits(**{**ordinary, **changes})


def inspect(content: bytes, **changes: int) -> FileFacts:
    return inspect_file(io.BytesIO(content), limits(**changes), known_headers=KNOWN)


def read(content: bytes, **changes: int) -> list[RawRow]:
    """All rows of a file that is not refused."""
    file = io.BytesIO(content)
    facts = inspect_file(file, limits(**changes), known_headers=KNOWN)
    return [row for chunk in read_chunks(file, facts, limits(**changes)) for row in chunk]


def texts(content: bytes, **changes: int) -> list[tuple[str, ...]]:
    """The cells of all rows, without their names and problems."""
    return [tuple(row.cells.values()) for row in read(content, **changes)]


def refusal(content: bytes, **changes: int) -> tuple[Problem, ...]:
    """The problems for which the file is refused; none where it is not."""
    try:
        inspect(content, **changes)
    except UploadRefused as refused:
        return refused.problems
    return ()


def codes(problems: tuple[Problem, ...]) -> list[tuple[Any, ...]]:
    """Code and place of each problem."""
    return [(problem.code, problem.line, problem.column) for problem in problems]
