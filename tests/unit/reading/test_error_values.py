"""A spreadsheet error is one in any language, and only if it is all that the cell holds."""

from __future__ import annotations

import pytest

from course_discovery_bulk.reading.error_values import has_error_value, is_error_value
from tests.unit.reading.reading import codes, read

ERRORS = (
    *("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"),
    *("#ERROR!", "Loading...", "Loading…", "Err:502", "Err:522", "Fehler:502", "###", "########"),
    *("#NV", "#BEZUG!", "#WERT!", "#ZAHL!", "#VALEUR!", "#NOM?", "#¡REF!", "#¿NOMBRE?", "#N/D", "#RIF!", "#NOME?"),
    *("#VERW!", "#N/B", "#ADR!", "#ССЫЛКА!", "#ИМЯ?", "#Н/Д", "#SAKNAS!", "#I/T", "#VIITTAUS!", "#HIV!", "#DEĞER!"),
)
TEXTS = (
    *("#python", "#N/A or so", "Err:", "Error:502", "Err:5021", "Loading", "Loading... please wait", "##", "N/A", "#1"),
    *("A title #REF!", "err:502", "Phase:501", ""),
)


def test_errors_of_every_spreadsheet_are_found() -> None:
    assert [text for text in ERRORS if not (is_error_value(text) and has_error_value([text, "x"]))] == []


def test_other_texts_are_no_errors() -> None:
    assert [text for text in TEXTS if is_error_value(text)] == []


@pytest.mark.parametrize("text", ["#BEZUG!", "Err:502", "Loading..."])
def test_an_error_is_a_problem_of_its_cell_in_any_column(text: str) -> None:
    (row,) = read(f"number,own column\nCS101,{text}\n".encode())
    assert codes(row.problems) == [("SPREADSHEET_ERROR", 2, "own_column")]
