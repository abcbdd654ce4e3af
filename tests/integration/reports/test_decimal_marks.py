"""Prices in a file that writes decimals with a comma: read as chosen, and written so in the file that undoes it."""

from __future__ import annotations

import pytest

from sandbox.discovery.models import CourseEntitlement
from tests.integration.reports.conftest import BASE, FULL_KEY, statuses

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
