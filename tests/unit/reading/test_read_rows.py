"""What becomes of the rows of a file that is accepted: their text, their numbers, their problems."""

from __future__ import annotations

import io

import pytest

from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.data import RawRow
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.pipeline.read import Limits, inspect_file, read_chunks
from course_discovery_bulk.problems import Problem
from tests.unit.reading.reading import KNOWN, codes, inspect, limits, read, texts


def problems_of(content: bytes, **changes: int) -> list[Problem]:
    return [problem for row in read(content, **changes) for problem in row.problems]


def test_cells_are_found_under_their_normalised_headers() -> None:
    content = b"Title , NUMBER\nHow to Learn,LEARN\n"
    assert inspect(content).headers == ("Title", "NUMBER")
    assert read(content) == [RawRow(line=2, cells={"title": "How to Learn", "number": "LEARN"})]


def test_limits_come_from_the_settings() -> None:
    assert Limits.from_settings(BulkSettings(max_rows=7, max_file_bytes=9, read_chunk_rows=3)) == Limits(
        max_bytes=9, max_rows=7, max_columns=200, max_cell_bytes=32 * 1024, chunk_rows=3
    )


@pytest.mark.parametrize(
    "text", ["NA", "N/A", "null", "None", "nan", "TRUE", "007", "1e5", "46023", "1,234.50", "-", "[clear]", "=1+1"]
)
def test_nothing_is_converted(text: str) -> None:
    assert texts(f'title,number\n"{text}",x\n'.encode()) == [(text, "x")]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (" a b ", "a b"),
        ("\u00a0a\u00a0b\u00a0", "a\u00a0b"),
        ("\u200ba\u200db\ufeff", "a\u200db"),
        ("\u3000\u2003a\t", "a"),
        ('"\n a\n\nb \n"', "a\n\nb"),
        ('"a\r\nb\rc"', "a\nb\nc"),
        ("e\u0301", "e\u0301"),
        ('5" disk', '5" disk'),
        ('"say ""hi"""', 'say "hi"'),
        ('"abc"x', "abcx"),
        ('""', ""),
    ],
)
def test_text_is_trimmed_and_otherwise_left_as_a_spreadsheet_shows_it(written: str, text: str) -> None:
    assert texts(f"number,title\nx,{written}\n".encode()) == [("x", text)]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("''@x", "'@x"),
        ("' ＝1", "＝1"),
        ("  '+x", "+x"),
        ("'quoted'", "'quoted'"),
        ("'", "'"),
        ("=1+1", "=1+1"),
        ("x;'=1", "x;=1"),
    ],
)
def test_the_apostrophe_that_kept_a_formula_from_running_is_taken_off_in_files_of_ours(written: str, text: str) -> None:
    for ours in ("line,status,codes", "edited_since,cannot_undo,", "exported_at,,"):
        assert texts(f"number,title,{ours}\nx,{written}\n".encode(), max_columns=5)[0][:2] == ("x", text)


@pytest.mark.parametrize("text", ["'-ing' forms", "'@Home' learning", "'Round Midnight", "'=1+1", "x;'=1"])
@pytest.mark.parametrize("other", ["line", "status", "Codes"])
def test_in_any_other_file_an_apostrophe_is_text(other: str, text: str) -> None:
    assert texts(f"title,{other}\n{text},1\n".encode()) == [(text, "1")]


def test_the_apostrophe_is_taken_off_headers_of_ours_as_well() -> None:
    assert inspect(b"title,'=x,exported_at\na,1,\n").headers == ("title", "=x", "exported_at")
    assert inspect(b"title,'=x\na,1\n").headers == ("title", "'=x")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('="007"', "007"),
        ('"=""Intro to X"""', "Intro to X"),
        ('"=""say """"hi"""""""', 'say "hi"'),
        ("=A1", "=A1"),
        ('"=""a""&""b"""', '="a"&"b"'),
    ],
)
def test_a_formula_that_is_only_a_text_is_that_text(written: str, text: str) -> None:
    assert texts(f"title,number\n{written},x\n".encode()) == [(text, "x")]


