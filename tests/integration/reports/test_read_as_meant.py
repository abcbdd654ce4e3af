"""Files that write as people do: prices with decimal commas, and words that the catalog does not have."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from course_discovery_bulk.service import ColumnMapping
from sandbox.discovery.models import CourseEntitlement, CourseRun
from tests.integration.reports.conftest import BARE_RUN, BASE, FULL_KEY, FULL_RUN, statuses

pytestmark = pytest.mark.usefixtures("names_fetched_once")


def price() -> str:
    return str(CourseEntitlement.objects.get(course__key=FULL_KEY, course__draft=True).price)


def languages(key: str) -> set[str]:
    return {language.code.lower() for language in CourseRun.objects.get(key=key, draft=True).transcript_languages.all()}


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


def test_unknown_values_are_listed_once_and_read_as_chosen_also_within_lists(upload, client_of) -> None:
    table = "course_run_key,transcript_languages\n"
    content = f'{table}{FULL_RUN},"Engl; French - Canada"\n{BARE_RUN},"+engl"\n'.encode()
    given = {"csv_file": SimpleUploadedFile("a.csv", content), "task_type": "course_run_update"}
    mapping = ColumnMapping.from_dict({"values": {"transcript_languages": {"Engl": "English - United States"}}})

    body = client_of("staff").post(f"{BASE}/inspect/", given).json()
    task = upload("course_run_update", content, mapping=mapping)

    (found,) = body["unknown_values"]
    assert (found["column"], found["text"], found["count"]) == ("transcript_languages", "Engl", 2)
    assert statuses(task) == [("succeeded", []), ("succeeded", [])]
    assert languages(FULL_RUN) == {"en-us", "fr-ca"}
    assert languages(BARE_RUN) == {"en-us"}


def test_columns_that_share_a_name_nobody_knows_are_left_out_and_come_back_in_the_results(upload, client_of) -> None:
    content = f"course_key,Remarks,title,Remarks,\n{FULL_KEY},one,,two,\n".encode()

    task = upload("course_update", content)
    results = b"".join(client_of("staff").get(f"{BASE}/{task.pk}/results.csv").streaming_content)

    assert statuses(task) == [("unchanged", [])]
    assert [(note["code"], note["column"]) for note in task.notes] == [("UNKNOWN_COLUMN", "Remarks")]
    assert f"{FULL_KEY},one,,two,2,unchanged".encode() in results
