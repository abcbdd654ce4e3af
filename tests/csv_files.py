"""Files to upload, made of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping


def csv_of(rows: Iterable[Mapping[str, str]], headers: Iterable[str] = ()) -> bytes:
    """A file with these rows, and the columns that any of them has."""
    rows = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(dict.fromkeys([*headers, *(name for row in rows for name in row)])))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
