"""A new upload as plain forms and links, without a script."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from course_discovery_bulk.models import BulkOperationTask, SavedMapping
from course_discovery_bulk.presentation.labels import RUN_STATUS_WORDS
from course_discovery_bulk.reports.export_choice import RUN_STATUSES
from tests.csv_files import csv_of
from tests.integration.reports.conftest import BARE
from tests.integration.web.conftest import PAGE
from tests.unit.reading.workbooks import workbook

pytestmark = pytest.mark.usefixtures("names_fetched_once")


def form(content=None, **fields):
    file = SimpleUploadedFile("courses.csv", csv_of([BARE]) if content is None else content)
    given = {"task_type": "course_create", "wish": "preview", "is_whole": "1", "sent_once": uuid.uuid4()}
    return {"csv_file": file, **given, **fields}


def refused(answer):
    assert answer.status_code == 400
    assert BulkOperationTask.objects.count() == 0
    return answer.content.decode()


def test_page_shows_the_operation_that_is_asked_for(browser):
    page = browser("editor").get(f"{PAGE}/", {"operation": "course_update"}).content.decode()
    assert re.search(r'value="course_update" checked', page)
    for suffix in ("csv", "xlsx"):
        assert f"{PAGE}/operations/course_update/template.{suffix}" in page
        assert f"{PAGE}/operations/course_update/export.{suffix}" in page
    assert "<option>edX</option>" in page
    assert "<option>MITx</option>" not in page
    assert "at least one of: course_key, course_uuid" in page


def test_every_operation_has_its_columns_and_allowed_values(browser):
    page = browser("editor").get(f"{PAGE}/").content.decode()
    assert page.count('name="operation"') == 6
    assert re.search(r"<code>title</code> <span class=\"badge required\">", page)
    assert "<li>Verified and Audit</li>" in page


@pytest.mark.parametrize(("wish", "is_preview"), [("preview", True), ("run", False)])
def test_upload_leads_to_its_task(browser, wish, is_preview):
    answer = browser("editor").post(f"{PAGE}/", form(wish=wish))
    task = BulkOperationTask.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}/{task.pk}/")
    assert bool(task.options.get("dry_run")) is is_preview
    assert task.uploaded_by.username == "editor"
    assert task.site_domain == "testserver"


def test_options_reach_the_task(browser):
    chosen = {"on_error": "stop", "stop_after": "3", "date_order": "dmy", "on_existing": "update", "notify": "always"}
    browser("editor").post(f"{PAGE}/", form(wish="run", **chosen))
    assert BulkOperationTask.objects.get().options == {**chosen, "stop_after": 3}


def test_number_of_failures_counts_only_where_it_is_asked_for(browser):
    browser("editor").post(f"{PAGE}/", form(wish="run", stop_after="10"))
    assert BulkOperationTask.objects.get().options == {}


def test_header_that_cannot_be_is_explained_and_nothing_kept(browser):
    page = refused(browser("editor").post(f"{PAGE}/", form(b"Titl,number\nA,B\n")))
    assert "<title>Not accepted – New upload" in page
    assert "The column title is missing. Did you mean “Titl”?" in page
    assert 'role="alert"' in page


def test_upload_that_lost_its_end_is_not_run(browser):
    given = form(wish="run")
    del given["is_whole"]
    assert "The upload was cut off" in refused(browser("editor").post(f"{PAGE}/", given))


def test_upload_without_a_wish_is_not_run(browser):
    refused(browser("editor").post(f"{PAGE}/", form(wish="")))


def test_upload_without_a_file_says_so(browser):
    given = form()
    del given["csv_file"]
    assert "File: Choose a file, or paste cells." in refused(browser("editor").post(f"{PAGE}/", given))


def test_double_click_makes_one_task(browser):
    client, once = browser("editor"), uuid.uuid4()
    addresses = {client.post(f"{PAGE}/", form(sent_once=once))["Location"] for _ in range(2)}
    assert len(addresses) == BulkOperationTask.objects.count() == 1


def test_going_back_to_run_after_a_preview_makes_another(browser):
    client, once = browser("editor"), uuid.uuid4()
    client.post(f"{PAGE}/", form(sent_once=once))
    client.post(f"{PAGE}/", form(sent_once=once, wish="run"))
    assert BulkOperationTask.objects.count() == 2


def test_uploads_that_pile_up_are_refused_with_a_word(browser, settings):
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "WAITING_TASKS_PER_USER": 1}
    client = browser("editor")
    client.post(f"{PAGE}/", form())
    answer = client.post(f"{PAGE}/", form())
    assert answer.status_code == 429
    assert b"Many of your uploads are waiting already." in answer.content


def test_oversized_request_is_refused_unread(browser, settings):
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "MAX_FILE_BYTES": 1000}
    answer = browser("editor").post(f"{PAGE}/", form(b"x" * 70_000))
    assert answer.status_code == 413
    assert b"The file is too large" in answer.content
    assert BulkOperationTask.objects.count() == 0


def check(client, content, name="courses.csv", task_type="course_create"):
    file = SimpleUploadedFile(name, content)
    return client.post(f"{PAGE}/check/", {"csv_file": file, "task_type": task_type}).content.decode()


def test_picked_file_shows_its_first_rows(browser):
    rows = [{**BARE, "number": f"N{number}"} for number in range(9)]
    seen = check(browser("editor"), csv_of(rows))
    assert "The file can be used" in seen
    assert "9 rows" in seen
    assert "<bdi>N4</bdi>" in seen
    assert "<bdi>N5</bdi>" not in seen


def test_picked_file_shows_what_its_columns_become_and_what_it_lacks(browser):
    content = csv_of([{**BARE, "colour": "red"}]).replace(b"title", b"Titl").replace(b"number", b"Q7")
    seen = check(browser("editor"), content)
    assert "Some columns need a choice" in seen
    assert re.search(r'name="column-1"(?s:.*?)<option selected>title</option>', seen)
    assert 'name="constant-number"' in seen
    assert "<bdi>red</bdi>" in seen


def test_what_was_matched_on_the_page_is_what_is_read(browser):
    sheet = b"Name,Q7,Area\nRivers,RIV1,Comp Sci\n"
    chosen = {"header-0": "Name", "column-0": "title", "header-1": "Q7", "column-1": "number"}
    chosen |= {"header-2": "Area", "column-2": "primary_subject", "text-primary_subject-0": "Comp Sci"}
    chosen |= {"word-primary_subject-0": "Computer Science", "save_as": "Partner A", "share_with": "nobody"}
    chosen |= {f"constant-{name}": value for name, value in BARE.items() if name not in ("title", "number")}
    answer = browser("editor").post(f"{PAGE}/", form(sheet, **chosen))
    assert answer.status_code == 302, answer.content.decode()
    mapping = BulkOperationTask.objects.get().mapping
    assert mapping["columns"] == {"name": "title", "q7": "number", "area": "primary_subject"}
    assert mapping["values"] == {"primary_subject": {"comp sci": "Computer Science"}}
    assert mapping["constants"]["organization"] == BARE["organization"]
    saved = SavedMapping.objects.get()
    assert (saved.name, saved.group, saved.mapping) == ("Partner A", None, mapping)


def test_two_columns_fill_one_only_if_that_is_ticked(browser):
    sheet = csv_of([{**BARE, "Subtitle": "A survey"}])
    chosen = {"header-1": "title", "column-1": "title", "header-8": "Subtitle", "column-8": "title"}
    assert "more than once" in refused(browser("editor").post(f"{PAGE}/", form(sheet, **chosen)))
    browser("editor").post(f"{PAGE}/", form(sheet, **chosen, **{"join-title": "1"}))
    assert BulkOperationTask.objects.get().mapping["joins"]["title"]["headers"] == ["title", "subtitle"]


def test_refused_sheet_shows_its_columns_to_a_reader_without_scripts(browser):
    page = refused(browser("editor").post(f"{PAGE}/", form(b"Name,Q7\nRivers,RIV1\n")))
    assert 'name="column-0"' in page
    assert 'name="constant-organization"' in page


def test_picked_file_that_is_no_table_is_explained(browser):
    assert "The file has a header but no rows." in check(browser("editor"), b"title\n")


def test_workbook_that_cannot_be_read_now_is_to_be_sent_later(browser, monkeypatch):
    monkeypatch.setattr("course_discovery_bulk.reading.workbook.process._CHILD", "no_such_module")
    client, content = browser("editor"), workbook([list(BARE), list(BARE.values())])
    answer = client.post(f"{PAGE}/", form(content))
    assert (answer.status_code, BulkOperationTask.objects.count()) == (503, 0)
    assert b"Try again in a few minutes." in answer.content
    assert "Try again in a few minutes." in check(client, content)


def test_looking_at_a_file_keeps_nothing(browser, tmp_path, settings):
    folder = tmp_path / "kept"
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "STORAGE_LOCATION": str(folder)}
    check(browser("editor"), csv_of([BARE]))
    assert BulkOperationTask.objects.count() == 0
    assert not folder.exists()


def test_names_and_cells_are_text(browser):
    evil = "<img src=x onerror=alert(1)>"
    seen = check(browser("editor"), csv_of([{**BARE, "title": evil, evil: evil}]), name=f"{evil}.csv")
    assert "<img" not in seen
    assert seen.count("&lt;img src=x onerror=alert(1)&gt;") >= 3


def test_files_to_start_from(browser):
    client = browser("editor")
    plain = client.get(f"{PAGE}/operations/course_update/template.csv")
    example = client.get(f"{PAGE}/operations/course_update/template.csv", {"example": "true"})
    export = client.get(f"{PAGE}/operations/course_update/export.csv", {"org": "edX"})
    assert len(b"".join(plain.streaming_content).splitlines()) == 1
    assert b"edX+CS101" in b"".join(example.streaming_content)
    assert export["Content-Disposition"] == 'attachment; filename="course_update-export.csv"'
    assert b"edX+" in b"".join(export.streaming_content)


def test_an_export_can_be_narrowed(browser):
    client = browser("editor")
    page = client.get(f"{PAGE}/?operation=course_run_update").content.decode()
    address = f"{PAGE}/operations/course_run_update/export.csv"
    none = client.get(address, {"org": "", "status": "published", "starts_from": "2999-01-01", "keys": "\r\n"})
    refused = client.get(address, {"starts_from": "soon"}, follow=True)

    for name in ("org", "keys", "subject", "status", "starts_from", "starts_until"):
        assert f'name="{name}"' in page
    assert all(f'<option value="{status}">{word}</option>' in page for status, word in RUN_STATUS_WORDS.items())
    assert set(RUN_STATUS_WORDS) == set(RUN_STATUSES)
    assert len(b"".join(none.streaming_content).splitlines()) == 1
    assert b"starts_from must be a date such as 2027-01-31" in refused.content


def test_export_of_another_organization_leads_back_with_the_reason(browser):
    answer = browser("editor").get(f"{PAGE}/operations/course_update/export.csv", {"org": "NOX"}, follow=True)
    assert answer.redirect_chain == [(f"{PAGE}/?operation=course_update", 302)]
    assert b"There is no organization NOX" in answer.content


@pytest.mark.parametrize("usual", ["never", "always"])
def test_mail_is_offered_as_the_setting_says(browser, settings, usual):
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "NOTIFY": usual}

    page = browser("editor").get(f"{PAGE}/").content.decode()

    assert "Email me when it finishes" in page
    [chosen] = [tag for tag in re.findall(r'<input[^>]*name="notify"[^>]*>', page) if "checked" in tag]
    assert f'value="{usual}"' in chosen
