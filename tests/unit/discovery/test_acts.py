"""What each act declares about itself: one case per fact, because everything above relies on them alone."""

from __future__ import annotations

from typing import Any

import pytest

from course_discovery_bulk.choices import Act
from course_discovery_bulk.data import RUN_KEY, Step
from course_discovery_bulk.discovery.acts import ACTS
from course_discovery_bulk.discovery.acts.base import ActPolicy


def acts_that(fact: str) -> set[str]:
    return {act.value for act, policy in ACTS.items() if getattr(policy, fact)}


def test_every_act_has_a_policy_of_its_own() -> None:
    assert set(ACTS) == set(Act)
    assert len({policy.doing for policy in ACTS.values()}) == len(Act)


@pytest.mark.parametrize(
    ("fact", "acts"),
    [
        ("creates", {"create_collaborator", "create_course", "create_run", "add_editor"}),
        ("retries_conflict", {"create_course", "create_run"}),
        ("named_by", {"create_run"}),
        ("reads_back_conflict", set(Act.values) - {"create_run"}),
    ],
)
def test_what_holds_for_which_acts(fact: str, acts: set[str]) -> None:
    assert acts_that(fact) == acts


def test_discovery_names_a_new_run() -> None:
    assert ACTS[Act.CREATE_RUN].named_by == RUN_KEY


@pytest.mark.parametrize(
    ("act", "given", "name"),
    [
        (Act.CREATE_COLLABORATOR, {"target": "  New   CO "}, "collaborator:new co"),
        (Act.CREATE_COURSE, {"body": {"title": "A New Course"}}, "slug:a-new-course"),
        (Act.CREATE_COURSE, {"body": {"title": "A New Course", "url_slug": "mine"}}, ""),
        (Act.CREATE_COURSE, {"body": {"title": "A New Course", "url_slug": ""}}, "slug:a-new-course"),
    ],
)
def test_what_no_other_worker_may_make_at_the_same_time(act: Act, given: dict[str, Any], name: str) -> None:
    assert ACTS[act].shared_name(Step(act=act, **given)) == name


@pytest.mark.parametrize("act", sorted(set(Act) - {Act.CREATE_COLLABORATOR, Act.CREATE_COURSE}))
def test_other_acts_share_nothing(act: Act) -> None:
    assert ACTS[act].shared_name(Step(act=act, target="x", body={"title": "x"})) == ""


def test_an_act_declares_only_what_is_special_about_it() -> None:
    plain = ActPolicy(doing="x", call=ACTS[Act.UPDATE_RUN].call, settle=ACTS[Act.UPDATE_RUN].settle)

    assert (plain.creates, plain.retries_conflict, plain.named_by, plain.reads_back_conflict) == (
        False,
        False,
        "",
        True,
    )
