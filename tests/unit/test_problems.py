"""The catalogue: every kind has what the code that states it gives, and a problem survives being stored."""

from __future__ import annotations

import ast
import functools
import json
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.utils import translation

import course_discovery_bulk
from course_discovery_bulk import problems
from course_discovery_bulk.problems import (
    BAD_PRICE,
    CATALOGUE,
    COURSE_EXISTS,
    ERROR,
    NOTE,
    READING_CODES,
    UNKNOWN_VALUE,
    Place,
    Problem,
    ProblemType,
    clip,
    for_several,
    problem,
    suggestion,
    translated,
)
from course_discovery_bulk.text.messages import Phrase

PACKAGE = Path(course_discovery_bulk.__file__).parent
KINDS = {name: value for name, value in vars(problems).items() if isinstance(value, ProblemType)}
STATES = re.compile(r"\b(?:_problem_of|problem)\(")
FROM_PLACE = {"column", "value"}
FROM_THE_ROW_BEING_EXECUTED = {"doing"}  # `_problem_of` adds what was being done


@dataclass(frozen=True)
class Statement:
    """One place in the code that states a problem."""

    kind: str
    facts: frozenset[str]
    where: str


@functools.cache
def statements() -> tuple[Statement, ...]:
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
    return tuple(found for path, text in texts.items() if STATES.search(text) for found in statements_in(path, text))


def statements_in(path: Path, text: str) -> Iterator[Statement]:
    tree = ast.parse(text)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        first = call.args[0] if call.args else None
        if name in {"problem", "_problem_of"} and isinstance(first, ast.Name) and first.id in KINDS:
            facts = {keyword.arg for keyword in call.keywords if keyword.arg} | spread(call, tree)
            extra = FROM_THE_ROW_BEING_EXECUTED if name == "_problem_of" else set()
            where = f"{path.relative_to(PACKAGE)}:{call.lineno}"
            yield Statement(kind=first.id, facts=frozenset(facts | extra | FROM_PLACE), where=where)


def spread(call: ast.Call, tree: ast.AST) -> set[str]:
    """Names of the facts that a call takes from a dict written out in the same module (`**facts`)."""
    names = {word.value.id for word in call.keywords if word.arg is None and isinstance(word.value, ast.Name)}
    written = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and names & {ast.unparse(node.targets[0])}
    )
    return {str(key.value) for facts in written for key in facts.keys if isinstance(key, ast.Constant)}


def placeholders(kind: ProblemType) -> set[str]:
    parts = [*string.Formatter().parse(kind.message), *string.Formatter().parse(kind.hint)]
    return {name for _, name, _, _ in parts if name}


def test_codes_are_unique_and_are_the_names_in_the_code() -> None:
    assert {kind.code for kind in KINDS.values()} == set(KINDS) == set(CATALOGUE)


def test_whoever_states_a_problem_gives_the_facts_it_is_rendered_with() -> None:
    missing = {
        f"{statement.kind} in {statement.where}": facts
        for statement in statements()
        if (facts := placeholders(KINDS[statement.kind]) - statement.facts)
    }

    assert missing == {}


def test_a_kind_that_nobody_states_is_not_in_the_catalogue() -> None:
    assert set(KINDS) - {statement.kind for statement in statements()} == set()


def is_rendered_whole(kind: ProblemType) -> bool:
    facts = {name: f"<{name}>" for name in placeholders(kind) - FROM_PLACE}
    found = problem(kind, Place(line=3, column="title", value="x{y}"), **facts)
    is_kept = (found.code, found.severity, found.line, found.column) == (kind.code, kind.severity, 3, "title")
    return is_kept and all(fact in found.message + found.hint for fact in facts.values())


def test_every_kind_is_rendered_whole() -> None:
    assert [code for code, kind in CATALOGUE.items() if not is_rendered_whole(kind)] == []


def says_what_to_do(kind: ProblemType) -> bool:
    return kind.severity in {ERROR, NOTE} and bool(kind.hint.strip()) and bool(kind.message.strip())


def test_every_kind_says_what_to_do() -> None:
    assert [code for code, kind in CATALOGUE.items() if not says_what_to_do(kind)] == []


def test_codes_of_reading_are_codes() -> None:
    assert set(CATALOGUE) >= READING_CODES


def test_text_from_a_cell_cannot_act_as_a_template() -> None:
    found = problem(BAD_PRICE, Place(line=2, column="verified_price", value="{reason} {0}"), reason="{value}")

    assert found.message == "“{reason} {0}” is not a price. {value}"


def test_a_long_value_is_clipped_in_message_and_record() -> None:
    found = problem(BAD_PRICE, Place(value="9" * 5000), reason="")

    assert found.value is not None
    assert len(found.value) == 200
    assert found.value.endswith("9…")
    assert len(found.message) < 250


def test_a_problem_survives_being_stored() -> None:
    found = problem(COURSE_EXISTS, Place(line=2, column="number", value="CS101"), key="edX+CS101")

    assert Problem.from_dict(json.loads(json.dumps(found.as_dict()))) == found


def test_a_problem_stored_by_a_later_version_is_still_read() -> None:
    stored = {**problem(COURSE_EXISTS, key="edX+CS101").as_dict(), "severity_of_tomorrow": 1}

    assert Problem.from_dict(stored).code == "COURSE_EXISTS"


@pytest.mark.parametrize(("severity", "is_error"), [(ERROR, True), (NOTE, False)])
def test_only_errors_are_errors(severity: str, is_error: bool) -> None:
    assert Problem(code="X", message="x", severity=severity).is_error is is_error


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], ""),
        (["edX"], "Did you mean “edX”?"),
        (["edX", "MITx"], "Did you mean “edX” or “MITx”?"),
    ],
)
def test_suggestions(names: list[str], sentence: str) -> None:
    assert suggestion(names) == sentence


@pytest.mark.parametrize(
    ("text", "shown"), [(None, None), ("", ""), ("x" * 200, "x" * 200), ("x" * 201, "x" * 199 + "…")]
)
def test_clipping(text: str | None, shown: str | None) -> None:
    assert clip(text) == shown


def test_a_problem_of_several_values_survives_being_stored_and_translated() -> None:
    facts = {"what": Phrase("language"), "allowed": ""}
    stated = [problem(UNKNOWN_VALUE, suggestion=suggestion([near]), **facts) for near in ("en", "fr")]

    found = for_several([replace(one, value=word) for one, word in zip(stated, ("enn", "frr"), strict=True)], 12)

    again = Problem.from_dict(json.loads(json.dumps(found.as_record())))
    assert again.message == found.message
    assert found.message.endswith("11 more values in this cell have the same problem: frr (fr?) and 10 more.")
    with translation.override("en"):
        assert translated(again).message == found.message
