"""From what a row changed to the row that puts it back, on a state made for the case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from course_discovery_bulk.data import CourseSnapshot, EditorSnapshot, Person, RunSnapshot, State, fold
from course_discovery_bulk.operations import course_run_update, course_update, partial_updates
from course_discovery_bulk.operations.undoing import DoneRow, UndoRow, columns_of, opposite_action, put_back
from tests.unit.operations.samples import ACME, LOOKUPS, MEMBER

COURSE = "edX+CS101"
RUN = "course-v1:edX+CS101+3T2027"
COURSES, RUNS, BOTH = (module.OPERATION.columns for module in (course_update, course_run_update, partial_updates))


Editors = tuple[EditorSnapshot, ...]


def course(run: dict[str, Any] | None = None, editors: Editors = (), **fields: Any) -> CourseSnapshot:
    return CourseSnapshot(
        key=COURSE,
        uuid="uuid",
        fields=fields,
        has_image=True,
        is_editable=True,
        owners=(),
        editors=editors,
        runs=(RunSnapshot(key=RUN, status="unpublished", fields=run or {}),),
    )


def state(found: CourseSnapshot | None, **people: tuple[Person, ...]) -> State:
    if found is None:
        return State()
    runs = {fold(run.key): fold(found.key) for run in found.runs}
    return State(courses={fold(found.key): found}, runs=runs, people=people)


def undone(
    changes: dict[str, tuple[Any, Any]], now: CourseSnapshot | None, columns: Any = BOTH, lookups: Any = LOOKUPS
) -> UndoRow | None:
    texts = {"course_key": COURSE, "course_run_key": RUN, "title": "as uploaded"}
    cells = {name: text for name, text in texts.items() if name in {column.name for column in columns}}
    found = put_back(DoneRow(cells=cells, changes=changes, state=state(now)), lookups, columns)
    return replace(found, expected={}) if found else None  # that has a test of its own


KEYS = {"course_key": COURSE, "course_run_key": RUN}


def test_a_value_goes_back() -> None:
    assert undone({"title": ("Old", "New")}, course(title="New")) == UndoRow(cells={**KEYS, "title": "Old"})


def test_what_is_expected_to_be_there_is_what_the_upload_left() -> None:
    changes = {
        "title": ("Old", "New"),
        "faq": ("<p>Old</p>", "New"),
        "level_type": ("Introductory", "Advanced"),
        "image": (None, "https://example.org/new.png"),  # no cell can put it back
        "prices": ({"verified": "1.00"}, {"verified": "10.00"}),
    }
    now = course(title="Newer", faq="<p>New</p>", level_type="Advanced", prices={"verified": "10.00", "audit": "0"})
    cells = {"course_key": COURSE}

    found = put_back(DoneRow(cells=cells, changes=changes, state=state(now)), LOOKUPS, COURSES)

    assert found is not None
    assert found.expected == {
        "title": "New",  # edited since
        "faq": "<p>New</p>",  # as it is shown
        "level_type": "Advanced",
        "prices": {"verified": "10.00"},
    }


def test_what_was_empty_is_emptied() -> None:
    changes = {"level_type": ("", "Advanced"), "run.enrollment_start": (None, "2027-01-01T10:00:00Z")}
    now = course({"enrollment_start": "2027-01-01T10:00:00Z"}, level_type="Advanced")

    found = undone(changes, now)

    assert found == UndoRow(cells={**KEYS, "level_type": "[clear]", "enrollment_start_date": "[clear]"})


def test_a_time_of_day_goes_back_with_its_date() -> None:
    change = ("2027-01-01T10:00:00Z", "2027-01-01T12:00:00Z")

    found = undone({"run.start": change}, course({"start": change[1]}))

    assert found == UndoRow(cells={**KEYS, "start_date": "2027-01-01", "start_time": "10:00"})


@pytest.mark.parametrize(
    ("changes", "now", "column"),
    [
        ({"image": (None, "https://example.org/new.png")}, course(), "image"),
        ({"run.status": ("unpublished", "review_by_legal")}, course(), "move_to_legal_review"),
        ({"url_slug": ("", "new")}, course(url_slug="new"), "url_slug"),  # cannot be emptied
        ({"run.start": ("1950-01-01T00:00:00Z", "2027-01-01T00:00:00Z")}, course(), "start_date"),
        (
            {"prices": ({"verified": None}, {"verified": "10.00"})},
            course(prices={"verified": "10.00"}),
            "verified_price",
        ),
    ],
)
def test_what_no_cell_can_put_back_is_named(changes, now, column) -> None:
    found = undone(changes, now)

    assert found is not None
    assert (found.cells, found.cannot_undo) == (KEYS, (column,))


def test_a_deadline_that_a_member_lost_can_be_put_back_by_staff_only() -> None:
    changes = {"run.upgrade_deadline_override": ("2027-12-01T10:00:00Z", None)}
    now = course({"upgrade_deadline_override": None})

    by_staff, by_member = undone(changes, now), undone(changes, now, lookups=MEMBER.lookups)

    assert by_staff is not None
    assert by_member is not None
    assert by_staff.cells["upgrade_deadline_override_date"] == "2027-12-01"
    assert by_member.cannot_undo == ("upgrade_deadline_override_date",)


@pytest.mark.parametrize(
    ("columns", "now", "expected"),
    [
        (COURSES, {"course": "10.00", "run": "99.00"}, "50.00"),  # the run's price is none of this operation
        (BOTH, {"course": "10.00", "run": "50.00"}, "50.00"),
        (BOTH, {"course": "10.00", "run": "99.00"}, None),  # one cell would change the run as well
    ],
)
def test_a_price_goes_back_where_that_touches_nothing_else(columns, now, expected) -> None:
    shown = course({"prices": {"verified": now["run"]}}, prices={"verified": now["course"]})
    changes = {"prices": ({"verified": "50.00"}, {"verified": "10.00"})}

    found = undone(changes, shown, columns)

    assert found is not None
    assert found.cells.get("verified_price") == expected
    assert found.cannot_undo == (() if expected else ("verified_price",))


def test_the_price_of_a_run_goes_back() -> None:
    changes = {"run.prices": ({"verified": "50.00"}, {"verified": "10.00"})}
    now = course({"prices": {"verified": "10.00", "audit": "0.00"}}, prices={"verified": "77.00"})

    assert undone(changes, now, RUNS) == UndoRow(cells={"course_run_key": RUN, "verified_price": "50.00"})


def test_each_subject_goes_back_to_its_place() -> None:
    now = course(subjects=["social-sciences", "data-analysis-statistics"])
    changes = {"subjects": (["computer-science"], ["social-sciences", "data-analysis-statistics"])}

    found = undone(changes, now)

    assert found == UndoRow(
        cells={**KEYS, "primary_subject": "Computer Science", "secondary_subject": "[clear]"},
    )


@pytest.mark.parametrize(
    ("changes", "now", "edited"),
    [
        ({"title": ("Old", "New")}, course(title="Newer"), ("title",)),
        ({"faq": ("<p>Old</p>", "New")}, course(faq="<p>New</p>"), ()),  # as discovery writes it
        ({"topics": (["a"], ["b", "c"])}, course(topics=["c", "b"]), ()),  # their order says nothing
        ({"collaborators": ([], ["Acme Labs"])}, course(collaborators=[ACME]), ()),  # made by the row, by its name
        ({"collaborators": ([], [ACME])}, course(collaborators=[ACME, "other"]), ("collaborators",)),
        (
            {"prices": ({"verified": "1.00"}, {"verified": "10.00"})},
            course({"prices": {}}, prices={"verified": "11"}),
            ("verified_price",),
        ),
        ({"run.start": ("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z")}, course({"start": None}), ("start_date",)),
        ({"title": ("Old", "New"), "run.min_effort": (1, 2)}, None, ("title", "minimum_effort")),  # out of sight
    ],
)
def test_what_was_edited_since_is_named(changes, now, edited) -> None:
    found = undone(changes, now)

    assert found is not None
    assert found.edited_since == edited


def test_what_is_back_already_is_left_out() -> None:
    changes = {"title": ("Old", "New"), "level_type": ("Introductory", "Advanced")}

    assert undone(changes, course(title="Old", level_type="Advanced")) == UndoRow(
        cells={**KEYS, "level_type": "Introductory"}
    )
    assert undone(changes, course(title="Old", level_type="introductory")) is None


def test_an_order_is_not_taken_for_a_value() -> None:
    assert [column.name for column in columns_of("run.status", BOTH)] == ["move_to_legal_review"]
    assert columns_of("run.status", COURSES) == []
    assert [column.name for column in columns_of("subjects", BOTH)] == [
        "primary_subject",
        "secondary_subject",
        "tertiary_subject",
    ]


# --- editors

JANE = EditorSnapshot(id=1, user_id=7, email="Jane@example.org")
ADDED, REMOVED = (None, "jane@example.org"), ("jane@example.org", None)


def editor_undone(name: str, change: tuple[Any, Any], now: State) -> UndoRow | None:
    action = "add" if change[0] is None else "remove"
    cells = {"username_or_email": name, "course_key_or_uuid": COURSE, "action": action}
    return opposite_action(DoneRow(cells=cells, changes={"editor": change}, state=now), LOOKUPS)


@pytest.mark.parametrize(
    ("name", "change", "editors", "people", "action"),
    [
        ("jane@example.org", ADDED, (JANE,), {}, "remove"),
        ("jane@example.org", REMOVED, (), {}, "add"),
        ("jane@example.org", ADDED, (), {}, None),  # somebody removed her meanwhile
        ("jane@example.org", REMOVED, (JANE,), {}, None),
        ("jane", ADDED, (JANE,), {"jane": (Person(user_id=7),)}, "remove"),
        ("jane", ADDED, (), {"jane": (Person(user_id=7),)}, None),
        ("jane", ADDED, (JANE,), {}, "remove"),  # nobody can tell who that is: the row is for people to judge
    ],
)
def test_the_opposite_of_an_editor_change(name, change, editors, people, action) -> None:
    found = editor_undone(name, change, state(course(editors=editors), **people))

    assert (found.cells["action"] if found else None) == action


def test_an_editor_of_a_course_that_is_out_of_sight() -> None:
    found = editor_undone("jane", ADDED, State())

    assert found is not None
    assert (found.cells["action"], found.edited_since) == ("remove", ("course_key_or_uuid",))
