"""The reference page names every path, field, option and error code that the API has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from course_discovery_bulk import service
from course_discovery_bulk.api import editing, errors, operation_shapes, progress, row_serializers, serializers, urls
from course_discovery_bulk.choices import EditKind, RowStatus, TaskStatus
from course_discovery_bulk.columns.headers import COURSE_TITLE, IGNORED_HEADERS, normalise_header

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "rest_api.rst").read_text(encoding="utf-8")
NAMED = set(re.findall(r"``([^`]+)``", PAGE))


def test_every_path_is_in_the_table_and_no_other() -> None:
    lines = re.findall(r"\* - (``/.*)", PAGE)  # files of one kind share a line
    documented = {path for line in lines for path in re.findall(r"``(/[^`\s]*)``", line)}

    real = {
        "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", str(path.pattern)).replace("<pk>", "<id>") for path in urls.urlpatterns
    }
    assert documented == real


@pytest.mark.parametrize(
    "names",
    [
        set(serializers.UploadSerializer().fields),
        set(serializers.TaskSerializer().fields),
        set(progress.ProgressSerializer().fields),
        set(row_serializers.RowSerializer().fields),
        set(row_serializers.EditSerializer().fields) | set(EditKind.values),
        set(editing.EditedSerializer().fields) | set(editing.ProblemGroupSerializer().fields),
        {"edits", *editing.CellEditSerializer().fields, *editing.ReplaceSerializer().fields},
        {"STALE_EDIT", "NOT_EDITABLE", "UNKNOWN_COLUMN", "LINE_NOT_FOUND"},
        set(operation_shapes.OperationSerializer().fields) | set(operation_shapes.ColumnSerializer().fields),
        set(errors.DOCUMENT_STATUSES) | {errors.DiscoveryUnavailable.default_code},
        set(IGNORED_HEADERS) - {normalise_header(COURSE_TITLE)} | {COURSE_TITLE},
        set(TaskStatus.values) | set(RowStatus.values),
        set(service.option_choices()) | {value for values in service.option_choices().values() for value in values},
        {"UPLOAD_REFUSED", "LINK_EXPIRED", errors.BAD_FIELD, errors.LengthUnknown.default_code.upper()},
        {errors.KeyReused.default_code.upper(), errors.StorageUnavailable.default_code.upper()},
        {errors.UploadTooLarge.default_code},
    ],
)
def test_every_name_is_explained(names) -> None:
    assert names - NAMED == set()
