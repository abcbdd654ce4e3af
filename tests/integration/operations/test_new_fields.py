"""Instructors of a run, and the subscription for learners: the fields that came to the in-tree loaders in 2026."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.operations import describe_operation
from course_discovery_bulk.presentation.rows import view_rows
from course_discovery_bulk.reports import operation_files
from course_discovery_bulk.reports.export_choice import ExportChoice
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.models import Course, CourseRun, Partner, Person
from sandbox.discovery.models.runs import RunStatus
from tests.csv_files import csv_of
from tests.integration.operations.conftest import Run

pytestmark = pytest.mark.usefixtures("catalog")

RUN_KEY = "course-v1:edX+BASE1+1T2030"
NEW_COURSE = {
    "organization": "edX",
    "title": "New",
    "course_enrollment_track": "Verified and Audit",
    "course_run_enrollment_track": "Verified and Audit",
    "start_date": "2030-01-15",
    "end_date": "2030-06-15",
    "course_pacing": "Self-Paced",
    "verified_price": "49",
}


def sheet(*rows: dict[str, str]) -> bytes:
    return csv_of(rows)


def teaching_in(run_key: str) -> list[str]:
    run = CourseRun.objects.editable().get(key=run_key)
    return [link.person.slug for link in run.person_links.all()]


def name_instructors(run_key: str, *slugs: str) -> None:
    run = CourseRun.objects.editable().get(key=run_key)
    for place, slug in enumerate(slugs):
        run.person_links.create(person=Person.objects.get(slug=slug), position=place)


def subscription_of(key: str) -> bool:
    return Course.objects.editable().get(key=key).b2c_subscription_inclusion


def codes(task: BulkOperationTask) -> list[tuple[str, list[tuple[str, str]]]]:
    rows = task.rows.order_by("line")
    return [(row.status, [(found["code"], found["value"]) for found in row.problems]) for row in rows]


def staff() -> Any:
    return get_user_model().objects.get(username="staff")


def work(task: BulkOperationTask) -> BulkOperationTask:
    while work_on(task.pk).is_needed:
        pass
    task.refresh_from_db()
    return task


def test_a_new_course_has_the_instructors_and_the_subscription_of_its_row(run: Run) -> None:
    ada = Person.objects.get(slug="ada-lovelace")
    task = run(
        "course_create",
        sheet(
            {**NEW_COURSE, "number": "N1", "staff": f"Grace Hopper; {ada.uuid}", "b2c_subscription_inclusion": "yes"},
            {**NEW_COURSE, "number": "N2", "staff": "", "b2c_subscription_inclusion": "no"},
        ),
    )

    assert task.status == "completed", codes(task)
    assert teaching_in("course-v1:edX+N1+1T2030") == ["grace-hopper", "ada-lovelace"]
    assert teaching_in("course-v1:edX+N2+1T2030") == []
    assert [subscription_of(key) for key in ("edX+N1", "edX+N2")] == [True, False]


def test_lists_of_instructors_are_replaced_and_changed_shown_exported_and_put_back(run: Run) -> None:
    name_instructors(RUN_KEY, "ada-lovelace")
    changes = sheet({"course_run_key": RUN_KEY, "staff": "-Ada Lovelace, +grace-hopper, +ada-byron"})

    task = run("course_run_update", changes)
    assert task.status == "completed", codes(task)
    assert teaching_in(RUN_KEY) == ["grace-hopper", "ada-byron"]
    (view,) = view_rows(task, task.rows.all(), staff(), "testserver")
    assert [(change.name, change.before, change.after) for change in view.changes] == [
        ("staff", "ada-lovelace", "grace-hopper, ada-byron")
    ]
    assert [row.status for row in run("course_run_update", changes).rows.all()] == ["unchanged"]
    in_another_order = sheet({"course_run_key": RUN_KEY, "staff": "ada-byron, grace-hopper"})
    assert [row.action for row in run("course_run_update", in_another_order, dry_run=True).rows.all()] == ["update"]

    table = operation_files.export("course_run_update", staff(), "testserver", ExportChoice(keys=(RUN_KEY,)))
    (exported,) = [dict(zip(table.headers, row, strict=True)) for row in table.rows]
    assert exported["staff"] == "grace-hopper, ada-byron"
    assert [row.status for row in run("course_run_update", sheet(exported)).rows.all()] == ["unchanged"]

    undone = work(service.undo(task, staff(), "testserver", dry_run=False).task)
    assert undone.status == "completed", codes(undone)
    assert teaching_in(RUN_KEY) == ["ada-lovelace"]
    assert run("course_run_update", sheet({"course_run_key": RUN_KEY, "staff": "[clear]"})).status == "completed"
    assert teaching_in(RUN_KEY) == []


def test_whoever_is_not_one_person_of_the_catalog_is_refused_before_anything_is_written(run: Run) -> None:
    other = Partner.objects.create(short_code="other", name="Other")
    Person.objects.create(partner=other, slug="olga-other", given_name="Olga", family_name="Other")
    partner = Partner.objects.get(short_code="edx")
    Person.objects.create(partner=partner, slug="grace-hopper-2", given_name="Grace", family_name="Hopper")
    cells = ["Ada Lovelce", "Olga Other", "Grace Hopper", "+Ada Lovelace, -ada-lovelace", "ada-byron, +ada-lovelace"]
    keys = [f"course-v1:edX+BASE{number}+1T2030" for number in (1, 2, 3, 6)] + ["course-v1:MITx+BASE4+1T2030"]

    task = run(
        "course_run_update",
        sheet(*({"course_run_key": key, "staff": cell} for key, cell in zip(keys, cells, strict=True))),
        dry_run=True,
    )

    assert codes(task) == [
        ("invalid", [("UNKNOWN_VALUE", "Ada Lovelce")]),
        ("invalid", [("UNKNOWN_VALUE", "Olga Other")]),
        ("invalid", [("AMBIGUOUS_VALUE", "Grace Hopper")]),
        ("invalid", [("ADDED_AND_REMOVED", "Ada Lovelace, ada-lovelace")]),
        ("invalid", [("MIXED_SIGNS", "ada-byron, +ada-lovelace")]),
    ]
    told = [row.problems[0]["message"] + row.problems[0]["hint"] for row in task.rows.order_by("line")]
    assert "ada-lovelace" in told[0]
    assert "olga" not in told[1].replace("Olga Other", "")
    assert "grace-hopper, grace-hopper-2" in told[2]


def test_a_new_run_has_the_instructors_of_its_row_and_without_any_those_of_the_last_run(run: Run) -> None:
    name_instructors(RUN_KEY, "ada-lovelace", "grace-hopper")
    row = {"last_active_run_key": RUN_KEY, "run_type": "Verified and Audit", "pacing_type": "Self-Paced"}

    task = run(
        "course_rerun",
        sheet(
            {**row, "start_date": "2031-01-15", "end_date": "2031-06-15", "staff": "Ada Byron"},
            {**row, "start_date": "2032-01-15", "end_date": "2032-06-15", "staff": ""},
            {**row, "start_date": "2033-01-15", "end_date": "2033-06-15", "staff": "-ada-lovelace"},
        ),
    )

    assert task.status == "completed", codes(task)
    keys = [f"course-v1:edX+BASE1+1T{year}" for year in (2031, 2032, 2033)]
    assert task.task_summary["summary"]["new_runs"] == keys
    assert list(map(teaching_in, keys)) == [
        ["ada-byron"],
        ["ada-lovelace", "grace-hopper"],
        ["grace-hopper"],
    ]


def test_a_subscription_throws_reviewed_runs_back_and_instructors_do_not(run: Run) -> None:
    CourseRun.objects.filter(key=RUN_KEY).update(status=RunStatus.REVIEWED)
    cells = {"course_key": "edX+BASE1", "course_run_key": RUN_KEY}

    for more, thrown_back in (({"b2c_subscription_inclusion": "TRUE"}, 1), ({"staff": "ada-lovelace"}, 0)):
        task = run("partial_updates", sheet({**cells, **more}), dry_run=True)

        assert task.task_summary["forecast"]["side_effects"].get("reviewed_runs_thrown_back", 0) == thrown_back, codes(
            task
        )


def test_a_subscription_is_set_and_put_back_and_anything_but_a_clear_word_is_refused(run: Run) -> None:
    refused = run("course_update", sheet({"course_key": "edX+BASE1", "b2c_subscription_inclusion": "tru"}))
    assert codes(refused) == [("invalid", [("BAD_BOOLEAN", "tru")])]

    task = run("course_update", sheet({"course_key": "edX+BASE1", "b2c_subscription_inclusion": "YES"}))
    assert subscription_of("edX+BASE1") is True
    work(service.undo(task, staff(), "testserver", dry_run=False).task)
    assert subscription_of("edX+BASE1") is False


def test_a_catalog_without_the_field_says_so(run: Run, settings: Any) -> None:
    settings.SANDBOX_SERVICE = "2025"
    cell = {"b2c_subscription_inclusion": "TRUE"}

    made = run("course_create", sheet({**NEW_COURSE, "number": "N1", **cell}), dry_run=True)
    changed = run("course_update", sheet({"course_key": "edX+BASE1", **cell}), dry_run=True)

    assert codes(made) == codes(changed) == [("invalid", [("FIELD_NOT_OFFERED", "TRUE")])]
    facts = describe_operation("course_update", staff(), "testserver")
    template = operation_files.template("course_create", staff(), "testserver")
    assert not {column.name for column in facts.columns} & cell.keys()
    assert not set(template.headers) & cell.keys()
    assert "staff" in template.headers
