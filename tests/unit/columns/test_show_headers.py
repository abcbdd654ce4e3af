"""The columns that our own files add are known in an upload, and mean nothing there."""

from __future__ import annotations

import pytest

from course_discovery_bulk.columns.headers import CANNOT_UNDO, EDITED_SINCE, RESULT_HEADERS, check_headers

KNOWN = {"title": "title", "key": "key"}


@pytest.mark.parametrize("header", [*RESULT_HEADERS, EDITED_SINCE, CANNOT_UNDO, " Line ", "STATUS", "Edited since"])
def test_a_column_of_ours_is_nothing_to_tell(header: str) -> None:
    assert check_headers(["title", header], known=KNOWN, required=["title"], operation="Test") == []


def test_other_unknown_columns_are_told_beside_them() -> None:
    (found,) = check_headers(["title", "lines", "line"], known=KNOWN, required=["title"], operation="Test")

    assert (found.code, found.column) == ("UNKNOWN_COLUMN", "lines")


def test_a_file_with_nothing_but_columns_of_ours_has_no_header() -> None:
    (found,) = check_headers(["line", "status"], known=KNOWN, required=["title"], operation="Test")

    assert found.code == "NO_HEADER"


def test_an_operation_may_have_a_column_of_that_name() -> None:
    (found,) = check_headers(["key", "Key"], known=KNOWN, required=["key"], operation="Test")

    assert found.code == "DUPLICATE_COLUMN"