@pytest.mark.parametrize(
    ("written", "text", "notes"),
    [
        ('"The \\"big\\" picture"', 'The "big" picture', ["BACKSLASH_QUOTES"]),
        ('"A \\"b, c\\" d"', 'A "b, c" d', ["BACKSLASH_QUOTES"]),
        ('"C:\\dir\\"', "C:\\dir\\", []),
        (' "Intro, to Y"', "Intro, to Y", []),
        ('  "Intro to ""Y"""', 'Intro to "Y"', []),
        (' "quoted" text', '"quoted" text', []),
        ('5" disk', '5" disk', []),
    ],
)
def test_quotation_marks_are_read_as_they_were_meant(written: str, text: str, notes: list[str]) -> None:
    (row,) = read(f"number,title,price\nx,{written},1\n".encode())
    assert (tuple(row.cells.values()), [note.code for note in row.problems]) == (("x", text, "1"), notes)


@pytest.mark.parametrize("written", ['"He said \\"hi\nto\\" all"', '"two\nlines" more'])
def test_quotation_marks_that_cannot_be_told_refuse_the_file(written: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        read(f"number,title\nx,{written}\n".encode())
    assert codes(refused.value.problems) == [("UNCLOSED_QUOTE", 2, None)]


@pytest.mark.parametrize("written", ['"He said "hello" to me"', '"a"b', '"a" b, "c"'])
def test_quotation_marks_that_cannot_be_told_in_one_line_refuse_the_row(written: str) -> None:
    rows = read(f"number,title\nx,{written}\ny,b\n".encode())
    assert [codes(row.problems) for row in rows] == [[("BROKEN_QUOTES", 2, None)], []]


def test_a_title_above_the_header_may_be_called_like_a_column() -> None:
    (row,) = read(b"Title,,\nnumber,title,price\nx,b,1\n")
    assert row.cells == {"number": "x", "title": "b", "price": "1"}


def test_vertical_bars_part_cells_where_they_part_names() -> None:
    (row,) = read(b"number|title\nx|a, b\n")
    assert row.cells == {"number": "x", "title": "a, b"}


def test_the_header_once_more_is_one_problem() -> None:
    rows = read(b"Title,number*\na,1\ntitle,Number\nb,2\n")
    assert [codes(row.problems) for row in rows] == [[], [("REPEATED_HEADER", 3, None)], []]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Caf\ufffd culture", "LOST_CHARACTER", "U+FFFD"),
        ("It\u0092s new", "CONTROL_CHARACTER", "U+0092"),
        ("Nel\u0085here", "CONTROL_CHARACTER", "U+0085"),
        ("Evil \u202e.txt", "DIRECTION_MARK", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("a\u2067b", "DIRECTION_MARK", "U+2067"),
        ("Caf\u00c3\u00a9 con leche", "MISREAD_TEXT", "Did you mean “Café con leche”?"),
        ("It\u00e2\u20ac\u2122s", "MISREAD_TEXT", "Did you mean “It’s”?"),
        ("Up to 10 \u00c2\u00b0C", "MISREAD_TEXT", "Did you mean “Up to 10 °C”?"),
    ],
)
def test_damaged_text_is_a_problem_of_its_cell(text: str, code: str, words: str) -> None:
    (problem,) = problems_of(f"title,number\n{text},1\n".encode())
    assert codes((problem,)) == [(code, 2, "title")]
    assert words in problem.message


@pytest.mark.parametrize("text", ["می\u200cخواهم", "क्\u200dष", "👩\u200d💻", "x \u2067עברית\u2069 y", "Café – “Ä”"])
def test_characters_that_scripts_need_are_no_damage(text: str) -> None:
    assert texts(f"title,number\n{text},1\n".encode()) == [(text, "1")]
    assert problems_of(f"title,number\n{text},1\n".encode()) == []


def test_a_pair_of_marks_of_direction_around_a_cell_is_no_text() -> None:
    assert texts("title,number\n\u202aBidi wrapped\u202c,\u20681\u2069\n".encode()) == [("Bidi wrapped", "1")]


