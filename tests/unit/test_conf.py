"""Settings: one dict, typed, read live."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import pytest

from course_discovery_bulk import conf

OPTIONS = fields(conf.BulkSettings)


def test_without_the_dict_everything_has_its_default(settings: Any) -> None:
    del settings.BULK_OPERATIONS

    assert conf.read() == conf.BulkSettings()


def test_the_dict_overrides_and_is_read_live(settings: Any) -> None:
    settings.BULK_OPERATIONS = {"MAX_ROWS": 5, "TRANSPORT": "http"}
    first = conf.read()
    settings.BULK_OPERATIONS = {"MAX_ROWS": 6}
    second = conf.read()

    assert (first.max_rows, first.transport) == (5, "http")
    assert (second.max_rows, second.transport) == (6, "in_process")


def test_lists_may_be_written_where_settings_hold_tuples(settings: Any) -> None:
    settings.BULK_OPERATIONS = {"EXTRA_OPERATIONS": ["a.b"], "IMAGE_ALLOWED_NETWORKS": ["10.0.0.0/8"]}

    assert conf.read().extra_operations == ("a.b",)
    assert conf.read().image_allowed_networks == ("10.0.0.0/8",)


def test_unknown_names_are_told_and_do_no_harm(settings: Any) -> None:
    settings.BULK_OPERATIONS = {"MAX_ROW": 5, "ZEBRA": 1, "MAX_ROWS": 7}

    assert conf.unknown_names() == ["MAX_ROW", "ZEBRA"]
    assert conf.read().max_rows == 7


def test_a_name_that_is_reported_as_unknown_has_no_effect(settings: Any) -> None:
    settings.BULK_OPERATIONS = {"max_rows": 5}

    assert conf.unknown_names() == ["max_rows"]
    assert conf.read().max_rows == conf.BulkSettings().max_rows


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_setting_has_a_default_and_a_help(option: Field[Any]) -> None:
    assert option.default is not MISSING
    assert option.metadata["help"].endswith(".")


def test_the_default_folder_is_the_same_wherever_a_process_is_started(settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path / "site"
    settings.MEDIA_ROOT = str(tmp_path / "media")

    in_project = conf.storage_folder(conf.BulkSettings())
    del settings.BASE_DIR
    beside_media = conf.storage_folder(conf.BulkSettings())

    assert (in_project, beside_media) == (tmp_path / "site" / "bulk_operations", tmp_path / "bulk_operations")
    assert conf.storage_folder(conf.BulkSettings(storage_location="/srv/uploads")) == Path("/srv/uploads")


def test_the_lease_outlives_a_slow_answer_by_default() -> None:
    chosen = conf.BulkSettings()

    assert chosen.lease_seconds > chosen.connect_seconds + chosen.read_seconds
    assert chosen.time_limit > chosen.soft_time_limit > chosen.slice_seconds + chosen.read_seconds
