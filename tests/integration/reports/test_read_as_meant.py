"""Files that write as people do: prices with decimal commas, and words that the catalog does not have."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sandbox.discovery.models import CourseEntitlement
from tests.integration.reports.conftest import BARE_KEY, BASE, FULL_KEY, statuses

pytestmark = pytest.mark.usefixtures("names_fetched_once")


def price() -> str:
    return str(CourseEntitlement.objects.get(course__key=FULL_KEY, course__draft=True).price)


def test_the_decimal_mark_that_was_chosen_counts_and_an_undo_has_it_too(upload, client_of) -> None:
    content = f"course_key;verified_price\n{FULL_KEY};1.000\n".encode()

    refused = upload("course_update", content)
    task = upload("course_update", content, decimal="comma")
    written = price()
    undo = b"".join(client_of("staff").get(f"{BASE}/{task.pk}/undo.csv").streaming_content)
    undone = upload("course_update", undo)

    assert [code for _status, codes in statuses(refused) for code in codes] == ["BAD_PRICE"]
    assert (statuses(task), written) == ([("succeeded", [])], "1000.00")
    assert b";149,50;" in undo
    assert (statuses(undone), price()) == ([("succeeded", [])], "149.50")


def test_a_look_at_a_file_lists_each_unknown_value_once(client_of) -> None:
    content = f"course_key,primary_subject\n{FULL_KEY},Comp Sci\n{BARE_KEY},comp sci\n".encode()
    given = {"csv_file": SimpleUploadedFile("a.csv", content), "task_type": "course_update"}

    body = client_of("staff").post(f"{BASE}/inspect/", given).json()

    (found,) = body["unknown_values"]
    assert (found["column"], found["text"], found["count"]) == ("primary_subject", "Comp Sci", 2)
