"""Workbooks of ours that LibreOffice opened and saved: nothing is lost, and they upload as they would have before."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sandbox.discovery.models import Course
from tests.csv_files import csv_of
from tests.integration.reports.conftest import BARE, BARE_KEY, BASE, FULL_KEY, statuses

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice Calc (soffice) is not installed"),
]
CELLS = {**BARE, "number": "007", "title": "=A1", "start_date": "3/14/2030", "start_time": "09:30"}


@pytest.fixture
def resave(tmp_path: Path):
    """The workbook as LibreOffice saves it."""

    def convert(content: bytes) -> bytes:
        source, folder = tmp_path / "book.xlsx", tmp_path / "saved"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        arguments = [profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(source)]
        subprocess.run([str(OFFICE), *arguments], check=True, capture_output=True, timeout=180)
        return (folder / "book.xlsx").read_bytes()

    return convert


def get(client_of: Any, path: str) -> bytes:
    answer = client_of("staff").get(f"{BASE}/{path}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: Any) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def cell_of(sheet: Any, line: int, name: str) -> Any:
    return sheet.cell(line, next(cell.column for cell in sheet[1] if cell.value.removesuffix(" *") == name))


def offered(book: Any) -> dict[str, list[str]]:
    """What the drop-down of each column offers; how many rows have it is for the spreadsheet to decide."""
    rules = [rule for rule in book.active.data_validations.dataValidation if rule.type == "list"]
    places = {str(rule.sqref).partition(":")[0]: rule.formula1.rpartition("!")[2].replace("$", "") for rule in rules}
    return {at: [cell.value for (cell,) in book["Choices"][place]] for at, place in places.items()}


def test_a_filled_template_comes_back_with_drop_downs_numbers_and_dates(client_of, upload, resave) -> None:
    book = opened(get(client_of, "operations/course_create/template.xlsx"))
    for name, text in CELLS.items():
        cell = cell_of(book.active, 2, name)
        cell.value, cell.data_type, cell.number_format = text, "s", "@"
    before = offered(book)

    content = resave(saved(book))

    found = opened(content)
    assert found.sheetnames == ["Rows", "Examples (not read)", "Choices"]
    assert found["Choices"].sheet_state == "hidden"
    assert offered(found) == before != {}
    assert "Required" in cell_of(found.active, 1, "title").comment.text
    assert {name: cell_of(found.active, 2, name).value for name in CELLS} == CELLS
    assert {group.number_format for group in found.active.column_dimensions.values() if group.max < 40} == {"@"}
    task = upload("course_create", content, name="template.xlsx")
    assert (task.notes, statuses(task)) == ([], [("succeeded", [])])
    assert Course.objects.filter(key="edX+007", title="=A1", draft=True).exists()


def test_rows_to_fix_come_back_with_their_notes_and_run_once_fixed(client_of, upload, resave) -> None:
    rows = [{"course_key": BARE_KEY, "title": "Right"}, {"course_key": FULL_KEY, "title": "Late", "level_type": "No"}]
    task = upload("course_update", csv_of([{"level_type": "", **row} for row in rows]))
    book = opened(resave(get(client_of, f"{task.pk}/failed.xlsx")))
    wrong = cell_of(book.active, 2, "level_type")
    assert ("No" in wrong.comment.text, wrong.fill.fill_type) == (True, "solid")
    wrong.value = "Advanced"

    again = upload("course_update", resave(saved(book)), name="courses-failed.xlsx")

    assert (again.notes, statuses(again)) == ([], [("succeeded", [])])
    assert Course.objects.get(key=FULL_KEY, draft=True).title == "Late"
