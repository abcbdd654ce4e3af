"""Rows that hold nothing but the unchecked boxes of a spreadsheet are blank; the others keep their numbers."""

from __future__ import annotations

from course_discovery_bulk.reading.blank_rows import is_blank
from course_discovery_bulk.reading.splitting import Record
from tests.unit.reading.reading import codes, inspect, read, refusal


def test_rows_of_only_false_are_left_out() -> None:
    content = b"title,number,ready\n,,FALSE\na,1,FALSE\n, ,false\nb,2,TRUE\n,,FALSE\n,,FALSE\n"
    assert inspect(content).row_count == 2
    assert [(row.line, row.cells["title"], row.cells["ready"]) for row in read(content)] == [
        (3, "a", "FALSE"),
        (5, "b", "TRUE"),
    ]


def test_a_sheet_of_only_false_has_no_rows() -> None:
    assert codes(refusal(b"title,ready\n,FALSE\n,FALSE\n")) == [("NO_ROWS", None, None)]


def test_a_row_with_anything_else_is_none() -> None:
    rows = [(["", "FALSE"], ()), (["FALSCH", "faux"], ()), (["", "TRUE"], ()), (["x", "FALSE"], ()), (["FALSE"], (7,))]
    records = [Record(line=2, file_line=2, cells=cells, beyond=beyond) for cells, beyond in rows]
    assert [is_blank(record) for record in records] == [True, True, False, False, False]