def test_lines_are_spreadsheet_rows() -> None:
    content = b'title,number\n"two\nlines",1\n\n , \nafter blanks,2\n"three\r\nlines\n",3\nlast,4'
    assert [(row.line, row.cells["number"]) for row in read(content)] == [(2, "1"), (5, "2"), (6, "3"), (7, "4")]
    assert inspect(content).row_count == 4


def test_rows_before_the_header_count() -> None:
    assert [row.line for row in read(b"\n , \ntitle,number\na,1\n")] == [4]


@pytest.mark.parametrize("hint", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;"])
def test_the_line_that_names_the_delimiter_is_row_one(hint: str) -> None:
    content = f"{hint}\ntitle;number\na, b;1\n".encode()
    assert inspect(content).headers == ("title", "number")
    assert [(row.line, row.cells["title"]) for row in read(content)] == [(3, "a, b")]


def test_a_named_delimiter_wins_over_the_known_headers() -> None:
    assert inspect(b"sep=|\ntitle,number|x\n1|2\n").headers == ("title,number", "x")


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("title,number", ","),
        ("title;number", ";"),
        ("title\tnumber", "\t"),
        ("title;number;a,b,c,d,e", ";"),
        ('"title\nx,y,z";number;price', ";"),
        ("x;y;z,w", ";"),
        ("title", ","),
        (";;;\ntitle;number;;", ";"),
    ],
)
def test_the_delimiter_is_the_one_that_explains_the_header(header: str, delimiter: str) -> None:
    assert inspect(f"{header}\na\n".encode()).delimiter == delimiter


def test_a_single_column_is_a_table() -> None:
    assert texts(b"title\none\ntwo, still two\n".replace(b", ", b" ")) == [("one",), ("two still two",)]


def test_empty_cells_beyond_the_header_are_dropped() -> None:
    content = b"title,number,,\na,1,, \nb,2\nc,3,,,,,\n"
    assert inspect(content).headers == ("title", "number")
    assert [(tuple(row.cells.values()), row.problems) for row in read(content)] == [
        (("a", "1"), ()),
        (("b", "2"), ()),
        (("c", "3"), ()),
    ]


def test_a_nameless_empty_column_in_the_middle_is_left_out() -> None:
    assert [row.cells for row in read(b"title,,number\na,,1\n")] == [{"title": "a", "number": "1"}]


def test_a_short_row_keeps_its_cells_and_says_so() -> None:
    (row,) = read(b"title,number,price\na,1\n")
    assert row.cells == {"title": "a", "number": "1", "price": ""}
    (problem,) = row.problems
    assert (problem.code, problem.line) == ("RAGGED_ROW", 2)
    assert problem.message == "The row has 2 cells but the header has 3."
    assert "commas" in problem.hint


def test_a_long_row_keeps_its_cells_and_says_so() -> None:
    (row,) = read(b"title;number\na;1;;x;;\n")
    assert row.cells == {"title": "a", "number": "1"}
    assert row.problems[0].message == "The row has 4 cells but the header has 2."
    assert "semicolons" in row.problems[0].hint


def test_a_row_with_text_only_beyond_the_header_is_no_blank_row() -> None:
    (row,) = read(b"title,number\n,,,x\n")
    assert codes(row.problems) == [("RAGGED_ROW", 2, None)]


@pytest.mark.parametrize(
    "character", ["\x00", "\x01", "\x0b", "\x0c", "\x1a", "\x1c", "\x1f", "\x7f", "\u2028", "\u2029"]
)
def test_control_characters_are_problems_of_their_cell(character: str) -> None:
    (problem,) = problems_of(f"title,number\na,1\nb,2{character}{character}\n".encode())
    assert codes((problem,)) == [("CONTROL_CHARACTER", 3, "number")]
    assert f"U+{ord(character):04X}" in problem.message
    assert problem.value == "2\ufffd\ufffd"


