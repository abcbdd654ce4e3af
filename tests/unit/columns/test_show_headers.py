"""The columns that our own files add are known in an upload, and mean nothing there."""

from __future__ import annotations

import pytest

from course_discovery_bulk.columns.headers import (
    CANNOT_UNDO,
    EDITED_SINCE,
    EXPORTED_AT,
    RESULT_HEADERS,
    check_headers,
    is_ours,
)

KNOWN = {"title": "title", "key": "key"}


OURS = [list(RESULT_HEADERS), [EDITED_SINCE, CANNOT_UNDO], [EXPORTED_AT], [" Line ", "STATUS", "Codes"]]


@pytest.mark.parametrize("headers", OURS)
def test_columns_of_a_file_of_ours_are_nothing_to_tell(headers: list[str]) -> None:
    assert is_ours(["title", *headers])
    assert check_headers(["title", *headers], known=KNOWN, required=["title"], operation="Test") == []


@pytest.mark.parametrize("header", ["line", "Status", "messages", "link", "Edited since"])
def test_one_column_of_such_a_name_may_be_the_users_own(header: str) -> None:
    (found,) = check_headers(["title", header], known=KNOWN, required=["title"], operation="Test")

    assert (found.code, found.column) == ("UNKNOWN_COLUMN", header)


def test_other_unknown_columns_are_told_beside_them() -> None:
    (found,) = check_headers(["title", "lines", *RESULT_HEADERS], known=KNOWN, required=["title"], operation="Test")

    assert (found.code, found.column) == ("UNKNOWN_COLUMN", "lines")


def test_a_file_with_nothing_but_columns_of_ours_has_no_header() -> None:
    (found,) = check_headers(["line", "status"], known=KNOWN, required=["title"], operation="Test")

    assert found.code == "NO_HEADER"


def test_an_operation_may_have_a_column_of_that_name() -> None:
    (found,) = check_headers(["key", "Key"], known=KNOWN, required=["key"], operation="Test")

    assert found.code == "DUPLICATE_COLUMN"
