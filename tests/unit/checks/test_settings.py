"""System checks: settings in, ids out; a good configuration is silent."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from course_discovery_bulk.checks import check_settings
from course_discovery_bulk.conf import BulkSettings

HTTP = {"TRANSPORT": "http", "DISCOVERY_URL": "https://discovery.example.org", "DISCOVERY_TOKEN": "secret-token"}


@pytest.fixture(autouse=True)
def outside(settings: Any, tmp_path: Path) -> None:
    """Uploads in a place of their own: what is wrong with it is for `checks/test_files.py`."""
    settings.BASE_DIR = tmp_path / "site"
    settings.MEDIA_ROOT = str(tmp_path / "media")


def ids(settings: Any, **chosen: Any) -> list[str]:
    settings.BULK_OPERATIONS = chosen
    return [str(message.id).rpartition(".")[2] for message in check_settings(None)]


def test_the_defaults_are_fine(settings: Any) -> None:
    assert ids(settings) == []


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"TRANSPORT": "carrier_pigeon"}, ["E001"]),
        ({"TRANSPORT": "http"}, ["E002"]),
        ({**HTTP, "DISCOVERY_TOKEN": ""}, ["E002"]),
        (HTTP, ["W002"]),
        ({"NOTIFY": "sometimes"}, ["E010"]),
        ({"DATE_ORDER": "dmy", "LAST_DAY_TIME": "23:59:59"}, []),
        ({"DATE_ORDER": "ymd"}, ["E013"]),
        ({"LAST_DAY_TIME": "noon"}, ["E013"]),
        ({"MAX_ROW": 1}, ["W001"]),
        ({"MAX_ROW": 1, "MAX_COLUMN": 1}, ["W001", "W001"]),
        ({"LEASE_SECONDS": 80.0}, ["E004"]),
        ({"LEASE_SECONDS": 80.1}, []),
        ({"READ_SECONDS": 150.0}, ["E004", "E005"]),
        ({"MAX_ROW": 1, "TRANSPORT": "http", "LEASE_SECONDS": 1}, ["W001", "E002", "E004"]),
        ({**HTTP, "QUIET_SECONDS": 80.0}, ["W002"]),
        ({**HTTP, "QUIET_SECONDS": 81.0}, ["W002", "E005"]),
        ({"SOFT_TIME_LIMIT": 99}, ["E005"]),
        ({"SOFT_TIME_LIMIT": 100}, []),
        ({"TIME_LIMIT": 180}, ["E006"]),
        ({"TIME_LIMIT": 181}, []),
        ({"LANES": 0}, ["E012"]),
        ({"LANES": True}, ["E012"]),
        ({"LANES": 2.5}, ["E012"]),
        ({"LEASE_SECONDS": "90"}, ["E012"]),
        ({"LEASE_SECONDS": 90, "SWEEP_SECONDS": 0}, []),
        ({"SWEEP_SECONDS": -1}, ["E012"]),
        ({"MAX_ROW": 1, "LEASE_SECONDS": None, "LANES": "4"}, ["W001", "E012", "E012"]),
        ({"IMAGE_PORTS": [443]}, []),
        ({"IMAGE_PORTS": ["443"]}, ["E012"]),
        ({"EXTRA_OPERATIONS": "mine"}, ["E012"]),
        ({"QUEUE": None}, ["E012"]),
        ({"TASK_HOURS": float("inf")}, ["E012"]),
    ],
)
def test_what_is_wrong_is_told_by_id(settings: Any, chosen: dict[str, Any], found: list[str]) -> None:
    assert ids(settings, **chosen) == found


def test_no_check_crashes_on_a_value_of_the_wrong_type(settings: Any) -> None:
    for option in fields(BulkSettings):
        settings.BULK_OPERATIONS = {option.name.upper(): object()}
        found = {str(message.id) for message in run_checks(tags=["course_discovery_bulk"])}
        assert found == {"course_discovery_bulk.E012"}, option.name


def test_every_number_is_checked_for_its_type_and_its_least_value(settings: Any) -> None:
    taken = []
    for option in (option for option in fields(BulkSettings) if option.type in {"int", "float"}):
        wrong = ["90", None, True, -1, float("nan"), [1]]
        wrong += [] if option.metadata["can_be_zero"] else [0, 0.0]
        wrong += [1.5] if option.type == "int" else []
        name = option.name.upper()
        taken += [(name, value) for value in wrong if ids(settings, **{name: value}) != ["E012"]]
    assert taken == []


@pytest.mark.parametrize("given", [None, [], "LANES"])
def test_a_setting_that_is_no_dict_is_told(settings: Any, given: Any) -> None:
    settings.BULK_OPERATIONS = given

    (found,) = check_settings(None)
    assert (found.id, found.hint) == ("course_discovery_bulk.E012", "Make it a dict.")


def test_no_message_shows_the_token(settings: Any) -> None:
    settings.BULK_OPERATIONS = {**HTTP, "LEASE_SECONDS": 1}

    assert HTTP["DISCOVERY_TOKEN"] not in repr(check_settings(None))


def test_every_message_says_what_to_do(settings: Any) -> None:
    settings.BULK_OPERATIONS = {"MAX_ROW": 1, "TRANSPORT": "x", "LEASE_SECONDS": 1}

    assert all(message.hint for message in check_settings(None))


def test_django_runs_them(settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "TRANSPORT": "carrier_pigeon"}

    assert "course_discovery_bulk.E001" in {message.id for message in run_checks(tags=["course_discovery_bulk"])}
