"""Compares an answer with a recorded one, in the recording's notation: placeholders, selections, kinds, any order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

ABSENT = "<absent>"
PLACEHOLDER = re.compile(r"<(?P<kind>tag|base|uuid|id|any|ts|cursor|rand)(?::(?P<name>[^<>]+))?>")
PATTERNS = {
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "id": r"\d+",
    "ts": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z",
    "cursor": r"[A-Za-z0-9%=_-]+",
    "rand": r"[A-Za-z0-9]+",
    "any": r".*",
    "tag": r"[a-z0-9]+",
    "base": r"https?://[^/]+",
}
MISSING = object()
# Lists longer than this are told apart one by one rather than in every order.
TRY_ALL_ORDERS = 6


@dataclass
class Names:
    """What placeholders stand for, as far as that is known."""

    known: dict[str, Any] = field(default_factory=dict)

    def fill(self, value: Any) -> Any:
        """A request with its placeholders replaced; KeyError for one that nothing has bound."""
        if isinstance(value, dict):
            return {self.fill(name): self.fill(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if not isinstance(value, str):
            return value
        alone = PLACEHOLDER.fullmatch(value)
        if alone:
            return self.known[_key(alone)]
        return PLACEHOLDER.sub(lambda found: str(self.known[_key(found)]), value)


@dataclass(frozen=True)
class Difference:
    """One place where the answer is not the recorded one."""

    path: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        actual = "nothing" if self.actual is MISSING else repr(self.actual)
        return f"at {self.path or 'the top'}: expected {self.expected!r}\n        got {actual}"


def _key(found: re.Match[str]) -> str:
    return f"{found['kind']}:{found['name']}" if found["name"] else found["kind"]


def kind_of(value: Any) -> str:
    """The JSON kind of a value."""
    if value is MISSING:
        return "nothing"
    if value is None or isinstance(value, bool):
        return {None: "null"}.get(value, "boolean")
    kinds = {str: "string", int: "number", float: "number", list: "list", dict: "object"}
    return kinds[type(value)]


def compare(expected: Any, actual: Any, names: Names, *, path: str = "", unordered: bool = False) -> list[Difference]:
    """The differences between a recorded value and an actual one; names seen for the first time are bound."""
    if isinstance(expected, str):
        return _compare_text(expected, actual, names, path)
    if isinstance(expected, dict) and "<list-head>" in expected:
        return _compare_long_list(expected, actual, names, path)
    if kind_of(expected) != kind_of(actual):
        return [Difference(path, expected, actual)]
    if isinstance(expected, dict):
        return _compare_objects(expected, actual, names, path, unordered=unordered)
    if isinstance(expected, list):
        if unordered:
            return _compare_any_order(expected, actual, names, path)
        return _compare_lists(expected, actual, names, path)
    return [] if expected == actual else [Difference(path, expected, actual)]


def _compare_text(expected: str, actual: Any, names: Names, path: str) -> list[Difference]:
    alone = PLACEHOLDER.fullmatch(expected)
    if alone and _key(alone) in names.known:
        same = names.known[_key(alone)] == actual
        return [] if same else [Difference(path, names.known[_key(alone)], actual)]
    if alone and alone["kind"] in ("any", "id"):
        fits = alone["kind"] == "any" or (isinstance(actual, int) and not isinstance(actual, bool))
        if fits and alone["name"]:
            names.known[_key(alone)] = actual
        return [] if fits else [Difference(path, expected, actual)]
    if not isinstance(actual, str):
        return [Difference(path, expected, actual)]
    return _compare_pattern(expected, actual, names, path)


def _compare_pattern(expected: str, actual: str, names: Names, path: str) -> list[Difference]:
    pattern, groups, last = "", {}, 0
    for found in PLACEHOLDER.finditer(expected):
        pattern += re.escape(expected[last : found.start()])
        last, key = found.end(), _key(found)
        if key in names.known:
            pattern += re.escape(str(names.known[key]))
        elif found["name"]:
            groups[f"g{len(groups)}"] = key
            pattern += f"(?P<g{len(groups) - 1}>{PATTERNS[found['kind']]})"
        else:
            pattern += PATTERNS[found["kind"]]
    match = re.fullmatch(pattern + re.escape(expected[last:]), actual, re.DOTALL)
    if match is None:
        return [Difference(path, expected, actual)]
    names.known.update({key: match[group] for group, key in groups.items()})
    return []


def _compare_objects(expected: dict, actual: dict, names: Names, path: str, *, unordered: bool) -> list[Difference]:
    found = []
    for name in expected.keys() | actual.keys() - {"help_text"}:
        place = f"{path}.{name}" if path else name
        if name not in expected:
            found.append(Difference(place, ABSENT, actual[name]))
        elif name not in actual:
            found.append(Difference(place, expected[name], MISSING))
    for name, value in expected.items():
        if name in actual:
            place = f"{path}.{name}" if path else name
            found += compare(value, actual[name], names, path=place, unordered=unordered)
    return found


def _compare_lists(expected: list, actual: list, names: Names, path: str) -> list[Difference]:
    if len(expected) != len(actual):
        return [Difference(f"#{path}", len(expected), len(actual)), Difference(path, expected, actual)]
    found = []
    for place, (one, other) in enumerate(zip(expected, actual, strict=True)):
        found += compare(one, other, names, path=f"{path}.{place}")
    return found


def _compare_long_list(expected: dict, actual: Any, names: Names, path: str) -> list[Difference]:
    head, length = expected["<list-head>"], expected["<list-length>"]
    if not isinstance(actual, list) or len(actual) != length:
        return [Difference(f"#{path}", length, len(actual) if isinstance(actual, list) else actual)]
    return _compare_lists(head, actual[: len(head)], names, path)


def _compare_any_order(expected: list, actual: list, names: Names, path: str) -> list[Difference]:
    if len(expected) != len(actual):
        return [Difference(f"#{path}", len(expected), len(actual))]
    orders = permutations(actual) if len(actual) <= TRY_ALL_ORDERS else [_greedy_order(expected, actual, names)]
    for order in orders:
        trial = Names(dict(names.known))
        if not any(compare(one, other, trial, unordered=True) for one, other in zip(expected, order, strict=True)):
            names.known.update(trial.known)
            return []
    return [Difference(f"{path} (in any order)", expected, actual)]


def _greedy_order(expected: list, actual: list, names: Names) -> list:
    left, order = list(actual), []
    for one in expected:
        fits = (item for item in left if not compare(one, item, Names(dict(names.known)), unordered=True))
        item = next(fits, left[0])
        left.remove(item)
        order.append(item)
    return order


def select(body: Any, path: str) -> Any:
    """The part of a body that a dotted path means; MISSING if there is no such part."""
    if path.startswith("#"):
        part = select(body, path[1:])
        return len(part) if isinstance(part, list | dict | str) else MISSING
    return _walk(body, path.split(".") if path else [])


def _walk(part: Any, steps: list[str]) -> Any:
    if not steps:
        return part
    step, rest = steps[0], steps[1:]
    if step == "keys()":
        return sorted(part) if isinstance(part, dict) else MISSING
    if step == "*":
        return [_walk(item, rest) for item in part] if isinstance(part, list) else MISSING
    if isinstance(part, dict):
        return _walk(part[step], rest) if step in part else MISSING
    if isinstance(part, list) and step.isdigit() and int(step) < len(part):
        return _walk(part[int(step)], rest)
    return MISSING


def compare_selection(
    expected: dict[str, Any], body: Any, names: Names, *, unordered: bool, kinds_only: bool
) -> list[Difference]:
    """The differences in the parts of a body that were recorded."""
    found = []
    for path, value in expected.items():
        actual = select(body, path)
        if value == ABSENT:
            found += [] if actual is MISSING else [Difference(path, ABSENT, actual)]
        elif kinds_only:
            found += compare_kinds(value, actual, path=path)
            _bind(value, actual, names)
        else:
            found += compare(value, actual, names, path=path, unordered=unordered)
    return found


def _bind(expected: Any, actual: Any, names: Names) -> None:
    """Learn a name even where only kinds are compared."""
    if isinstance(expected, str) and PLACEHOLDER.fullmatch(expected):
        compare(expected, actual, names)


def compare_kinds(expected: Any, actual: Any, *, path: str = "") -> list[Difference]:
    """The difference in kind between two values: for objects, in their fields."""
    placeholder = isinstance(expected, str) and PLACEHOLDER.fullmatch(expected)
    if placeholder and placeholder["kind"] == "any":
        return []
    wanted = "number" if placeholder and placeholder["kind"] == "id" else kind_of(expected)
    if wanted != kind_of(actual):
        return [Difference(path, f"a {wanted}", actual)]
    if isinstance(expected, dict) and expected.keys() != actual.keys():
        return [Difference(f"{path}.keys()", sorted(expected), sorted(actual))]
    return []
