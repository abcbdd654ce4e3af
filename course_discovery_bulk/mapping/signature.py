"""What two files have in common that one mapping fits: their headers, whatever their order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from course_discovery_bulk.columns.headers import IGNORED_HEADERS, name_as_uploaded


def signature_of(headers: Iterable[str]) -> str:
    """A hash, in hex, of the set of headers; columns of our own result files count for nothing.

    So the rows that failed, downloaded and corrected, have the signature of the file they came from.
    """
    names = sorted({name_as_uploaded(header) for header in headers} - IGNORED_HEADERS - {""})
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
