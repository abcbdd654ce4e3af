"""What is refused at upload: empty files, files over a limit, headers and quotation marks that cannot be right."""

from __future__ import annotations

import csv

import pytest

from course_discovery_bulk.reading import splitting
from tests.unit.reading.reading import codes, inspect, read, refusal, texts


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\r\n", b" \t\n", b",,\n,,\n", b"sep=;\n", "\u00a0".encode()]
)
def test_a_file_without_text_is_empty(content: bytes) -> None:
    assert codes(refusal(content)) == [("EMPTY_FILE", None, None)]


@pytest.mark.parametrize("content", [b"title,number", b"title,number\n", b"\ntitle,number\n\n , \n,\n"])
def test_a_header_alone_is_refused(content: bytes) -> None:
    assert codes(refusal(content)) == [("NO_ROWS", None, None)]


def test_a_file_may_have_as_many_bytes_as_the_limit_and_no_more() -> None:
    content = b"title\nabc\n"
    assert refusal(content, max_bytes=10) == ()
    (problem,) = refusal(content, max_bytes=9)
    assert problem.message == "The file has 10 bytes; the limit is 9."


def test_a_file_may_have_as_many_rows_as_the_limit_and_no_more() -> None:
    content = b"title\n" + b"a\n\n" * 7
    assert refusal(content, max_rows=7) == ()
    (problem,) = refusal(content, max_rows=6)
    assert problem.message == "The file has more than 6 rows."


def test_a_header_may_have_as_many_columns_as_the_limit_and_no_more() -> None:
    content = b"a,b,c,,,,\n1,2,3,,,,\n"
    assert refusal(content, max_columns=3) == ()
    (problem,) = refusal(content, max_columns=2)
    assert problem.message == "The header has 3 columns; the limit is 2."


def test_a_header_that_is_too_wide_is_refused_before_any_row_is_read() -> None:
    assert codes(refusal(b'a,b,c\n"never closed', max_columns=2)) == [("TOO_MANY_COLUMNS", 1, None)]


@pytest.mark.parametrize(
    ("content", "letters"),
    [
        (b"title,number,,\na,1,,x\n", ["D"]),
        (b"title,,number,,\na,x,1,,y\n", ["E"]),
        (b"title,number\na,1,x\n", []),
    ],
)
def test_text_after_the_last_name_is_refused(content: bytes, letters: list[str]) -> None:
    errors = [found for found in refusal(content) if found.is_error]
    assert codes(errors) == [("EMPTY_COLUMN_NAME", 1, letter) for letter in letters]


def test_headers_are_cells_as_well() -> None:
    content = b"title\x01,#REF!," + b"x" * 30 + b"\n1,2,3\n"
    assert codes(refusal(content, max_cell_bytes=20)) == [
        ("CONTROL_CHARACTER", 1, "A"),
        ("SPREADSHEET_ERROR", 1, "B"),
        ("CELL_TOO_LONG", 1, "C"),
    ]


@pytest.mark.parametrize(
    ("content", "line", "file_line"),
    [
        (b'title,number\n"two\nlines",1\na,"open\nb,2\n', 3, 4),
        (b'title,number\na,1\n"', 3, 3),
        (b'sep=,\ntitle,number\na,"1\n', 3, 3),
        (b'title,"number\na,1\n', 1, 1),
        (b'"', 1, 1),
        (b'\n\n"\n\n', 3, 3),
        (b'title,number\na,"b ""quoted""\nc,1\n', 2, 2),
    ],
)
def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_place(
    content: bytes, line: int, file_line: int
) -> None:
    (problem,) = refusal(content)
    assert (problem.code, problem.line) == ("UNCLOSED_QUOTE", line)
    assert f"(line {file_line} of the file)" in problem.message


def test_a_quotation_mark_that_closes_in_a_later_row_swallows_nothing() -> None:
    # As cells this would be one row of two: ('a', 'b\nc,d') and a row lost.
    content = b'title,number\na,"b\nc,"d"\ne,f\n'
    assert codes(refusal(content)) == [("UNCLOSED_QUOTE", 2, None)]


def test_a_quotation_mark_inside_a_cell_of_a_row_of_several_lines_is_text() -> None:
    assert texts(b'title,number\n5" disk,"two\nlines"\n') == [('5" disk', "two\nlines")]


def test_a_quotation_mark_open_over_the_rest_of_a_long_file_is_refused_with_its_place() -> None:
    csv.field_size_limit(131_072)  # what the csv module begins with
    content = b'title,number\na,"open\n' + b"b,2\n" * 500_000
    assert codes(refusal(content, max_bytes=10**7)) == [("UNCLOSED_QUOTE", 2, None)]


def test_a_long_cell_is_no_limit_of_the_csv_module() -> None:
    csv.field_size_limit(131_072)
    content = b"title,number\n" + b"x" * 200_000 + b",1\n"
    assert codes(read(content, max_bytes=10**6)[0].problems) == [("CELL_TOO_LONG", 2, "title")]


def test_a_long_header_is_no_limit_of_the_csv_module() -> None:
    csv.field_size_limit(131_072)
    wide = b"a," * 100_000 + b"\n1\n"
    assert codes(refusal(wide, max_bytes=10**6)) == [("TOO_MANY_COLUMNS", 1, None)]
    csv.field_size_limit(131_072)
    long = b"title," + b"x" * 200_000 + b"\n1,2\n"
    assert codes(refusal(long, max_bytes=10**6)) == [("CELL_TOO_LONG", 1, "B")]


def test_more_blank_lines_than_a_spreadsheet_can_hold_are_not_read_to_their_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert splitting.MOST_LINES == 1_048_576
    monkeypatch.setattr(splitting, "MOST_LINES", 10_000)
    (problem,) = refusal(b"title\n" + b"\n" * 10_000 + b"a\n", max_bytes=10**7)
    assert problem.message == "The file has more than 10000 rows."


def test_everything_that_can_be_known_is_told_at_once() -> None:
    content = b'title,title,,number\n1,2,3,4\n1,2,3,"4\n'
    assert codes(refusal(content)) == [
        ("NAMELESS_COLUMNS", 1, "C"),
        ("UNCLOSED_QUOTE", 3, None),
    ]


def test_a_header_swallowed_by_a_quotation_mark_is_not_taken_for_names() -> None:
    # Taken for names, it would have four columns, two of them called x.
    assert codes(refusal(b'"title\na,"b,x,x,y\n1,2\n', max_columns=3)) == [("UNCLOSED_QUOTE", 1, None)]


def test_nothing_is_read_beyond_the_chunk_that_has_too_many_rows() -> None:
    content = b"title,number\n" + b"a,1\n" * 6 + b'b,"open\n'
    assert codes(refusal(content, max_rows=5, chunk_rows=3)) == [("TOO_MANY_ROWS", None, None)]


def test_a_nameless_header_with_thousands_of_columns_is_told_in_short() -> None:
    problems = refusal(b"title" + b"," * 5000 + b"\na" + b",x" * 5000 + b"\n")
    assert len(problems) == 20


def test_reading_headers_keeps_them_as_written() -> None:
    assert inspect(b" Title ,\xe2\x80\x8bNumber\n1,2\n").headers == ("Title", "Number")


def test_letters_that_are_ascii_in_another_encoding_are_weighed_as_words() -> None:
    assert codes(refusal(b"A\xa2\xe0@")) == [("NO_ROWS", None, None)]
