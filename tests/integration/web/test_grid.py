"""The grid of rows on the page of a task: what it shows, searches, sorts and remembers, all without a script."""

import re
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.reports.conftest import BARE_KEY, FULL_KEY
from tests.integration.web.conftest import PAGE

pytestmark = pytest.mark.usefixtures("names_fetched_once")

LONG = " ".join(f"word{number}" for number in range(300))
CHANGE = {"course_key": FULL_KEY, "title": "A new title", "primary_subject": "Social Sciences"}
WRONG = {"course_key": BARE_KEY, "level_type": "Introductry"}


def page_of(client, task, path="", **query):
    answer = client.get(f"{PAGE}/{task.pk}/{path}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def lines(page):
    """The rows of the grid, in order."""
    return [int(line) for line in re.findall(r'data-line="(\d+)"', page)]


def headers(page):
    """The columns of the grid with their letters, in order."""
    head = page.partition("<thead")[2].partition("</thead>")[0]
    return re.findall(r"<bdi>([^<]*)</bdi><small>\s*([^<]*?)\s*<", head)


def cell(page, name):
    """The cell of that id as it is written."""
    return re.search(rf'<td role="gridcell" id="{re.escape(name)}".*?</td>', page, re.DOTALL)[0]


def texts(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def preview(upload):
    return upload("course_update", [CHANGE, WRONG], user="editor", dry_run=True)


def test_cells_are_marked_with_what_becomes_of_them(browser, preview):
    page = page_of(browser("editor"), preview, outcome="all")

    ours = [("course_key", "A"), ("title", "B"), ("primary_subject", "C"), ("level_type", "D")]
    assert headers(page)[:4] == ours
    assert ("secondary_subject", "not in the file") in headers(page)  # it moves up, which is to be seen
    assert lines(page) == [2, 3]
    assert 'class="is-changed"' in cell(page, "cell-2-1")
    assert "becomes </span>A new title" in cell(page, "cell-2-1")
    wrong = cell(page, "cell-3-3")
    assert 'aria-invalid="true"' in wrong
    assert 'aria-describedby="cell-3-3-tip"' in wrong
    assert 'data-suggestion="Introductory"' in wrong
    assert "Did you mean “Introductory”" in texts(wrong)
    assert cell(page, "cell-3-0") == f'<td role="gridcell" id="cell-3-0"><bdi>{BARE_KEY}</bdi></td>'


def test_it_opens_on_what_needs_attention(browser, preview):
    client = browser("editor")

    assert lines(page_of(client, preview)) == [3]
    assert lines(page_of(client, preview, outcome="changed")) == [2]
    assert lines(page_of(client, preview, outcome="problems")) == [3]


def test_rows_are_searched_and_sorted(browser, upload):
    rows = [
        {"course_key": BARE_KEY, "title": "Étude", "length": "10"},
        {"course_key": FULL_KEY, "title": "beta", "length": "9"},
        {"course_key": "edX+NONE", "title": "Alpha", "length": ""},
    ]
    task = upload("partial_updates", rows, user="editor", dry_run=True)
    client = browser("editor")
    queries = {
        "é": {"q": "ÉTUDE"},
        "in another column": {"q": "beta", "in": "0"},
        "in its column": {"q": "beta", "in": "1"},
        "up": {"sort": "1"},
        "down": {"sort": "-1"},
        "numbers": {"sort": "2"},
        "not a column": {"sort": "nonsense"},
        "by problem": {"code": "NOT_FOUND"},
    }
    found = {name: lines(page_of(client, task, outcome="all", **query)) for name, query in queries.items()}

    assert found["é"] == [2]
    assert found["in another column"] == []
    assert found["in its column"] == [3]
    assert found["up"] == [4, 3, 2]
    assert found["down"] == [2, 3, 4]
    assert found["numbers"] == [3, 2, 4]
    assert found["not a column"] == [2, 3, 4]


def test_rows_are_found_by_their_problem(browser, preview):
    client = browser("editor")
    (problem,) = [item for item in preview.rows.get(line=3).problems if item["column"] == "level_type"]
    about = {"code": problem["code"], "about": "level_type", "outcome": "all"}

    assert lines(page_of(client, preview, **about)) == [3]
    assert lines(page_of(client, preview, **about, value="Introductry")) == [3]
    assert lines(page_of(client, preview, **about, value="x")) == []
    assert "No row matches your search." in page_of(client, preview, **about, value="x")


def test_columns_are_chosen_and_remembered(browser, preview):
    client = browser("editor")
    answer = client.post(f"{PAGE}/{preview.pk}/rows/columns/", {"place": ["0"], "query": "outcome=all&sort=1"})

    assert answer["Location"] == f"{PAGE}/{preview.pk}/?outcome=all&sort=1#rows"
    # What is marked is shown in any case.
    assert headers(page_of(client, preview, outcome="all"))[0] == ("course_key", "A")
    assert [name for name, _ in headers(page_of(client, preview))] == ["course_key", "level_type"]
    client.post(f"{PAGE}/{preview.pk}/rows/columns/", {"forget": "1"})
    assert len(headers(page_of(client, preview, outcome="all"))) > 4
    assert [name for name, _ in headers(page_of(client, preview, columns="marked"))] == ["level_type"]


def test_a_row_and_a_cell_have_pages_of_their_own(browser, upload):
    change = {"course_key": FULL_KEY, "additional_information": f"<p>{LONG}</p>"}
    task = upload("course_update", [change, WRONG], user="editor", dry_run=True)
    client = browser("editor")

    assert "word150" not in page_of(client, task, outcome="all")
    row = page_of(client, task, "rows/2/")
    assert "word150" in row
    assert row.count("<h1") == 1
    assert "Show with HTML tags" in row
    by_script = client.get(f"{PAGE}/{task.pk}/rows/2/cells/1/", headers={"HX-Request": "true"}).content.decode()
    assert "word150" in by_script
    assert "<html" not in by_script
    assert client.get(f"{PAGE}/{task.pk}/rows/2/cells/1/")["Location"] == f"{PAGE}/{task.pk}/rows/2/#cell-2-1"
    for path in ("rows/99/", "rows/99/cells/1/", "rows/2/cells/77/"):
        assert client.get(f"{PAGE}/{task.pk}/{path}", headers={"HX-Request": "true"}).status_code == 404
    assert browser("outsider").get(f"{PAGE}/{task.pk}/rows/2/").status_code in (403, 404)


def test_a_column_that_the_file_does_not_have_is_shown_where_it_is_missing(browser, upload):
    row = {"organization": "edX", "title": "x", "number": "GRID1", "course_enrollment_track": "Verified and Audit"}
    more = {"course_run_enrollment_track": "Verified and Audit", "course_pacing": "Self-Paced"}
    dates = {"start_date": "2030-01-15", "end_date": "2030-06-15"}
    task = upload("course_create", [row | more | dates], user="editor", dry_run=True)
    page = page_of(browser("editor"), task)

    assert headers(page)[-1] == ("verified_price", "not in the file")
    assert 'aria-invalid="true"' in cell(page, "cell-2-x-verified_price")


def seconds_of(client, task, query):
    """Processor time of one page; of several the shortest says what it takes when others do not disturb it."""
    begun = time.process_time()
    page_of(client, task, **query)
    return time.process_time() - begun


def test_every_interaction_is_quick_and_reads_what_it_shows_with_10000_rows(browser, preview):
    problem = {"code": "BAD_DATE", "message": "“x” is not a date.", "severity": "error", "column": "title"}
    BulkOperationRow.objects.bulk_create(
        BulkOperationRow(
            task=preview,
            line=line,
            status="invalid" if line % 10 else "pending",
            cells={"course_key": f"edX+N{line}", "title": f"Title {line} " * 5, "primary_subject": "x" * 50},
            problems=[{**problem, "line": line, "value": str(line % 4000)}] if line % 10 else [],
            changes={} if line % 10 else {"title": ["before", f"after {line}"]},
        )
        for line in range(100, 10_000)
    )
    BulkOperationTask.objects.filter(pk=preview.pk).update(total_count=9_902, invalid_count=8_910)
    client = browser("editor")
    page_of(client, preview, outcome="all")  # what is kept between requests is there now
    queries = {
        "plain": {},
        "last": {"page": "198", "outcome": "all"},
        "search": {"q": "title 777"},
        "sort": {"sort": "1"},
    }
    seconds, counts = {}, {}
    for name, query in queries.items():
        with CaptureQueriesContext(connection) as asked:
            page = page_of(client, preview, **query)
        seconds[name], counts[name] = min(seconds_of(client, preview, query) for _try in range(3)), len(asked)
        assert 0 < len(lines(page)) <= 50

    assert {name: spent for name, spent in seconds.items() if spent > 0.5} == {}
    assert max(counts.values()) <= 18


def edit(client, task, line, place, **given):
    return client.post(f"{PAGE}/{task.pk}/rows/{line}/cells/{place}/", given, headers={"HX-Request": "true"})


def test_a_cell_is_edited_and_what_changed_is_swapped(browser, preview):
    client = browser("editor")
    shown = {"shown_lines": "3", "shown_places": "0,3", "before": "Introductry"}
    panel = client.get(f"{PAGE}/{preview.pk}/rows/3/cells/3/", headers={"HX-Request": "true"}).content.decode()
    assert re.search(r"<option selected>Introductory</option>", panel)

    answer = edit(client, preview, 3, 3, value="Introductory", **shown)

    preview.refresh_from_db()
    row = preview.rows.get(line=3)
    assert (row.cells["level_type"], row.status, preview.status) == ("Introductory", "pending", "validated")
    page = answer.content.decode()
    assert answer["X-Grid"] == "saved"
    assert lines(page) == [3]
    assert "2 rows will be written; nothing has been written yet." in texts(page)
    assert "1 row was edited and checked again." in texts(page)
    assert "Edited by editor. It said “Introductry”." in texts(page)
    assert 'id="grid-groups"' in page
    assert "<html" not in page
    assert page_of(client, preview).count("1 edit<") == 1


def test_a_cell_that_somebody_else_edited_is_shown_as_it_is_now(browser, preview):
    client = browser("editor")
    edit(browser("staff"), preview, 3, 3, value="Advanced", before="Introductry")

    page = texts(edit(client, preview, 3, 3, value="Introductory", before="Introductry").content.decode())

    assert "Someone else has edited this." in page
    assert "staff wrote: Advanced" in page
    assert preview.rows.get(line=3).cells["level_type"] == "Advanced"


def test_without_a_script_a_row_is_edited_on_its_page(browser, preview):
    client = browser("editor")
    page = page_of(client, preview, "rows/3/")
    given = dict(re.findall(r'name="((?:before|value)-[^"]+)" value="([^"]*)"', page))

    answer = client.post(f"{PAGE}/{preview.pk}/rows/3/", {**given, "value-3": "Introductory"}, follow=True)

    assert "1 row was edited and checked again." in texts(answer.content.decode())
    assert [(edit.line, edit.column, edit.after) for edit in preview.edits.all()] == [(3, "level_type", "Introductory")]
    stale = client.post(f"{PAGE}/{preview.pk}/rows/3/", {"before-3": "x", "value-3": "y"}, follow=True)
    assert "Someone else has edited this." in texts(stale.content.decode())


def test_equal_problems_are_fixed_or_left_out_together(browser, upload):
    rows = [{**WRONG, "course_key": key} for key in (BARE_KEY, FULL_KEY, "edX+NONE")]
    task = upload("course_update", rows, user="editor", dry_run=True)
    client = browser("editor")
    page = page_of(client, task)
    assert "Replace in all 3 rows" in page
    form = dict(re.findall(r'<input type="hidden" name="(code|about|value|place)" value="([^"]*)"', page))

    client.post(f"{PAGE}/{task.pk}/rows/replace/", {**form, "new": "Introductory"})
    assert {row.cells["level_type"] for row in task.rows.all()} == {"Introductory"}

    left_out = {"code": "UNKNOWN_COURSE", "about": "course_key", "value": "edX+NONE"}
    code = task.rows.get(line=4).problems[0]["code"]
    answer = client.post(f"{PAGE}/{task.pk}/rows/leave-out/", {**left_out, "code": code}, follow=True)
    assert "Put row 4 back" in texts(page_of(client, task, outcome="left_out"))
    assert lines(page_of(client, task, outcome="left_out")) == [4]
    assert answer.status_code == 200
    client.post(f"{PAGE}/{task.pk}/rows/put-back/", {"line": "4"})
    assert task.rows.get(line=4).status == "invalid"


def test_what_is_being_checked_again_is_followed(browser, preview, settings):
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "EDIT_AT_ONCE_ROWS": 0}
    client = browser("editor")
    answer = edit(client, preview, 3, 3, value="Introductory", before="Introductry")

    assert answer["HX-Retarget"] == "#task"
    page = texts(answer.content.decode())
    assert "1 edited row is being checked again." in page
    assert "Apply these changes" not in page
    by_script = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{PAGE}/{preview.pk}/?outcome=all"}
    again = client.get(f"{PAGE}/{preview.pk}/rows/recheck/", headers=by_script)
    assert 'hx-trigger="load delay:1s"' in again.content.decode()
    while work_on(preview.pk).is_needed:
        pass
    done = client.get(f"{PAGE}/{preview.pk}/rows/recheck/", headers=by_script)
    assert done["HX-Retarget"] == "#task"
    assert lines(done.content.decode()) == [2, 3]
    assert "Apply these changes" in done.content.decode()


def test_what_runs_or_has_ended_is_not_edited(browser, preview):
    client = browser("editor")
    client.post(f"{PAGE}/{preview.pk}/apply/")

    answer = edit(client, preview, 3, 3, value="Introductory", before="Introductry")

    assert "can be edited" in texts(answer.content.decode())
    assert preview.edits.count() == 0


def test_a_colleague_sees_the_grid_and_edits_nothing(browser, preview, django_user_model):
    editor = django_user_model.objects.get(username="editor")
    colleague = django_user_model.objects.create_user("colleague")
    colleague.groups.set(editor.groups.all())
    client = browser("colleague")
    page = page_of(client, preview)

    assert lines(page) == [3]
    assert "Replace" not in texts(page)
    assert "Leave row" not in texts(page)
    assert "Save this row" not in texts(page_of(client, preview, "rows/3/"))
    for path in ("rows/3/", "rows/3/cells/3/", "rows/replace/", "rows/leave-out/", "rows/put-back/"):
        assert client.post(f"{PAGE}/{preview.pk}/{path}", {"value": "x", "line": "3"}).status_code == 404
    assert preview.edits.count() == 0
