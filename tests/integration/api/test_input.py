"""Bad files over REST: each is refused at once with what is wrong, in one answer, and leaves nothing behind."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_discovery_bulk.models import BulkOperationTask
from tests.examples import share_of
from tests.integration.api.test_upload import COURSES, FORM, HEADER, ROW, URL, form, raw_form, stored_files
from tests.unit.reading.workbooks import read_in_this_process, text_table, workbook

pytestmark = pytest.mark.django_db
NAMES = HEADER.decode().strip()


@pytest.fixture(autouse=True)
def _in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    read_in_this_process(monkeypatch)


def zipped(name: str, content: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def problems(answer: Any) -> list[tuple[str, int | None, str | None]]:
    return [(found["code"], found["line"], found["column"]) for found in answer.json()["problems"]]


def assert_nothing_is_left(folder: Any) -> None:
    assert not BulkOperationTask.objects.exists()
    assert stored_files(folder) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("EMPTY_FILE", None, None)]),
        (b" \r\n\t\r\n", [("EMPTY_FILE", None, None)]),
        (HEADER, [("NO_ROWS", None, None)]),
        (HEADER + b" , , \r\n", [("NO_ROWS", None, None)]),
        (COURSES + b'edX,"open,CS102\r\n', [("UNCLOSED_QUOTE", 3, None)]),
        (COURSES + b"edX,\xc3\xa9\xff\r\n", [("UNREADABLE_ENCODING", None, None)]),
        (COURSES.decode().encode("utf-16-le"), [("NOT_A_TABLE", None, None)]),
        (zipped("courses.csv", COURSES), [("NOT_A_TABLE", None, None)]),
        (gzip.compress(COURSES), [("NOT_A_TABLE", None, None)]),
        (b"MZ\x90\x00\x03" + bytes(200), [("NOT_A_TABLE", None, None)]),
        (b"<html><table><tr><td>title</td></tr></table></html>", [("NOT_A_TABLE", None, None)]),
    ],
)
def test_a_file_that_is_no_table_of_rows_is_refused(client_of, upload_folder, content, expected) -> None:
    answer = client_of("editor").post(URL, form(content))

    assert (answer.status_code, problems(answer)) == (400, expected)
    assert_nothing_is_left(upload_folder)


def test_everything_wrong_with_a_header_is_told_in_one_answer(client_of, upload_folder) -> None:
    header = NAMES.replace("title", "Number ").replace("start_date", "strat_date")

    answer = client_of("editor").post(URL, form(f"{header},,\x01\r\n{ROW.decode().strip()},x,y\r\n".encode()))

    assert problems(answer) == [
        ("CONTROL_CHARACTER", 1, "J"),
        ("NAMELESS_COLUMNS", 1, "I"),
        ("MISSING_COLUMN", 1, "title"),
        ("MISSING_COLUMN", 1, "start_date"),
        ("DUPLICATE_COLUMN", 1, "number"),
        ("UNKNOWN_COLUMN", 1, "\x01"),
    ]
    assert "“strat_date”" in answer.json()["problems"][3]["message"]
    assert_nothing_is_left(upload_folder)


@pytest.mark.parametrize(
    ("limits", "content", "code", "said"),
    [
        ({"MAX_ROWS": 3}, HEADER + ROW * 4, "TOO_MANY_ROWS", "more than 3 rows"),
        ({"MAX_COLUMNS": 9}, COURSES.replace(b"title", b"title,a,b"), "TOO_MANY_COLUMNS", "10 columns; the limit is 9"),
        ({"MAX_CELL_BYTES": 40}, COURSES.replace(b"title", b"t" * 50), "CELL_TOO_LONG", "more than 40 bytes"),
    ],
)
def test_a_limit_is_named_and_nothing_is_truncated(
    client_of, upload_folder, bulk_settings, limits, content, code, said
) -> None:
    bulk_settings(**limits)

    answer = client_of("editor").post(URL, form(content))

    first = answer.json()["problems"][0]
    assert (answer.status_code, first["code"]) == (400, code)
    assert said in first["message"]
    assert_nothing_is_left(upload_folder)


@pytest.mark.parametrize("form_of", ["part", "body"])
def test_a_compressed_request_is_not_unpacked(client_of, upload_folder, form_of) -> None:
    """Nobody unpacks it, so what arrives is no form, or no table: a bomb stays packed."""
    body, headers = gzip.compress(raw_form()), {"Content-Encoding": "gzip"}
    if form_of == "part":
        body, headers = raw_form().replace(COURSES, gzip.compress(COURSES)), {}
        body = body.replace(b"text/csv\r\n", b"text/csv\r\nContent-Encoding: gzip\r\n")

    answer = client_of("editor").generic("POST", URL, body, content_type=FORM, headers=headers)

    assert answer.status_code == 400
    assert_nothing_is_left(upload_folder)


def test_answers_are_json_for_browsers_too(client_of) -> None:
    content = COURSES.replace(b"title", b"<script>alert(1)</script>")

    answer = client_of("editor").post(URL, form(content), headers={"Accept": "text/html,*/*"})

    assert answer.json()["problems"]
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/json", "nosniff")


TABLE = [row.split(",") for row in COURSES.decode().strip().split("\r\n")]
SEEDS = [COURSES, COURSES.decode().encode("utf-16"), text_table(TABLE * 3), workbook(TABLE)]
PIECES = [
    b'"',
    b",",
    b";",
    b"\t",
    b"\r",
    b"\n",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"PK\x03\x04",
    b"'=",
    b"[clear]",
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file with some bytes replaced, put in, or cut off."""
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _change in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 3))] = draw(st.sampled_from(PIECES) | st.binary(max_size=4))
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


def assert_answered(client: Any, content: bytes) -> None:
    before = BulkOperationTask.objects.count()

    answer = client.post(URL, form(content))

    assert answer.status_code in (201, 400), content
    assert BulkOperationTask.objects.count() - before == (answer.status_code == 201)
    assert answer.status_code == 201 or answer.json()["problems"]


@settings(max_examples=share_of(100), database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=300) | damaged())
def test_any_bytes_are_answered_and_never_with_an_error_of_ours(client_of, bulk_settings, content) -> None:
    bulk_settings(WAITING_TASKS_PER_USER=10_000)
    assert_answered(client_of("editor"), content)


@pytest.mark.slow
@settings(max_examples=500, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=300) | damaged())
def test_many_more_bytes(client_of, bulk_settings, content) -> None:
    bulk_settings(WAITING_TASKS_PER_USER=10_000)
    assert_answered(client_of("editor"), content)
