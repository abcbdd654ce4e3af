"""What a column shows reads as the same value again, and it shows nothing where that cannot be had."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.course import (
    COLLABORATORS,
    COURSE_DETAILS,
    COURSE_TRACK,
    NUMBER,
    ORGANIZATION,
    PRICE,
    PRODUCT_SOURCE,
    SUBJECTS,
    TITLE,
    URL_SLUG,
)
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.columns.moments import MOMENT
from course_discovery_bulk.columns.run import (
    END,
    LEGAL_REVIEW,
    MOMENTS,
    PACING,
    PUBLISH,
    RUN_TRACK,
    START,
    UPGRADE_DEADLINE,
    Moment,
)
from course_discovery_bulk.data import Entry, LookupTable
from course_discovery_bulk.operations.course_create import OPERATION
from course_discovery_bulk.text.discovery_html import clean_html
from course_discovery_bulk.text.folding import fold
from tests.unit.operations.samples import ACME, ACME_INC, LOOKUPS, MEMBER, STAFF, VERIFIED_AUDIT, parse

BY_NAME = OPERATION.by_name
TEXTS = [BY_NAME[name] for name in ("title", "additional_information", "organization_short_code_override")]
HTML = [column for column in COURSE_DETAILS if column.kind.name == "HTML"]
NAMED = {
    COURSE_TRACK: LOOKUPS.course_types,
    RUN_TRACK: LOOKUPS.run_types,
    PRODUCT_SOURCE: LOOKUPS.sources,
    BY_NAME["level_type"]: LOOKUPS.level_types,
    BY_NAME["content_language"]: LOOKUPS.languages,
    BY_NAME["expected_program_type"]: LOOKUPS.program_types,
}
LISTED = {BY_NAME["transcript_languages"]: LOOKUPS.languages, COLLABORATORS: LOOKUPS.collaborators}
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).map(str.strip).filter(bool)
moments = st.builds(datetime.combine, st.dates(date(1970, 1, 1), date(2200, 12, 31)), st.times()).map(
    lambda moment: moment.strftime(MOMENT)
)


def show(column: Column, value: Any) -> str:
    return column.show({column.path: value}, LOOKUPS)


def keys_of(value: ListValue, table: LookupTable) -> list[str]:
    return [table.find(item)[0].key for item in value.items]


# --- there and back


@given(value=words, column=st.sampled_from(TEXTS))
def test_texts(value: str, column: Column) -> None:
    assume(value.casefold() != "[clear]")
    text = show(column, value)

    assert parse(column, text).value == value if text else parse(column, value).problems


@given(value=words, column=st.sampled_from(HTML))
def test_html(value: str, column: Column) -> None:
    value = clean_html(value)  # as discovery shows it
    text = show(column, value)

    assert column.comparison.is_same(parse(column, text).value, value) if text else parse(column, value).problems


@given(st.lists(words, unique_by=fold))
def test_tags(value: list[str]) -> None:
    text = show(BY_NAME["topics"], value)

    if text:
        assert parse(BY_NAME["topics"], text).value == ListValue(items=tuple(value))
    else:
        assert not value or parse(BY_NAME["topics"], BY_NAME["topics"].kind.show(value, LOOKUPS)).problems


@given(st.lists(st.emails(), unique_by=fold))
def test_email_addresses(value: list[str]) -> None:
    text = show(BY_NAME["watchers"], value)

    assert not text or parse(BY_NAME["watchers"], text).value == ListValue(items=tuple(value))


@given(value=moments, moment=st.sampled_from(MOMENTS))
def test_moments(value: str, moment: Moment) -> None:
    columns = [column for column in (moment.date, moment.time) if column]

    cells = {column.name: show(column, value) for column in columns}

    assert moment.value({column.name: parse(column, cells[column.name]).value for column in columns}) == value


@given(st.decimals(min_value=0, max_value=99_999_999, places=2))
def test_prices(amount: Any) -> None:
    text = show(PRICE, {"verified": str(amount), "audit": "0.00"})

    assert parse(PRICE, text).value == str(amount)


@given(st.integers(min_value=0, max_value=65535))
def test_whole_numbers(value: int) -> None:
    assert parse(BY_NAME["length"], show(BY_NAME["length"], value)).value == value


@pytest.mark.parametrize("value", [True, False])
def test_booleans(value: bool) -> None:
    column = BY_NAME["enterprise_subscription_inclusion"]

    assert parse(column, show(column, value)).value is value


@pytest.mark.parametrize("value", ["self_paced", "instructor_paced"])
def test_choices(value: str) -> None:
    assert parse(PACING, show(PACING, value)).value == value


def test_names() -> None:
    named = [(column, entry.key) for column, table in NAMED.items() for entry in table.entries]

    found = [(column.name, key, parse(column, show(column, key)).value) for column, key in named]

    assert [(name, key, value) for name, key, value in found if getattr(value, "key", None) != key] == []


@pytest.mark.parametrize("table", ["transcript_languages", "collaborators"])
@given(data=st.data())
def test_lists_of_names(table: str, data: st.DataObject) -> None:
    column = BY_NAME[table]
    entries = LISTED[column]
    keys = data.draw(st.lists(st.sampled_from([entry.key for entry in entries.entries]), min_size=1, unique=True))

    assert keys_of(parse(column, show(column, keys)).value, entries) == keys


def test_subjects_by_their_place() -> None:
    fields = {"subjects": ["social-sciences", "computer-science"]}

    assert [column.show(fields, LOOKUPS) for column in SUBJECTS] == ["Social Sciences", "Computer Science", ""]


# --- in words that people would write


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (COURSE_TRACK, VERIFIED_AUDIT, "Verified and Audit"),
        (BY_NAME["content_language"], "EN-US", "English - United States"),
        (BY_NAME["content_language"], "es-419", "es-419"),  # “Spanish” is two languages
        (BY_NAME["content_language"], "zh-cn", "Chinese, Simplified"),
        (BY_NAME["transcript_languages"], ["fr", "zh-cn"], "French, zh-cn"),
        (COLLABORATORS, [ACME], "Acme Labs"),
        (COLLABORATORS, [ACME, ACME_INC], f"Acme Labs, {ACME_INC}"),
        (PACING, "self_paced", "Self-Paced"),
        (BY_NAME["topics"], ["b", "a c"], "b, a c"),
        (BY_NAME["topics"], ["C++", "-ism"], 'C++, "-ism"'),
        (START.date, "2027-09-01T10:30:00Z", "2027-09-01"),
        (START.time, "2027-09-01T10:30:00Z", "10:30"),
        (START.time, "2027-09-01T10:30:05Z", "10:30:05"),
        (END.time, "2027-09-01T00:00:00Z", "00:00"),
        (PUBLISH.date, "2027-09-01T10:30:00Z", "2027-09-01T10:30:00Z"),  # no column beside it holds the time
        (PUBLISH.date, "2027-09-01T00:00:00Z", "2027-09-01"),
        (START.date, "2027-09-01T23:30:00-02:00", "2027-09-02"),
        (PRICE, {"verified": "49.00"}, "49.00"),
        (BY_NAME["minimum_effort"], 0, "0"),
        (URL_SLUG, "computing", "computing"),
        (ORGANIZATION, "edx", "edX"),
        (NUMBER, "CS101", "CS101"),
        (BY_NAME["about_video_link"], "https://example.org/v", "https://example.org/v"),
    ],
)
def test_what_is_shown(column: Column, value: Any, text: str) -> None:
    assert show(column, value) == text


def test_a_price_is_that_of_course_and_run_where_they_agree() -> None:
    one, other = {"verified": "49.00"}, {"verified": "50", "audit": "0.00"}

    assert PRICE.show({"prices": one, "run.prices": {**other, "verified": "49"}}, LOOKUPS) == "49.00"
    assert PRICE.show({"prices": one, "run.prices": other}, LOOKUPS) == ""
    assert PRICE.show({"prices": {}, "run.prices": other}, LOOKUPS) == ""  # would be the course's price as well
    assert PRICE.show({"run.prices": other}, LOOKUPS) == "50.00"


# --- nothing, and what no cell can say


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_nothing_is_an_empty_cell(value: Any) -> None:
    shown = {column.name: (column.show({}, LOOKUPS), show(column, value)) for column in OPERATION.columns}

    assert {name: cells for name, cells in shown.items() if cells != ("", "")} == {}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (TITLE, "x" * 256),
        (TITLE, "[clear]"),
        (HTML[0], "<h2>Part 1</h2>"),
        (URL_SLUG, "learn computing"),
        (BY_NAME["about_video_link"], "a video"),
        (BY_NAME["watchers"], ["nobody"]),
        (BY_NAME["content_language"], "tlh"),
        (COLLABORATORS, [ACME, "33333333-0000-4000-8000-00000000000f"]),  # not in sight: would be made anew
        (PRICE, {"verified": "49", "professional": "99"}),
        (PRICE, {"audit": "0.00"}),
        (PRICE, {"verified": "-1"}),
        (BY_NAME["length"], 70_000),
        (START.date, "1969-12-31T00:00:00Z"),
        (START.time, "1969-12-31T10:00:00Z"),
        (START.date, "2027-09-01T23:59:59.999999Z"),  # a cell would cut it
        (START.time, "2027-09-01T23:59:59.999999Z"),
        (START.date, "tomorrow"),
        (LEGAL_REVIEW, True),  # would send the run to review
    ],
)
def test_what_no_cell_can_say_is_an_empty_cell(column: Column, value: Any) -> None:
    assert show(column, value) == ""


def test_what_a_member_may_not_set_is_not_shown_to_them() -> None:
    fields = {UPGRADE_DEADLINE.date.path: "2027-12-01T10:00:00Z"}

    columns = [column for column in (UPGRADE_DEADLINE.date, UPGRADE_DEADLINE.time) if column]
    shown = [column.show(fields, context.lookups) for context in (STAFF, MEMBER) for column in columns]

    assert shown == ["2027-12-01", "10:00", "", ""]


def test_a_list_that_reads_as_one_name_is_shown_by_keys() -> None:
    names = {"k1": "A", "k2": "B", "k3": "A, B"}
    table = LookupTable("collaborator", [Entry(key=key, name=name) for key, name in names.items()])
    lookups = replace(LOOKUPS, collaborators=table)

    assert COLLABORATORS.show({"collaborators": ["k1", "k2"]}, lookups) == "k1, k2"
    assert COLLABORATORS.show({"collaborators": ["k3"]}, lookups) == "k3"
