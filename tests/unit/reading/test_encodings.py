"""Files that are older than UTF-8: read if it is clear how, refused with the likely encodings if it is not."""

from __future__ import annotations

import io

import pytest

from course_discovery_bulk.data import FileFacts
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.pipeline.read import inspect_file, read_chunks
from course_discovery_bulk.problems import Problem
from course_discovery_bulk.reading.choices import ReadingChoices
from course_discovery_bulk.reading.encodings.judging import judge
from course_discovery_bulk.reading.encodings.names import ENCODINGS, NAMES, find_name
from tests.unit.reading.reading import KNOWN, codes, limits

CLEAR = {
    "cp1252": "Café|Año|It’s new|España|Zürich|“Learn” – now|Curaçao|naïve|Ibáñez|Ångström|L’été|¿Qué?|Straße|5 µm"
    "|Introduction à la programmation|Vidéo 360°|360°|5°C|Isto é bom|d’accord|l’eau|coup d’état|Date\u00a0: 2027|§ 5"
    "|10 £",
    "cp1250": "Úvod do počítačů a řízení|česky, žáci|Łódź|Kraków i Gdańsk|Dvořák|Żywność|Magyarország őszi",
    "cp1251": "Введение в программирование|Привет|Україна|Данные и статистика",
    "cp1253": "Εισαγωγή στην πληροφορική",
    "cp1254": "Türkçe dersleri|Giriş ve ağ|ışık",
    "cp1255": "מבוא למדעי המחשב",
    "cp1256": "مقدمة في البرمجة|علم البيانات",
    "cp1257": "Ģeogrāfija",
    "cp874": "ภาษาไทย",
    "gb18030": "数据科学导论|机器学习|人工智能与未来",
    "cp950": "資料科學導論|中文課程",
    "cp949": "데이터 과학 입문|인공지능",
    "cp932": "データサイエンス入門|日本語|はじめての数学",
    "euc_jp": "データサイエンス入門",
    "mac_roman": "Café|Perú|música|Introducción|“Learn”|Größe|garçon",
    "cp850": "Café|España|Größe",
    "cp852": "Úvod do počítačů a řízení",
    "iso8859_2": "Úvod do počítačů a řízení",
    "koi8_r": "Привет",
    "cp866": "Введение в программирование",
}
UNCLEAR = {
    "cp1252": "HÉLÈNE|Ñ",
    "cp1250": "Poznań|koń|Łukasz|Košice",
    "cp1254": "İstanbul|öğrenci",
    "gb18030": "中文",
    "mac_roman": "aquí|días|Köln|über|Malmö|Isto é bom",
}


def judged(text: str, encoding: str) -> list[str] | None:
    """The words of a text in this encoding as they are read; None if that is not clear."""
    clear = judge([text.encode(encoding)]).clear
    return list(clear.words) if clear else None


def refusal(content: bytes, encoding: str = "") -> tuple[Problem, ...]:
    try:
        facts_of(content, encoding)
    except UploadRefused as refused:
        return refused.problems
    return ()


def facts_of(content: bytes, encoding: str = "") -> FileFacts:
    choices = ReadingChoices(encoding=encoding)
    return inspect_file(io.BytesIO(content), limits(), known_headers=KNOWN, choices=choices)


def test_short_texts_are_read_as_they_were_written() -> None:
    wrong = {
        (encoding, text): words
        for encoding, texts in CLEAR.items()
        for text in texts.split("|")
        if (words := judged(text, encoding)) is None or any(word not in text for word in words)
    }
    assert wrong == {}


def test_texts_that_could_be_others_are_not_guessed() -> None:
    guessed = [text for encoding, texts in UNCLEAR.items() for text in texts.split("|") if judged(text, encoding)]
    assert guessed == []


def test_every_encoding_that_can_be_chosen_is_told_from_the_others() -> None:
    assert {encoding.name for encoding in ENCODINGS} == CLEAR.keys()


def test_a_file_whose_encoding_is_not_clear_is_refused_with_what_it_would_say() -> None:
    (problem,) = refusal("title,number\nPoznań,1\n".encode("cp1250"))
    assert problem.code == "UNCLEAR_ENCODING"
    assert "Windows-1250 (Central European) (“Poznań”)" in problem.message
    assert "Windows-1252 (Western European) (“Poznañ”)" in problem.message


@pytest.mark.parametrize("chosen", ["cp1250", "mac_roman"])
def test_a_chosen_encoding_is_taken(chosen: str) -> None:
    content = "title,number\nPoznań,1\n".encode("cp1250")
    facts = facts_of(content, chosen)
    (row,) = next(read_chunks(io.BytesIO(content), facts, limits()))
    assert row.cells["title"] == "Pozna\u0144".encode("cp1250").decode(chosen)
    assert (facts.encoding, facts.notes) == (chosen, ())


def test_an_encoding_that_the_file_is_not_in_is_refused_with_the_place() -> None:
    (problem,) = refusal("title,number\na,1\nПривет,2\n".encode("cp866"), "cp1252")
    assert (problem.code, problem.message) == (
        "WRONG_ENCODING",
        "The file isn't in Windows-1252 (Western European): byte 17 on line 3 is not valid there.",
    )


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_in_unicode_is_read_as_such_whatever_was_chosen(codec: str) -> None:
    facts = facts_of("title,number\nCafé,1\n".encode(codec), "cp1252")
    assert [note.code for note in facts.notes] == ["ENCODING_NOT_USED"]
    assert facts.encoding.startswith("utf")


def test_a_file_that_is_all_ascii_is_in_any_encoding() -> None:
    assert facts_of(b"title,number\nCafe,1\n", "cp1250").notes == ()


def test_a_damaged_file_in_utf_8_is_not_taken_for_an_older_one() -> None:
    assert codes(refusal("title\ncafé\n".encode() + b"caf\xe9\n")) == [("UNREADABLE_ENCODING", None, None)]


@pytest.mark.parametrize(
    ("text", "name"),
    [("windows-1250", "cp1250"), ("Big5", "cp950"), ("GBK", "gb18030"), ("EUC-KR", "cp949"), ("Shift_JIS", "cp932"),
     ("macintosh", "mac_roman"), ("UTF-8", "utf-8"), (" latin1 ", "cp1252"), ("rot13", ""), ("klingon", "")],
)  # fmt: skip
def test_encodings_are_known_by_their_usual_names(text: str, name: str) -> None:
    assert find_name(text) == name


def test_every_name_is_its_own() -> None:
    assert [find_name(name) for name in NAMES] == list(NAMES)
