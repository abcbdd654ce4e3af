"""CSV files as people have them: damaged text, marks that are not ours, headers and quotation marks of many kinds."""

from __future__ import annotations

import csv
import io

import pytest

from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.reports.csv import write_csv
from course_discovery_bulk.reports.results import failed_table, results_table
from sandbox.discovery.models import Course
from tests.integration.cases.stored import case, made, make_course, topics
from tests.integration.operations.conftest import Run
from tests.integration.operations.test_preview import client


def titles(prefix: str) -> dict[str, str]:
    """Course number -> title, of the courses whose numbers begin so."""
    found = Course.objects.filter(key__startswith=f"edX+{prefix}", draft=True)
    return {course.key.removeprefix("edX+"): course.title for course in found}


def test_damaged_titles_are_refused_by_name_and_the_others_stored_as_shown(catalog: None, run: Run) -> None:
    task = run("course_create", case("011_titles"))

    by_number = {row.cells["number"]: {found["code"] for found in row.problems} for row in task.rows.all()}
    assert by_number["T80911"] == {"LINE_BREAK"}
    assert by_number["T80913"] == {"LOST_CHARACTER"}
    assert by_number["T80914"] == by_number["T80915"] == {"CONTROL_CHARACTER"}
    assert by_number["T80918"] == {"DIRECTION_MARK"}
    assert by_number["T80912"] == {"CONTROL_CHARACTER"}
    assert by_number["T80916"] == by_number["T80923"] == {"HIDDEN_CHARACTER"}
    assert by_number["T80919"] == {"ENTITY_READ"}
    assert by_number["T80920"] == {"TAGS_SHOWN"}
    assert by_number["T80910"] == {"SPREADSHEET_VALUE_KEPT"}
    assert by_number["T80926"] == by_number["T80927"] == {"SPREADSHEET_VALUE"}
    assert by_number["T80921"] == {"MISREAD_TEXT"}
    stored = titles("T809")
    refused = ("T80911", "T80912", "T80913", "T80914", "T80915", "T80918", "T80921", "T80926", "T80927")
    assert not stored.keys() & {*refused}
    assert stored["T80909"] == "Intro to X"
    assert stored["T80917"] == "Bidi wrapped"
    assert stored["T80919"] == "A & B"
    assert stored["T80922"] == "Emoji 🎓 ok"


def test_headers_as_people_write_them_name_the_columns(catalog: None, run: Run) -> None:
    for name in ("100_asterisk", "101_title_case", "103_hyphen"):
        run("course_create", case(name))

    assert titles("T8") == {"T81299": "H", "T81300": "H", "T81302": "H"}


def test_a_column_that_is_not_known_is_asked_for_once(catalog: None, run: Run) -> None:
    task = run("course_create", case("101_title_case"), dry_run=True)

    asked = [note["column"] for note in task.notes]
    assert len(asked) == len(set(asked))
    assert {"Subject", "Price (USD)"} <= set(asked)


def test_quotation_marks_are_no_part_of_titles(catalog: None, run: Run) -> None:
    for name in ("043_backslash_quotes", "044_space_before_quote"):
        run("course_create", case(name))

    assert titles("T8103") == {
        "T81035": 'The "big" picture',
        "T81036": "Plain, ok",
        "T81037": "Intro to X",
        "T81038": "Intro, to Y",
    }
    shown = client().get_course("edX+T81036")["short_description"]
    assert shown == '<p>A "b, c" d</p>'


def test_a_status_column_of_the_users_own_skips_nothing(catalog: None, run: Run) -> None:
    make_course(run, "edX+KEY-1x")

    task = run("course_update", case("111_status_column"))

    assert [note["code"] for note in task.notes] == ["UNKNOWN_COLUMN"]
    assert client().get_course("edX+KEY-1x")["level_type"] == "Advanced"
    headers = b"".join(write_csv(results_table(task))).decode("utf-8-sig").splitlines()[0]
    assert headers == "course_key,level_type,Status (uploaded),line,status,codes,messages,key,link,edited,upload_number"


def test_an_apostrophe_of_a_title_stays(catalog: None, run: Run) -> None:
    run("course_create", case("230_apostrophe_title"))

    assert sorted(titles("T8225").values()) == ["'-ing' forms in English", "'@Home' learning", "'Round Midnight"]


def test_files_of_a_task_have_its_delimiter_and_can_be_uploaded_again(catalog: None, run: Run) -> None:
    task = run("course_create", case("220_semicolon_failed").replace(b"49,00", b"nothing"))

    failed = b"".join(write_csv(failed_table(task)))
    header, row = csv.reader(io.StringIO(failed.decode("utf-8-sig")), delimiter=";")
    assert header[:3] == ["organization", "title", "number"]
    assert row[1:3] == ["bad", "T82192"]

    run("course_create", failed.replace(b"nothing", b"49.00"))

    assert titles("T8219") == {"T82191": "ok;semi", "T82192": "bad"}


def test_a_file_with_the_delimiter_in_its_first_line_is_read(catalog: None, run: Run) -> None:
    run("course_create", case("037_sep"))

    assert made("Sep hint") is not None


def test_files_older_than_utf_8_are_read_as_they_were_written(catalog: None, run: Run) -> None:
    for name in ("030_cp1250", "031_gb18030"):
        run("course_create", case(name))

    assert titles("T8102") == {"T81022": "Úvod do počítačů a řízení", "T81023": "数据科学导论"}
    assert topics(Course.objects.get(key="edX+T81022", draft=True)) == ["česky", "žáci"]


@pytest.mark.parametrize("name", ["260_all_in_one_cell", "268_mixed_delims"])
def test_cells_that_are_not_parted_are_one_problem(name: str, catalog: None, run: Run) -> None:
    with pytest.raises(UploadRefused) as refused:
        run("course_create", case(name))

    expected = {"260_all_in_one_cell": "ALL_IN_ONE_CELL", "268_mixed_delims": "MIXED_DELIMITERS"}
    assert [found.code for found in refused.value.problems] == [expected[name]]


def test_titles_above_the_header_are_left_out_with_a_note(catalog: None, run: Run) -> None:
    task = run("course_create", case("053_title_rows", "xlsx"), dry_run=True)

    assert "HEADER_BELOW" in [note["code"] for note in task.notes]
    assert task.reading["header_line"] == 3
    assert task.rows.order_by("line")[0].line == 4
