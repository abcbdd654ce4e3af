"""`manage.py bulk_operation --set`: values are replaced after the file was checked and before anything is written."""

import json

import pytest

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course
from tests.integration.pipeline.conftest import csv_of, good_row
from tests.integration.pipeline.test_foreground import command  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("names_fetched_once")

SHEET = csv_of(good_row("S1", organization="edXX"), good_row("S2", organization="edXX"), good_row("S3"))


def test_replaced_values_are_said_checked_and_written(command):  # noqa: F811
    code, said, err = command(SHEET, "--set=organization:edXX=edX", "--yes", "--format=json")

    assert code == 0, said + err
    document = json.loads(said)
    assert document["replaced"] == [{"column": "organization", "old": "edXX", "new": "edX", "rows": 2}]
    assert "Replaced “edXX” with “edX” in 2 rows of organization." in err
    assert Course.objects.filter(key__in=["edX+S1", "edX+S2", "edX+S3"], draft=True).count() == 3
    assert BulkOperationTask.objects.get().edits.count() == 2


def test_nothing_is_written_if_the_column_is_not_there_or_a_preview_was_asked_for(command):  # noqa: F811
    code, _said, err = command(SHEET, "--set=organisation_x:edXX=edX", "--yes")
    assert (code, BulkOperationTask.objects.get().status) == (2, "cancelled")
    assert "There is no column" in err

    code, said, _err = command(SHEET, "--set=organization:edXX=edX", "--dry-run")
    assert (code, BulkOperationTask.objects.latest("pk").status) == (0, "validated"), said
    assert not Course.objects.filter(key__startswith="edX+S").exists()
