"""What a preview calls the new text is what the form of the stand-in makes of it: many texts, without a catalog."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from course_discovery_bulk.columns.base import Cell, Column, Context
from course_discovery_bulk.columns.course import COURSE_DETAILS, TITLE
from course_discovery_bulk.reading.cells import find_problems
from course_discovery_bulk.reading.splitting import clean_cell
from sandbox.discovery.forms.course_form import CourseForm
from tests.examples import share_of
from tests.integration.cases.test_shown_is_stored import TEXTS
from tests.unit.operations.samples import LOOKUPS

DETAILS = {column.name: column for column in COURSE_DETAILS}
COLUMNS = [TITLE, DETAILS["syllabus"], DETAILS["additional_information"]]  # one of each kind of text
LONGEST = 32_768


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
@settings(max_examples=share_of(200), database=None, deadline=None)
@given(written=TEXTS)
def test_a_text_becomes_what_the_form_takes(column: Column, written: str) -> None:
    text = clean_cell(written)
    damaged = any(found.is_error for found in find_problems([text], 2, [column.name], max_cell_bytes=LONGEST))
    parsed = column.parse(Cell(line=2, column=column.name, text=text), Context(lookups=LOOKUPS)) if text else None
    if damaged or parsed is None or not parsed.is_valid or not isinstance(parsed.value, str):
        return

    assert CourseForm().fields[column.field].run_validation(parsed.value) == column.comparison.stored(parsed.value)
