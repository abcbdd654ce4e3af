"""CSV files of ours: safe in a spreadsheet, and the same again when read."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from course_discovery_bulk.reports.csv import write_csv
from course_discovery_bulk.reports.table import Table
from course_discovery_bulk.text.formula_escaping import restore

cells = st.text(st.characters(codec="utf-8"))


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=5))
def test_every_cell_is_safe_and_comes_back(rows: list[list[str]]) -> None:
    content = b"".join(write_csv(Table(headers=("=a", "b"), rows=rows)))

    header, *read = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))

    assert header == ["'=a", "b"]
    assert not any(cell[:1] in set("=+-@\t\r") for row in read for cell in row)
    assert [[restore(cell) for cell in row] for row in read] == rows


def test_rows_are_made_as_they_are_sent() -> None:
    made = []

    def rows():
        for number in range(1000):
            made.append(number)
            yield [str(number)]

    pieces = write_csv(Table(headers=("number",), rows=rows()))

    assert next(pieces) == b"\xef\xbb\xbfnumber\r\n"
    assert made == []
    assert next(pieces).startswith(b"0\r\n1\r\n")
    assert len(made) == 100
    assert b"".join(pieces).endswith(b"999\r\n")
