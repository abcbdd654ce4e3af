"""What is shown of a change: the part that differs, and in words what nobody could see."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_discovery_bulk.presentation.excerpts import (
    Excerpt,
    excerpt_of_lists,
    excerpt_of_texts,
    excerpt_of_values,
    hidden_difference,
)
from course_discovery_bulk.text.word_diff import Mark, compare_words, split_words

LONG = " ".join(f"word{number}" for number in range(400))


def shown(excerpt: Excerpt) -> list[tuple[str, str]]:
    return [(piece.mark.value, piece.text) for piece in excerpt.pieces]


def test_of_long_texts_the_part_that_differs_is_shown() -> None:
    after = LONG.replace("word200 ", "other ").replace("word399", "last")

    assert shown(excerpt_of_texts(LONG, after)) == [
        ("gap", "…"),
        ("same", "word192 word193 word194 word195 word196 word197 word198 word199 "),
        ("removed", "word200 "),
        ("added", "other "),
        ("same", "word201 word202 word203 word204 word205 word206 word207 word208 "),
        ("gap", "…"),
        ("same", "word391 word392 word393 word394 word395 word396 word397 word398 "),
        ("removed", "word399"),
        ("added", "last"),
    ]


def test_the_excerpt_reads_as_it_was_and_as_it_becomes() -> None:
    found = excerpt_of_texts(LONG, LONG.replace("word1 ", "first "))

    assert found.before.startswith("word0 word1 word2 ")
    assert found.after.startswith("word0 first word2 ")
    assert len(found.before) < 100


def test_a_short_change_is_shown_whole() -> None:
    assert excerpt_of_texts("Old title", "New title") == Excerpt()
    assert excerpt_of_lists([], ["a", "b"]) == Excerpt()


def test_a_long_new_text_is_cut_in_its_middle() -> None:
    assert [mark for mark, _text in shown(excerpt_of_texts("", LONG))] == ["added", "gap", "added"]


def test_texts_without_blanks_are_compared_by_characters() -> None:
    before = "課程介紹" * 60
    found = excerpt_of_texts(before, before[:100] + "新" + before[100:])

    assert ("added", "新") in shown(found)


def test_lists_say_what_is_added_and_removed() -> None:
    before = [f"topic {number}" for number in range(40)]

    found = excerpt_of_lists(before, [*before[:-1], "new"])

    assert shown(found) == [("gap", "39 items stay"), ("removed", "topic 39"), ("added", "new")]
    assert found.after == "39 items stay, new"


def test_of_a_short_list_every_item_is_shown_in_its_place() -> None:
    assert shown(excerpt_of_lists(["a", "b"], ["b", "c"])) == [("removed", "a"), ("same", "b"), ("added", "c")]
    assert shown(excerpt_of_lists(["a", "b"], ["b", "a"])) == [("added", "b"), ("same", "a"), ("removed", "b")]


def test_many_items_are_counted() -> None:
    found = excerpt_of_lists(["a"], [f"topic {number}" for number in range(100)])

    assert shown(found)[-1] == ("gap", "and 90 more")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("two words", "two\u00a0words", "Only blanks or line breaks differ: NO-BREAK SPACE (U+00A0)."),
        ("two words", "two  words", "Only blanks or line breaks differ."),
        ("two words", "two\nwords", "Only blanks or line breaks differ."),
        ("words", "wo\u200brds", "Only invisible characters differ: ZERO WIDTH SPACE (U+200B)."),
        ("R\u00edo", "Ri\u0301o", "The texts look the same, but use different characters."),
        ("Words", "WORDS", "Only upper and lower case differ."),
        ("<p>Words</p>", "<p><b>Words</b></p>", "Only the formatting differs."),
        ("words", "other words", ""),
        ("words", "words", ""),
    ],
)
def test_what_nobody_sees_is_put_into_words(before: str, after: str, expected: str) -> None:
    assert hidden_difference(before, after) == expected


def test_the_whole_text_is_there_with_its_changes() -> None:
    found = excerpt_of_texts(LONG, LONG.replace("word200 ", "other "))

    assert [piece.mark.value for piece in found.whole] == ["same", "removed", "added", "same"]
    assert "".join(piece.text for piece in found.whole if piece.mark is not Mark.ADDED) == LONG


def test_capitals_are_not_marked_as_if_they_were_blanks() -> None:
    assert ("added", "The ") in shown(excerpt_of_texts("Reading the city", "Reading The city"))


def test_what_nobody_sees_is_marked_where_it_is() -> None:
    assert ("added", "two[U+00A0]") in shown(excerpt_of_texts("two words", "two\u00a0words"))


def test_another_order_is_put_into_words() -> None:
    assert excerpt_of_lists(["a", "b"], ["b", "a"]).note == "Only the order differs."
    assert excerpt_of_lists(["a"], ["A"]).note == "Only the spelling differs."


def test_values_of_the_catalog_are_compared_too() -> None:
    assert shown(excerpt_of_values(["a"], ["b"])) == [("removed", "a"), ("added", "b")]
    assert excerpt_of_values(None, LONG).pieces
    assert excerpt_of_values({"verified": "49.00"}, {"verified": "50.00"}) == Excerpt()


@given(before=st.text(), after=st.text())
def test_no_word_is_lost_between_two_texts(before: str, after: str) -> None:
    found = list(compare_words(split_words(before), split_words(after)))

    assert "".join(word for mark, words in found if mark is not Mark.ADDED for word in words) == before
    assert "".join(word for mark, words in found if mark is not Mark.REMOVED for word in words) == after


def test_the_longest_texts_take_no_time() -> None:
    texts = ["ab " * 10_000, "ba " * 10_000, "x" * 32_000, "ab ba " * 5_000, "a " * 400 + "b " * 500, "b " * 500 + "a "]
    start = time.process_time()

    for before in texts:
        for after in texts:
            excerpt_of_texts(before, after)

    assert time.process_time() - start < 10
