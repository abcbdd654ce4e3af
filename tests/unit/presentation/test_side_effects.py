"""Side effects: one declaration each, told gravest first, and no operation counts anything else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from course_discovery_bulk import operations
from course_discovery_bulk.choices import SideEffect
from course_discovery_bulk.presentation.side_effects import side_effects

FOLDER = Path(operations.__file__).parent


def counted() -> Iterator[str]:
    """The keys of every dict of effects that the code of an operation makes."""
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            made = None
            if isinstance(node, ast.keyword) and node.arg == "effects":
                made = node.value
            elif isinstance(node, ast.FunctionDef) and node.name == "_effects":
                made = node.body[-1].value if isinstance(node.body[-1], ast.Return) else None
            if isinstance(made, ast.Dict):
                yield from (ast.unparse(key) for key in made.keys if key)


def forecast(**counts: int) -> dict[str, object]:
    return {"forecast": {"side_effects": counts}}


def test_operations_count_members_only_and_every_member_is_counted() -> None:
    assert set(counted()) == {f"SideEffect.{effect.name}" for effect in SideEffect}


def test_the_gravest_is_told_first_and_an_unknown_one_last() -> None:
    counts = {"urls_changed": 2, **{effect.value: 2 for effect in reversed(SideEffect)}}

    told = list(side_effects(forecast(**counts)))

    assert told == [
        "2 reviewed runs will need review again.",
        "2 runs will be sent to legal review.",
        "2 published runs will change. Learners see it immediately.",
        "2 course runs will be created or updated in Studio.",
        "urls changed: 2",
    ]


def test_one_is_told_in_the_singular_and_none_not_at_all() -> None:
    assert list(side_effects(forecast(studio_pushes=1, legal_reviews_started=0))) == [
        "1 course run will be created or updated in Studio."
    ]
    assert list(side_effects(None)) == []
