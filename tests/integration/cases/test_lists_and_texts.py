"""Files that people upload, and what is stored of them: what was meant, or nothing and the reason."""

from __future__ import annotations

from typing import Any

import pytest

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course
from tests.csv_files import csv_of
from tests.integration.cases.stored import case, codes, collaborators, made, make_course, new_course, topics
from tests.integration.operations.conftest import Run
from tests.integration.operations.test_preview import client


def test_lists_in_every_form(catalog: None, run: Run) -> None:
    task = run("course_create", case("010_lists"))
    stored: dict[str, Any] = {
        course.title: (topics(course), collaborators(course))
        for course in Course.objects.filter(key__startswith="edX+T80")
    }

    assert stored == {
        "bullets1": (["python", "statistics"], ["Acme Labs", "Beta Corp"]),
        "bullets2": (["python", "statistics"], []),
        "pipes": (["python", "statistics"], ["Gamma", "Delta"]),
        "quotedlist": (["ai", "machine learning"], ["Epsilon, Inc.", "Zeta"]),
        "numbered": (["python", "stats"], []),
        "tags-hash": (["#python #stats"], []),
    }
    refused = {row.line: [found["code"] for found in row.problems] for row in task.rows.filter(status="invalid")}
    assert {line: "PLACEHOLDER" in found for line, found in refused.items()} == {5: True, 6: True, 7: True, 9: False}
    assert refused[9] == ["SPLIT_NAME"]


def test_bullets_set_what_they_list(catalog: None, run: Run) -> None:
    make_course(
        run, "edX+T80960", topics="python, statistics, chemistry", collaborators="Acme Labs", watchers="c@example.org"
    )

    run("course_update", case("012_bullets_update"))

    shown = client().get_course("edX+T80960")
    assert sorted(shown["topics"]) == ["biology", "python", "statistics"]
    assert [item["name"] for item in shown["collaborators"]] == ["Acme Labs"]
    assert sorted(shown["watchers"]) == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize(("name", "key"), [("143_plus_topic", "edX+T81788"), ("192_mixed_signs", "edX+KEY-1x")])
def test_a_list_with_some_signs_changes_nothing(name: str, key: str, catalog: None, run: Run) -> None:
    make_course(run, key, topics="ai, stats")

    task = run("course_update", case(name))

    assert codes(task, 2) == ["MIXED_SIGNS"]
    assert topics(Course.objects.get(key=key, draft=True)) == ["ai", "stats"]


def test_nothing_is_removed_from_a_new_course(catalog: None, run: Run) -> None:
    task = run("course_create", case("253_create_with_minus"))

    (found,) = task.rows.get(line=2).problems
    assert (found["code"], found["value"]) == ("REMOVAL_FROM_NEW", "-python")
    assert made("minus on create") is None


def test_a_removal_that_finds_nothing_is_noted(catalog: None, run: Run) -> None:
    make_course(run, "edX+REMOVE1", topics="ai", collaborators="Acme Labs")

    task = run("course_update", 'course_key,topics,collaborators\nedX+REMOVE1,"-ml, +stats",-Beta Corp\n')

    assert codes(task, 2) == ["NOTHING_REMOVED", "NOTHING_REMOVED"]
    assert topics(Course.objects.get(key="edX+REMOVE1", draft=True)) == ["ai", "stats"]


def test_a_name_that_looks_the_same_is_the_same(catalog: None, run: Run) -> None:
    make_course(run, "edX+COLLAB1", collaborators="R\u00edo Data Cooperative, Acme Labs")

    run("course_create", case("140_nfd_collab"))

    stored = {course.title: collaborators(course) for course in Course.objects.filter(key__startswith="edX+T8178")}
    assert stored == {
        "nfd collab": ["R\u00edo Data Cooperative"],
        "nbsp collab": ["Acme Labs"],
        "zw collab": ["Acme Labs"],
        "case collab": ["Acme Labs"],
        "apos": ["Acme Labs"],
    }


def codes_of_title(task: BulkOperationTask, title: str) -> list[str]:
    return [found["code"] for row in task.rows.all() if row.cells["title"] == title for found in row.problems]


def test_what_a_preview_calls_the_new_text_is_stored_and_is_no_change_the_next_time(catalog: None, run: Run) -> None:
    preview = run("course_create", case("070_html"), dry_run=True)
    planned = {row.cells["title"]: row for row in preview.rows.all()}

    task = run("course_create", case("070_html"))

    refused = {
        row.cells["title"]: [found["code"] for found in row.problems] for row in task.rows.filter(status="invalid")
    }
    assert refused == {
        "tracked": ["MEANING_CHANGED"],
        "strike": ["MEANING_CHANGED"],
        "sup": ["MEANING_CHANGED"],
        "table": ["TEXT_CHANGED"],
        "h2": ["REFUSED_MARKUP"],
        "blockquote": ["REFUSED_MARKUP"],
        "iframe": ["INVISIBLE_TEXT"],
    }
    assert codes_of_title(task, "olstart") == ["FORMATTING_DROPPED"]  # it would count from 1
    again = []
    for row in task.rows.filter(status="succeeded"):
        title = row.cells["title"]
        shown = client().get_course(row.object_key)["short_description"]
        assert planned[title].changes["short_description"] == [None, shown], title
        assert row.changes["short_description"] == [None, shown], title
        again.append({"course_key": row.object_key, "short_description": shown})

    assert {row.status for row in run("course_update", csv_of(again)).rows.all()} == {"unchanged"}


def test_a_text_of_which_nothing_would_be_visible_makes_no_course(catalog: None, run: Run) -> None:
    task = run("course_create", case("213_html_to_nothing"))

    assert [codes(task, line) for line in (2, 3, 4, 5)] == [["INVISIBLE_TEXT"]] * 4
    assert not Course.objects.filter(key__startswith="edX+T8213").exists()


def test_a_new_name_is_shown_as_it_is_made_however_later_rows_spell_it(catalog: None, run: Run) -> None:
    first, second = {**new_course("SPELL1"), "collaborators": "Nova Lab"}, {**new_course("SPELL2")}
    rows = csv_of([first, {**second, "collaborators": "NOVA LAB, Acme\u200b Labs"}])

    preview = run("course_create", rows, dry_run=True)
    task = run("course_create", rows)

    shown = [preview.rows.get(line=3).changes["collaborators"][1], task.rows.get(line=3).changes["collaborators"][1]]
    assert shown == [["Nova Lab", "Acme Labs"]] * 2
    assert sorted(collaborators(Course.objects.get(key="edX+SPELL2", draft=True))) == ["Acme Labs", "Nova Lab"]