def test_a_control_character_in_a_windows_file_is_a_problem_of_its_cell() -> None:
    assert codes(tuple(problems_of(b"title\ncaf\xe9\x00\n"))) == [("CONTROL_CHARACTER", 2, "title")]


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "########"])
def test_spreadsheet_errors_are_problems_of_their_cell(value: str) -> None:
    (problem,) = problems_of(f"title,number\n{value},1\n".encode())
    assert codes((problem,)) == [("SPREADSHEET_ERROR", 2, "title")]
    assert problem.value == value


@pytest.mark.parametrize("value", ["#REF! is what Excel says", "#1", "##", "N/A", "C#"])
def test_text_about_spreadsheet_errors_is_text(value: str) -> None:
    assert problems_of(f"title,number\n{value},1\n".encode()) == []


def test_cells_are_measured_in_bytes() -> None:
    content = "title,number\nééé,1\nééééé,22222\n".encode()
    assert [(p.code, p.line, p.column, p.message) for p in problems_of(content, max_cell_bytes=6)] == [
        ("CELL_TOO_LONG", 3, "title", "The cell has more than 6 bytes.")
    ]


def test_a_cell_beyond_all_bounds_is_a_problem_and_the_next_row_is_read() -> None:
    content = b'title,number\n"' + b"some text\n" * 150_000 + b'",1\nb,2\n'
    too_long, ordinary = read(content, max_bytes=2_000_000)
    assert codes(too_long.problems) == [("CELL_TOO_LONG", 2, "title")]
    assert too_long.cells["number"] == "1"
    assert ordinary == RawRow(line=3, cells={"title": "b", "number": "2"})


def test_all_problems_of_a_row_are_told_at_once() -> None:
    (row,) = read(b"title,number,price\n#REF!,\x01\n")
    assert codes(row.problems) == [
        ("RAGGED_ROW", 2, None),
        ("CONTROL_CHARACTER", 2, "number"),
        ("SPREADSHEET_ERROR", 2, "title"),
    ]


def test_chunks_are_full_and_in_file_order() -> None:
    file = io.BytesIO(b"title,number\n" + b"".join(b"a,%d\n\n" % number for number in range(8)))
    facts = inspect_file(file, limits(chunk_rows=3), known_headers=KNOWN)
    chunks = list(read_chunks(file, facts, limits(chunk_rows=3)))
    assert [[row.cells["number"] for row in chunk] for chunk in chunks] == [
        ["0", "1", "2"],
        ["3", "4", "5"],
        ["6", "7"],
    ]


def test_line_numbers_and_facts_can_be_stored_as_json() -> None:
    row, other = read(b"title,number\n#REF!,1,2\nb,2\n")
    assert {type(row.line), type(other.line), *(type(problem.line) for problem in row.problems)} == {int}


def test_the_file_may_be_used_by_others_between_chunks() -> None:
    file = io.BytesIO(b"title,number\n" + b"some title,1\n" * 20_000)
    bounds = limits(max_bytes=10**6, max_rows=20_000, chunk_rows=1000)
    facts = inspect_file(file, bounds, known_headers=KNOWN)
    count = 0
    for chunk in read_chunks(file, facts, bounds):
        file.seek(7)
        count += len(chunk)
    assert count == 20_000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x" * 32_767, ["CELL_CUT"]),
        ("x" * 32_766, []),
        ("x" * 32_768, []),
        ("\U0001f600" * 16_383 + "x", ["CELL_CUT"]),
        ("\U0001f600" * 16_383 + "xx", []),
    ],
)
def test_a_cell_that_is_as_long_as_a_spreadsheet_can_keep_was_probably_cut(text: str, found: list[str]) -> None:
    (row,) = read(f"title\n{text}\n".encode(), max_cell_bytes=100_000, max_bytes=200_000)
    assert [problem.code for problem in row.problems] == found


def test_columns_without_a_name_and_others_of_one_name_are_kept_apart() -> None:
    content = b"title,Notes,,notes,number\na,x,y,z,1\n"

    [row] = read(content)

    assert codes(inspect(content).notes) == [("NAMELESS_COLUMNS", 1, "C")]
    assert row.cells == {"title": "a", "notes": "x", "notes 2": "z", "number": "1"}
