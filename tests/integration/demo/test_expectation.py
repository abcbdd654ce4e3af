"""A sample's outcome and the one kept beside it."""

import json

import pytest

from sandbox.demo.expectation import differences, outcome_of, read_expectation

TASK = {"status": "partially_completed"}
ROWS = [
    {"line": 2, "status": "succeeded", "object_key": "edX+A", "problems": []},
    {"line": 3, "status": "invalid", "object_key": "", "problems": [{"code": "BAD_PRICE"}]},
]


@pytest.fixture
def sample(tmp_path):
    sample = tmp_path / "course_create.csv"
    (tmp_path / "course_create.expected.json").write_text(json.dumps(outcome_of("staff", TASK, ROWS)))
    return sample


def test_same_outcome_has_no_differences(sample):
    assert differences(read_expectation(sample, "staff"), outcome_of("staff", TASK, ROWS)) == []


def test_every_difference_is_shown_with_its_line(sample):
    other = [ROWS[0], {**ROWS[1], "problems": [{"code": "BAD_DATE"}]}]

    shown = differences(read_expectation(sample, "staff"), outcome_of("staff", {"status": "failed"}, other))

    assert [line for line in shown if line.startswith("+")][1:] == [
        "+status: failed",
        '+line 3: {"codes": ["BAD_DATE"], "key": "", "status": "invalid"}',
    ]


def test_a_missing_row_is_a_difference(sample):
    shown = differences(read_expectation(sample, "staff"), outcome_of("staff", TASK, ROWS[:1]))

    assert next(line for line in shown if "line 3" in line).startswith("-")


def test_another_user_may_have_another_outcome(sample):
    assert read_expectation(sample, "editor") is None
