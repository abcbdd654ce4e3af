"""The comparison itself: right answers pass, and wrong ones are caught."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.matching import ABSENT, MISSING, Names, compare, compare_kinds, compare_selection, select
from tests.contract.replay import Answer, check

COURSE = {"key": "edX+A1", "count": 2, "editable": True, "runs": [{"key": "r1"}, {"key": "r2"}], "note": None}
UUID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
OTHER_UUID = "6ba7b811-9dad-41d1-80b4-00c04fd430c8"


def differs(expected: Any, actual: Any, **options: Any) -> bool:
    return bool(compare(expected, actual, options.pop("names", Names()), **options))


@pytest.mark.parametrize(
    "wrong",
    [
        COURSE | {"key": "edX+A2"},
        COURSE | {"extra": 1},
        {name: value for name, value in COURSE.items() if name != "note"},
        COURSE | {"runs": [{"key": "r2"}, {"key": "r1"}]},
        COURSE | {"runs": [{"key": "r1"}]},
        COURSE | {"editable": 1},
        COURSE | {"count": "2"},
        COURSE | {"note": ""},
    ],
    ids=["value", "extra field", "missing field", "order", "length", "1 for true", "text for number", "empty for null"],
)
def test_a_wrong_body_is_caught(wrong: dict[str, Any]) -> None:
    assert differs(COURSE, wrong)


def test_the_right_body_passes() -> None:
    assert not differs(COURSE, dict(COURSE))


def test_any_order_passes_only_where_it_is_allowed() -> None:
    swapped = COURSE | {"runs": [{"key": "r2"}, {"key": "r1"}]}
    assert not differs(COURSE, swapped, unordered=True)
    assert differs(COURSE, COURSE | {"runs": [{"key": "r2"}, {"key": "r3"}]}, unordered=True)


def test_long_lists_in_any_order() -> None:
    numbers = list(range(12))
    assert not differs(numbers, numbers[::-1], unordered=True)
    assert differs(numbers, [*numbers[1:], 99], unordered=True)


def test_a_name_is_bound_once_and_then_fixed() -> None:
    names = Names()
    assert not compare(["<uuid:c>", "<uuid:c>"], [UUID, UUID], names)
    assert compare("<uuid:c>", OTHER_UUID, names)
    assert names.fill({"path": "/courses/<uuid:c>/"}) == {"path": f"/courses/{UUID}/"}


def test_a_name_inside_a_text_is_bound() -> None:
    names = Names({"tag": "t1"})
    assert not compare("/media/<uuid:c>-<rand>.<tag>.png", f"/media/{UUID}-ab12.t1.png", names)
    assert names.known["uuid:c"] == UUID
    assert compare("/media/<uuid:c>-<rand>.<tag>.png", f"/media/{UUID}-ab12.t2.png", names)


@pytest.mark.parametrize(
    ("wildcard", "right", "wrong"),
    [
        ("<uuid>", UUID, "not-a-uuid"),
        ("<id>", 7, "7"),
        ("<id>", 7, True),
        ("<ts>", "2030-01-15T00:00:00.123456Z", "2030-01-15"),
        ("<rand>", "ab12", "ab 12"),
        ("<base>/api/", "http://testserver/api/", "/api/"),
    ],
)
def test_a_wildcard_takes_only_its_kind(wildcard: str, right: Any, wrong: Any) -> None:
    assert not differs(wildcard, right)
    assert differs(wildcard, wrong)


def test_anything_is_anything() -> None:
    assert not differs("<any>", [1, {"a": None}])


def test_an_unknown_name_in_a_request_is_an_error() -> None:
    with pytest.raises(KeyError):
        Names().fill("/courses/<uuid:never-seen>/")


def test_an_id_alone_stays_a_number() -> None:
    assert Names({"id:user/editor": 4}).fill({"user_id": "<id:user/editor>"}) == {"user_id": 4}


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("runs.1.key", "r2"),
        ("runs.*.key", ["r1", "r2"]),
        ("#runs", 2),
        ("runs.0.keys()", ["key"]),
        ("keys()", sorted(COURSE)),
        ("runs.5.key", MISSING),
        ("nothing.here", MISSING),
    ],
)
def test_selection(path: str, part: Any) -> None:
    assert select(COURSE, path) == part


@pytest.mark.parametrize(
    ("selection", "is_right"),
    [
        ({"key": "edX+A1"}, True),
        ({"key": "edX+A2"}, False),
        ({"runs.*.key": ["r1", "r2"]}, True),
        ({"runs.*.key": ["r2", "r1"]}, False),
        ({"gone": ABSENT}, True),
        ({"note": ABSENT}, False),
        ({"gone": None}, False),
    ],
)
def test_selected_parts_are_compared(selection: dict[str, Any], *, is_right: bool) -> None:
    assert (not compare_selection(selection, COURSE, Names(), unordered=False, kinds_only=False)) is is_right


def test_selected_kinds_are_compared() -> None:
    assert not compare_selection({"key": "other"}, COURSE, Names(), unordered=False, kinds_only=True)
    assert compare_selection({"key": 1}, COURSE, Names(), unordered=False, kinds_only=True)


@pytest.mark.parametrize(
    ("expected", "actual", "is_right"),
    [
        ("a text", "another", True),
        ("a text", {"detail": "x"}, False),
        ({"detail": "x"}, {"detail": "y"}, True),
        ({"detail": "x"}, {"error": "y"}, False),
        ([1], [2, 3], True),
        (None, "x", False),
    ],
)
def test_kinds(expected: Any, actual: Any, *, is_right: bool) -> None:
    assert (not compare_kinds(expected, actual)) is is_right


def test_a_long_list_is_compared_by_head_and_length() -> None:
    expected = {"<list-head>": [1, 2], "<list-length>": 4}
    assert not differs(expected, [1, 2, 3, 4])
    assert differs(expected, [1, 2, 3])
    assert differs(expected, [2, 1, 3, 4])


ANSWER = Answer(status=200, content_type="application/json", headers={"Allow": "GET"}, body={"a": 1})


@pytest.mark.parametrize(
    ("recorded", "how", "is_right"),
    [
        ({"status": 200, "content_type": "application/json", "json": {"a": 1}}, {}, True),
        ({"status": 201, "content_type": "application/json", "json": {"a": 1}}, {}, False),
        ({"status": 200, "content_type": "text/html", "json": {"a": 1}}, {}, False),
        ({"status": 200, "content_type": "application/json", "json": {"a": 2}}, {}, False),
        ({"status": 200, "content_type": "application/json", "json": {"a": 2}}, {"match": "shape"}, True),
        ({"status": 200, "content_type": "application/json", "json": {"b": 1}}, {"match": "shape"}, False),
        ({"status": 200, "content_type": "text/html", "json": None}, {"match": "status"}, True),
        ({"status": 500, "content_type": "text/html"}, {"match": "status"}, False),
        ({"status": 200, "content_type": "application/json", "headers": {"Allow": "GET"}}, {}, True),
        ({"status": 200, "content_type": "application/json", "headers": {"Allow": "POST"}}, {}, False),
    ],
)
def test_a_whole_answer(recorded: dict[str, Any], how: dict[str, Any], *, is_right: bool) -> None:
    assert (not check(ANSWER, recorded, how, Names())) is is_right
