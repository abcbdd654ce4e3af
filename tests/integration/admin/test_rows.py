"""The admin of rows: the list of one task, one row in full, read only."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from course_discovery_bulk.models import BulkOperationRow
from tests.integration.api.records import make_rows, make_task

pytestmark = pytest.mark.django_db

LIST = "/admin/course_discovery_bulk/bulkoperationrow/"
SCRIPT = "<script>alert('x')</script>"


def lines(answer) -> list[int]:
    return [row.line for row in answer.context["cl"].result_list]


def test_the_list_shows_the_rows_of_one_task_in_order(staff_client, people) -> None:
    task, other = make_task(people["editor"]), make_task(people["editor"])
    make_rows(task, 3)
    make_rows(other, 2)
    task.rows.filter(line=3).update(status="failed", problems=[{"code": "BAD_DATE", "message": "No date."}])

    whole = staff_client.get(f"{LIST}?task__id__exact={task.pk}")
    failed = staff_client.get(f"{LIST}?task__id__exact={task.pk}&status__exact=failed")

    assert lines(whole) == [2, 3, 4]
    assert lines(failed) == [3]
    assert "No date." in failed.content.decode()


def test_the_list_is_paged_by_100_and_costs_the_same_for_any_page(staff_client, people) -> None:
    costs = []
    staff_client.get(LIST)  # fills Django's caches of content types
    for count in (150, 350):
        task = make_task(people["editor"])
        make_rows(task, count, cells={"title": "x" * 1000})
        with CaptureQueriesContext(connection) as queries:
            answer = staff_client.get(f"{LIST}?task__id__exact={task.pk}")
        costs.append(len(queries))
        assert len(lines(answer)) == min(count, 100)
        assert not any('"cells"' in query["sql"] for query in queries)

    assert costs[0] == costs[1]


def test_a_row_shows_cells_problems_changes_and_steps(staff_client, people) -> None:
    problem = {
        "code": "BAD_DATE",
        "message": "“x” is not a date.",
        "column": "start_date",
        "value": "x",
        "hint": "Fix.",
    }
    step = {"act": "update_course", "state": "done", "body": {"watchers": ["a@example.com"]}, "sent_at": None}
    (row,) = make_rows(
        make_task(people["editor"]),
        1,
        cells={"title": "New name"},
        problems=[problem],
        steps=[step],
        changes={"title": ["Old name", "New name"], "subjects": [["a"], ["a", "b"]]},
        object_key="edX+A",
    )

    text = staff_client.get(f"{LIST}{row.pk}/change/").content.decode()

    for shown in ("BAD_DATE", "“x” is not a date.", "Fix.", "Old name", "New name", "edX+A", "Update a course", "Done"):
        assert shown in text
    assert "[&quot;a&quot;, &quot;b&quot;]" in text
    assert "a@example.com" not in text


def test_text_from_files_and_from_discovery_is_escaped(staff_client, people) -> None:
    (row,) = make_rows(
        make_task(people["editor"], original_filename=SCRIPT),
        1,
        cells={SCRIPT: SCRIPT},
        object_key=SCRIPT,
        problems=[{"code": SCRIPT, "message": SCRIPT}],
        changes={SCRIPT: [SCRIPT, SCRIPT]},
        object_url=f"javascript:{SCRIPT}",
        steps=[{"act": SCRIPT, "state": SCRIPT}],
    )

    for url in (LIST, f"{LIST}{row.pk}/change/"):
        text = staff_client.get(url).content.decode()
        assert SCRIPT not in text
        assert "&lt;script&gt;" in text
        assert 'href="javascript:' not in text


def test_rows_are_read_only_even_for_superusers(admin_client, people) -> None:
    (row,) = make_rows(make_task(people["editor"], status="completed"), 1, status="failed")

    answers = [
        admin_client.get(f"{LIST}add/"),
        admin_client.post(f"{LIST}{row.pk}/change/", {"status": "succeeded"}),
        admin_client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert BulkOperationRow.objects.get().status == "failed"


def test_the_list_leads_back_to_the_task_and_leaves_room_for_the_problem(staff_client, people) -> None:
    task = make_task(people["editor"], original_filename="a_rather_long_name_of_a_file.csv")
    make_rows(task, 1)

    text = staff_client.get(f"{LIST}?task__id__exact={task.pk}").content.decode()

    assert f'href="/admin/course_discovery_bulk/bulkoperationtask/{task.pk}/change/">{task.pk}</a>' in text
    assert "a_rather_long_name_of_a_file.csv" not in text


def test_a_long_change_shows_the_part_that_differs_and_all_of_it_below(staff_client, people) -> None:
    before = "word " * 500
    row = make_rows(make_task(people["editor"]), 1, changes={"faq": [f"{before}old", f"{before}<new>"]})[0]

    text = staff_client.get(f"{LIST}{row.pk}/change/").content.decode()

    around = "word " * 8
    assert f"<td>…{around}old<details>" in text
    assert f"<td>…{around}&lt;new&gt;<details>" in text
    assert f"{before}&lt;new&gt;</details>" in text


def test_a_query_with_a_null_character_is_refused_before_a_database_sees_it(staff_client) -> None:
    addresses = [f"{LIST}?q=a%00", f"{LIST}?status__exact=%00"]

    assert [staff_client.get(address).status_code for address in addresses] == [400, 400]
