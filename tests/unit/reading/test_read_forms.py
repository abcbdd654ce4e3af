"""The same sheet in every form a spreadsheet saves it in gives the same rows."""

from __future__ import annotations

import pytest

from tests.unit.reading.reading import codes, inspect, read, refusal, texts

SHEET = 'title,number,price\n"Café, “Wörld”",1,49.00\n"two\nlines","say ""hi""",\n\nlast,3,NA\n'
ROWS = read(SHEET.encode())


def test_the_sheet_is_what_the_other_forms_are_compared_with() -> None:
    assert [(row.line, *row.cells.values()) for row in ROWS] == [
        (2, "Café, “Wörld”", "1", "49.00"),
        (3, "two\nlines", 'say "hi"', ""),
        (5, "last", "3", "NA"),
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-32", "utf-32-le"),
        ("cp1252", "cp1252"),
    ],
)
def test_every_form_gives_the_same_rows(codec: str, encoding: str, delimiter: str, line_end: str) -> None:
    quoted_comma = "\x00"  # stands for the comma that is text while the others are replaced
    text = SHEET.replace("Café, ", f"Café{quoted_comma} ").replace(",", delimiter).replace(quoted_comma, ",")
    content = text.replace("\n", line_end).encode(codec)
    assert read(content) == ROWS
    assert (inspect(content).encoding, inspect(content).delimiter) == (encoding, delimiter)


def test_utf_16_of_the_other_byte_order_is_read() -> None:
    assert read(("\ufeff" + SHEET).encode("utf-16-be")) == ROWS


def test_a_second_byte_order_mark_is_not_text() -> None:
    assert read(b"\xef\xbb\xbf\xef\xbb\xbf" + b'"title",number\na,1\n')[0].cells == {"title": "a", "number": "1"}


def test_characters_and_line_ends_on_the_edge_of_a_block_are_whole() -> None:
    rows = [f'"é\r\n{"x" * (number % 7)}",{number}\r\n' for number in range(20_000)]
    content = ("title,number\r\n" + "".join(rows)).encode()
    found = texts(content, max_bytes=10**6, max_rows=20_000, chunk_rows=5000)
    assert found == [(f"é\n{'x' * (number % 7)}".strip(), str(number)) for number in range(20_000)]


def test_windows_text_is_read_and_noted() -> None:
    facts = inspect("title,number\nCafé “x”,1\n".encode("cp1252"))
    assert [(note.code, note.is_error, note.line) for note in facts.notes] == [("OLD_ENCODING", False, None)]
    assert "Windows-1252 (Western European), for example “Café”" in facts.notes[0].message
    assert inspect("title,number\nCafé,1\n".encode()).notes == ()


@pytest.mark.parametrize(
    ("content", "offset", "file_line"),
    [
        (b"\xef\xbb\xbftitle\r\na\r\n\xff\r\n", 13, 3),
        (b"\xff\xfea\x00\n\x00\x00\xd8b\x00", 6, 2),
        (b"\xff\xfea\x00\n\x00b", 6, 2),
        ("title\ncafé\n".encode() + b"caf\xe9\n", 15, 3),
        ("title\ncafÁ ".encode() + b"\xc3", 12, 2),
        ("title\né\n".encode() + b"a\n" * 50_000 + b"\x81\n", 100_009, 50_003),
    ],
)
def test_bytes_of_no_encoding_are_refused_with_their_place(content: bytes, offset: int, file_line: int) -> None:
    (problem,) = refusal(content, max_bytes=10**6, max_rows=10**6)
    assert problem.code == "UNREADABLE_ENCODING"
    assert f"on line {file_line} (byte {offset})" in problem.message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "an Office document without a sheet, or damaged"),
        (b"PK\x03\x04\x14\x00\x06\x00xl/workbook.xml", "an Excel workbook (.xlsx) that is damaged"),
        (b"PK\x03\x04\x14\x00mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        (b"PK\x03\x04\x14\x00courses.csv", "a ZIP archive"),
        (b"\x1f\x8b\x08\x00title", "a gzip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "a damaged old Excel workbook (.xls)"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"MZ\x90\x00\x03\x00", "a program"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
        (b"\n <!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf<HTML lang=en>", "a web page"),
        ("\ufeff<?xml version='1.0'?>".encode("utf-16-le"), "XML"),
        (b'[\n  {"title": "x"}\n]', "JSON"),
        (b'{"title": "x"}', "JSON"),
        ("title,number\na,1\n".encode("utf-16-le"), "UTF-16 text without a byte order mark"),
        ("title,number\na,1\n".encode("utf-16-be"), "UTF-16 text without a byte order mark"),
        (b"title\n" + bytes(range(9)) * 10, "binary data (from byte 6, line 2)"),
    ],
)
def test_other_files_are_refused_by_what_they_are(content: bytes, words: str) -> None:
    (problem,) = refusal(content)
    assert problem.code == "NOT_A_TABLE"
    assert words in problem.message
    assert "CSV file (UTF-8)" in problem.hint


@pytest.mark.parametrize(
    "header", ["MZ,title", "{x},title", "[title],number", "PK,title", '"title",number', "<b>,title"]
)
def test_headers_that_only_begin_like_other_files_are_read(header: str) -> None:
    assert inspect(f"{header}\na,1\n".encode()).row_count == 1


def test_a_few_control_characters_make_no_binary_file() -> None:
    (row,) = read(b"title,number\na\x00,\x01\n")
    assert codes(row.problems) == [("CONTROL_CHARACTER", 2, "title"), ("CONTROL_CHARACTER", 2, "number")]
