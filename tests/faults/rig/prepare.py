"""Fills a new database for all tests: tables, seed, courses to work on, and an audit that no worker can bypass.

The audit is made of triggers: whatever changes the status or the epoch of a task or of a row leaves a line there.
Run as `python -m tests.faults.rig.prepare`.
"""

from __future__ import annotations

import json
import os

import django

COURSES = 24
# Kind -> table, and how it names what it is in: a lane has no status.
TABLES = {
    "task": ("course_discovery_bulk_bulkoperationtask", "{}.status"),
    "row": ("course_discovery_bulk_bulkoperationrow", "{}.status"),
    "lane": ("course_discovery_bulk_bulkoperationlane", "''"),
}
AUDIT = "faults_audit"
COLUMNS = "kind, object_id, old_status, new_status, old_epoch, new_epoch"


def course_key(number: int) -> str:
    """Key of a prepared course."""
    return f"edX+RIG{number}"


def run_key(number: int) -> str:
    """Key of its one run."""
    return f"course-v1:{course_key(number)}+3T2027"


def make_courses() -> None:
    """Make the prepared courses as an editor would, and leave no history of that."""
    from django.test import Client

    from sandbox.discovery.models import ChangeLog, CourseRunType, CourseType
    from sandbox.discovery.tokens import issue_token

    client = Client(headers={"Authorization": f"JWT {issue_token('editor')}"})
    run = {
        "run_type": str(CourseRunType.objects.get(slug="verified-audit").uuid),
        "pacing_type": "self_paced",
        "start": "2027-09-01T00:00:00Z",
        "end": "2027-12-15T00:00:00Z",
    }
    for number in range(COURSES):
        body = {
            "org": "edX",
            "number": course_key(number).partition("+")[2],
            "title": f"Prepared course {number}",
            "type": str(CourseType.objects.get(slug="verified-audit").uuid),
            "product_source": "edx",
            "prices": {"verified": "49.00"},
            "course_run": run,
        }
        answer = client.post("/api/v1/courses/", json.dumps(body), content_type="application/json")
        assert answer.status_code == 201, answer.content
    ChangeLog.objects.all().delete()


def make_audit() -> None:
    """Make the table and the triggers of the audit."""
    from django.db import connection

    is_mysql = connection.vendor == "mysql"
    number = "BIGINT AUTO_INCREMENT PRIMARY KEY" if is_mysql else "INTEGER PRIMARY KEY AUTOINCREMENT"
    texts = "kind VARCHAR(8), object_id BIGINT, old_status VARCHAR(32), new_status VARCHAR(32)"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {AUDIT} (id {number}, {texts}, old_epoch INTEGER, new_epoch INTEGER)")
        for kind, (table, status) in TABLES.items():
            old, new = status.format("OLD"), status.format("NEW")
            note = f"INSERT INTO {AUDIT} ({COLUMNS}) VALUES ('{kind}', OLD.id, {old}, {new}, OLD.epoch, NEW.epoch);"
            changed = f"{old} <> {new} OR OLD.epoch <> NEW.epoch"
            head = f"CREATE TRIGGER faults_{kind} AFTER UPDATE ON {table} FOR EACH ROW"
            if is_mysql:
                cursor.execute(f"{head} BEGIN IF {changed} THEN {note} END IF; END")
            else:
                cursor.execute(f"{head} WHEN {changed} BEGIN {note} END")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("seed_catalog")
    make_courses()
    make_audit()
