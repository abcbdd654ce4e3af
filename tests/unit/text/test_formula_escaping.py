"""What is written for a spreadsheet is harmless there and comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_discovery_bulk.text.formula_escaping import defuse, restore

SIGNS = "=+-@\t\r\n＝＋－＠"
TEXTS = st.text() | st.text(alphabet="'" + SIGNS + " \u00a0\u200b\ufeffa1,;|", max_size=8)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", " ", "  \u00a0", "\u3000", "\u200b", "\ufeff"])
def test_what_could_be_a_formula_gets_an_apostrophe(sign: str, before: str) -> None:
    text = f"{before}{sign}1+1"
    assert defuse(text) == f"'{text}"
    assert restore(f"'{text}") == text


@pytest.mark.parametrize(
    "text", ["", "a", "1", "a=b", "1-2", "'", "'a'", "''", "' a", "[clear]", "“=1”", "a, -b", "a,=b", "a;b", "a\n- b"]
)
def test_other_text_is_left_alone(text: str) -> None:
    assert defuse(text) == text
    assert restore(text) == text


@pytest.mark.parametrize("text", ["-5", "+5", "-5.00"])
def test_signed_numbers_are_text(text: str) -> None:
    assert defuse(text) == f"'{text}"


def test_a_text_that_looks_defused_keeps_its_apostrophes() -> None:
    assert [defuse("'=1"), defuse("''-x")] == ["''=1", "'''-x"]
    assert [restore("''=1"), restore("'''-x")] == ["'=1", "''-x"]


@pytest.mark.parametrize(
    ("text", "delimiter", "written"),
    [
        ("x;=HYPERLINK(1)", ",", "x;'=HYPERLINK(1)"),
        ("x; @SUM(1)", ",", "x;' @SUM(1)"),
        ("x,=1", ";", "x,'=1"),
        ("x;=1", ";", "x;=1"),
        ("x;'=1", ";", "x;''=1"),
        ("x\n=1", ",", "x\n'=1"),
        ("x\t-1", ",", "x\t'-1"),
        ("x\n- a", ",", "x\n- a"),
        ("+a, -b", ";", "'+a,' -b"),
    ],
)
def test_what_is_a_formula_for_a_spreadsheet_with_other_delimiters(text: str, delimiter: str, written: str) -> None:
    assert defuse(text, delimiter) == written
    assert restore(written) == text


@given(TEXTS, st.sampled_from(",;\t|"))
def test_every_text_comes_back(text: str, delimiter: str) -> None:
    assert restore(defuse(text, delimiter)) == text


@given(TEXTS)
def test_nothing_defused_is_a_formula(text: str) -> None:
    assert not defuse(text).lstrip(" \u00a0\u200b\ufeff").startswith(tuple(SIGNS))
