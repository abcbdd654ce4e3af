"""What proves that a text was read in the wrong encoding, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_discovery_bulk.text.damage import find_direction_mark, repair


@pytest.mark.parametrize(
    "text",
    [
        "Café con leche", "École", "¿Qué?", "It’s", "naïve", "Życie", "Привет, мир", "العربية", "数据科学", "🎓 ok",
        "“Learn”", "one – two", "50 €", "voilà la",
    ],
)  # fmt: skip
def test_text_that_was_read_as_windows_text_is_repaired(text: str) -> None:
    misread = b"".join(_as_windows(byte) for byte in text.encode()).decode()

    assert repair(misread) == text


def _as_windows(byte: int) -> bytes:
    return (bytes([byte]).decode("cp1252", "ignore") or chr(byte)).encode()


@pytest.mark.parametrize(
    "text",
    [
        "„Ä“, „Ö“", "«CAFÉ»", "«Ä»", "CAFÉ…BAR", "‘café’”", "SÃO PAULO", "Â", "Curaçao – Ångström", "NAÏVE¡",
        "Über «Größe» ±5 °C ½", "Ð and Þ", "“À la carte” – É", "Ã", "ß»", "Ελλάδα – Ελλάς", "Привет – мир",
    ],
)  # fmt: skip
def test_text_that_is_right_is_left_alone(text: str) -> None:
    assert repair(text) == text


@given(st.text(st.characters(max_codepoint=0x7F) | st.sampled_from("éàüñöçßŁčžđ "), max_size=20))
def test_letters_alone_are_never_damage(text: str) -> None:
    assert repair(text) == text


@pytest.mark.parametrize(
    ("text", "mark"),
    [("a\u202ab\u202cc", ""), ("a\u2066\u2067b\u2069\u2069", ""), ("\u202ea\u202c", "\u202e"), ("a\u202c", "\u202c"),
     ("\u202aa\u2069", "\u2069"), ("a\u200eb\u200f", "")],
)  # fmt: skip
def test_marks_of_direction_that_are_closed_are_text(text: str, mark: str) -> None:
    assert find_direction_mark(text) == mark
