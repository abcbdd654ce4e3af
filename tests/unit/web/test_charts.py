import pytest

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.presentation.labels import PLANNED, ROW_WORDS, duration
from course_discovery_bulk.web.charts import parts_of


def test_parts_fill_the_bar_in_order():
    parts = parts_of({"invalid": 1, "succeeded": 3, "unchanged": 0})
    assert [(part.status, part.start, part.width) for part in parts] == [("succeeded", 0, 750), ("invalid", 750, 250)]
    assert [part.is_bad for part in parts] == [False, True]


def test_one_row_in_ten_thousand_is_seen():
    parts = parts_of({"succeeded": 9997, "failed": 1, "unknown": 1, "skipped": 1})
    assert all(part.width >= 6 for part in parts)
    assert sum(part.width for part in parts) == 1000
    assert parts[-1].start + parts[-1].width == 1000


def test_waiting_rows_of_a_preview_have_a_word_of_their_own():
    words = {**ROW_WORDS, RowStatus.PENDING: PLANNED}
    assert [part.label for part in parts_of({"pending": 1}, words)] == ["Will be written"]
    assert [part.label for part in parts_of({"pending": 1})] == ["Waiting"]


def test_no_rows_have_no_parts():
    assert list(parts_of({})) == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5, "less than a minute"), (70, "about 1 minute"), (1800, "about 30 minutes"), (5400, "about 1.5 hours")],
)
def test_remaining_time_in_words(seconds, text):
    assert duration(seconds) == text
