"""Workbooks that are refused: damaged ones, those without a sheet, and those made to exhaust the reader."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.reading.reading import codes, inspect, read, refusal
from tests.unit.reading.workbooks import PARTS, archive, replaced, saved, text_table, workbook, written

ORDINARY = workbook([["title", "number"], ["a", 1]])
DAMAGED = "damaged or incomplete"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (ORDINARY[:-200], DAMAGED),
        (replaced(ORDINARY, "xl/workbook.xml", "<workbook><sheets/></workbook>"), "without a sheet"),
        (replaced(ORDINARY, "xl/workbook.xml", "<workbook><sheets>"), DAMAGED),
        (replaced(ORDINARY, "xl/_rels/workbook.xml.rels", None), DAMAGED),
        (replaced(ORDINARY, "xl/worksheets/sheet1.xml", None), DAMAGED),
        (replaced(ORDINARY, "xl/worksheets/sheet1.xml", ""), DAMAGED),
        (written('<row r="2"><c t="s"><v>0</v></c></row>'), DAMAGED),
        (written('<row r="2"><c t="s"><v>-1</v></c></row>', sharedStrings="<sst><si/></sst>"), DAMAGED),
        (written('<row r="2"><c r="A3"><v>1</v></c></row>'), DAMAGED),
        (written('<row r="2"><c r="ZZZ2"><v>1</v></c></row>'), DAMAGED),
        (written('<row r="2"><c r="2"><v>1</v></c></row>'), DAMAGED),
        (written('<row r="1"><c><v>1</v></c></row>'), DAMAGED),
        (written('<row r="1048577"><c><v>1</v></c></row>'), DAMAGED),
        (written('<row r="2"><c><v>1</v></c></row>', styles="<styleSheet>"), DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage", "password-protected"),
        (archive({"[Content_Types].xml": "", "word/document.xml": ""}), "Office document without a sheet"),
        (archive({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "binary Excel workbook (.xlsb)"),
    ],
)
def test_what_cannot_be_read_is_refused_by_what_it_is(content: bytes, words: str) -> None:
    (problem,) = refusal(content)
    assert problem.code == "NOT_A_TABLE"
    assert words in problem.message


def test_a_workbook_of_charts_is_refused() -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("chart")
    del book["Sheet"]
    (problem,) = refusal(saved(book))
    assert (problem.code, "no sheet of cells" in problem.message) == ("NOT_A_TABLE", True)


def test_a_part_that_is_encrypted_is_refused() -> None:
    content = bytearray(ORDINARY)
    with zipfile.ZipFile(io.BytesIO(ORDINARY)) as opened:
        names = opened.namelist()
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        for _ in names:
            at = content.index(mark, at + 1)
            content[at + offset] |= 1
    (problem,) = refusal(bytes(content))
    assert (problem.code, DAMAGED in problem.message) == ("NOT_A_TABLE", True)


def test_xml_with_definitions_of_its_own_is_refused() -> None:
    sheet = '<!DOCTYPE a [<!ENTITY b "title">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData>'
    content = replaced(ORDINARY, "xl/worksheets/sheet1.xml", f"{sheet}</worksheet>")
    assert codes(refusal(content)) == [("NOT_A_TABLE", None, None)]


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    content = replaced(ORDINARY, "xl/worksheets/sheet1.xml", b" " * 50_000_000)
    assert len(content) < 100_000
    start = time.process_time()
    (problem,) = refusal(content)
    assert time.process_time() - start < 1
    assert problem.code == "FILE_TOO_LARGE"
    assert "unpacked bytes; the limit is 1000000." in problem.message


def test_a_large_part_that_is_not_the_sheet_does_not_matter() -> None:
    content = replaced(ORDINARY, "xl/media/image1.png", b" " * 5_000_000)
    assert len(read(content)) == 1


def test_a_part_is_not_unpacked_beyond_the_size_that_it_claims() -> None:
    sheet = f"<worksheet><sheetData>{'<row><c><v>1</v></c></row>' * 500_000}</sheetData></worksheet>".encode()
    content = replaced(ORDINARY, "xl/worksheets/sheet1.xml", sheet)
    claimed = content.replace(len(sheet).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert claimed != content
    tracemalloc.start()
    (problem,) = refusal(claimed)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (problem.code, DAMAGED in problem.message) == ("NOT_A_TABLE", True)
    assert peak < 3_000_000


def test_a_cell_far_from_the_others_takes_no_memory() -> None:
    content = written('<row r="2"><c><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    tracemalloc.start()
    notes = inspect(content).notes
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert codes(notes) == [("NAMELESS_COLUMNS", 1, "XFD")]
    assert peak < 10_000_000


def test_cells_that_share_a_text_are_refused_where_it_is_too_much_for_a_csv_file() -> None:
    shared = f"<sst><si><t>{'x' * 5000}</t></si></sst>"
    row = '<row><c t="s"><v>0</v></c></row>'
    assert len(read(written(row * 19, sharedStrings=shared), max_cell_bytes=10_000)) == 19
    (problem,) = refusal(written(row * 20, sharedStrings=shared), max_cell_bytes=10_000)
    assert problem.message == "The file has more than 100000 bytes; the limit is 100000."
    as_csv = text_table([["title"], *[["x" * 5000]] * 20])
    assert codes(refusal(as_csv)) == [("FILE_TOO_LARGE", None, None)]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_sheet() -> None:
    row = "".join(f'<c t="str"><v>{"some longer value" * 5} {column}</v></c>' for column in range(8))
    header = f"<row>{row}</row>".replace("some", "column")
    peaks = []
    for count in (1000, 1000, 6000):  # the first also warms up
        content = written(f"<row>{row}</row>" * count, header=header)
        tracemalloc.start()
        assert refusal(content, max_bytes=10**7, max_rows=6000, chunk_rows=200) == ()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < peaks[1] * 1.5
    assert peaks[2] < 5_000_000


def assert_read_or_refused(content: bytes) -> None:
    bounds = {"max_rows": 5, "max_columns": 4, "max_cell_bytes": 8}
    rows = [] if refusal(content, **bounds) else read(content, **bounds)
    assert [row.line for row in rows] == sorted({row.line for row in rows})


@settings(max_examples=200, database=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_that_begin_like_an_archive_are_refused(content: bytes) -> None:
    assert refusal(b"PK\x03\x04" + content)


@pytest.mark.slow
@settings(max_examples=150, database=None)
@given(changes=st.dictionaries(st.integers(4, len(ORDINARY) - 1), st.integers(0, 255), min_size=1, max_size=8))
def test_a_workbook_with_changed_bytes_is_refused_or_read(changes: dict[int, int]) -> None:
    content = bytearray(ORDINARY)
    for at, byte in changes.items():
        content[at] = byte
    assert_read_or_refused(bytes(content))


FRAGMENTS = st.sampled_from(
    [
        "<row>", "</row>", '<row r="3">', '<row r="x">', "<c>", "</c>", '<c t="s">', '<c t="b">', '<c t="e">',
        '<c t="d">', '<c s="1">', '<c s="9">', '<c r="B2">', '<c t="inlineStr">', "<v>", "</v>", "<v/>", "<is><t>",
        "</t></is>", "<f>1</f>", "0", "1", "-1", "1e999", "nan", "text", "2027-01-02", "&amp;", "&#1;", "&x;",
        "<!-- -->", "<![CDATA[7]]>", " ", "<xf/>", '<xf numFmtId="14"/>', '<xf numFmtId="-1"/>', "<cellXfs>",
        "</cellXfs>", "<numFmts>", "</numFmts>", '<numFmt numFmtId="164" formatCode="[h"/>', "<si>", "</si>", "<t>",
        '<numFmt formatCode="&quot;"/>', "</t>", "<rPh>", "</rPh>", "<si><t>a</t></si>", "<row><c><v>1</v></c></row>",
    ]
)  # fmt: skip
TAGS = {"sheetData": "xl/worksheets/sheet1.xml", "styleSheet": "xl/styles.xml", "sst": "xl/sharedStrings.xml"}
NUMBERS = '<row><c s="1"><v>46023</v></c><c s="2"><v>0.5</v></c></row>'


@pytest.mark.slow
@settings(max_examples=300, database=None)
@given(tag=st.sampled_from(sorted(TAGS)), pieces=st.lists(FRAGMENTS, max_size=25).map("".join))
def test_any_xml_is_refused_or_read(tag: str, pieces: str) -> None:
    header = '<row r="1"><c t="str"><v>title</v></c></row>'
    sheet = f"<worksheet><sheetData>{header}{NUMBERS}</sheetData></worksheet>"
    part = f"<{tag}>{header if tag == 'sheetData' else ''}{pieces}</{tag}>"
    assert_read_or_refused(archive({**PARTS, TAGS["sheetData"]: sheet, TAGS[tag]: part}))


@pytest.mark.slow
@settings(max_examples=100, database=None)
@given(format_code=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), number=st.floats(-1e7, 1e7))
def test_any_number_in_any_format_has_a_text(format_code: str, number: float) -> None:
    escaped = "".join(f"&#{ord(character)};" for character in format_code if character not in "\ufffe\uffff")
    formats = f'<numFmts><numFmt numFmtId="164" formatCode="{escaped}"/></numFmts>'
    styles = f'<styleSheet>{formats}<cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>'
    (row,) = read(written(f'<row><c s="0"><v>{number!r}</v></c></row>', styles=styles))
    assert row.cells["title"]
