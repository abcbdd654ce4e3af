"""How a file is read, in words."""

from __future__ import annotations

from typing import Any

import pytest

from course_discovery_bulk.presentation.reading import reading_in_words


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ({}, []),
        ({"encoding": "utf-8", "delimiter": "\t"}, [("Encoding", "utf-8"), ("Cells are separated by", "tabs")]),
        ({"encoding": "xlsx", "delimiter": ""}, [("Encoding", "xlsx")]),
        ({"encoding": "cp1252", "delimiter": "~"}, [("Encoding", "cp1252"), ("Cells are separated by", "~")]),
        ({"sheet": "Fall", "later": "x", "note": None}, [("Sheet", "Fall"), ("later", "x")]),
    ],
)
def test_every_fact_that_there_is_has_a_line(reading: dict[str, Any], words: list[tuple[str, str]]) -> None:
    assert reading_in_words(reading) == words
