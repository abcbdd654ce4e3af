"""Cells that are pasted instead of picking a file, as plain forms."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.service import open_file
from tests.csv_files import csv_of
from tests.integration.reports.conftest import BARE
from tests.integration.web.conftest import PAGE

pytestmark = pytest.mark.usefixtures("names_fetched_once")


def cells(**row):
    """What a spreadsheet puts on the clipboard, as a browser sends it."""
    given = {**BARE, **row}
    return "\r\n".join(["\t".join(given), "\t".join(given.values()), ""])


def form(pasted, **fields):
    given = {"task_type": "course_create", "wish": "preview", "is_whole": "1", "sent_once": uuid.uuid4()}
    return {"pasted": pasted, **given, **fields}


def check(client, pasted, **fields):
    return client.post(f"{PAGE}/check/", form(pasted, **fields)).content.decode()


def test_pasted_cells_are_an_upload_with_a_file(browser):
    pasted = cells(short_description='"Ä first line\r\nand a ""second"" one"', title='Disks of 5"')
    answer = browser("editor").post(f"{PAGE}/", form(pasted, encoding="cp852"))
    assert answer.status_code == 302
    task = BulkOperationTask.objects.get()
    assert re.fullmatch(r"pasted-\d{4}-\d\d-\d\d-\d{4}\.csv", task.original_filename)
    assert (task.total_count, task.options, task.reading["encoding"]) == (1, {"dry_run": True}, "utf-8")
    assert open_file(task).read().decode("utf-8-sig") == pasted.replace("\r\n", "\n")


def test_pasted_cells_are_checked_at_once(browser):
    client = browser("editor")
    assert "The file can be used" in check(client, cells())
    assert "The file can be used" in check(client, csv_of([BARE]).decode())
    lacking = check(client, cells().replace("number", "Q7"))
    assert "Some columns need a choice" in lacking
    assert 'name="constant-number"' in lacking
    assert check(client, " \r\n") == ""


def test_file_and_pasted_cells_together_are_refused(browser):
    file = SimpleUploadedFile("courses.csv", csv_of([BARE]))
    client = browser("editor")
    for answer in (
        client.post(f"{PAGE}/check/", form(cells(), csv_file=file)),
        client.post(f"{PAGE}/", form(cells(), csv_file=file)),
    ):
        assert "You chose a file and pasted cells." in answer.content.decode()
    assert BulkOperationTask.objects.count() == 0


def test_refused_cells_stay_in_the_box(browser):
    answer = browser("editor").post(f"{PAGE}/", form("Titl,number\nA,<b>\n"))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Titl,number\nA,&lt;b&gt;" in page
    assert "Correct the cells in the box below, and send them again." in page


def test_more_than_a_form_may_hold_is_refused_with_the_limit(browser, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    answer = browser("editor").post(f"{PAGE}/", form("x" * (1024**2 + 1)))
    assert answer.status_code == 413
    assert "Pasted cells may have up to 0.9 MB." in answer.content.decode()
