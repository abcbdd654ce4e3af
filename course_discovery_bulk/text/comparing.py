"""When two values of a field of discovery are the same: it rewrites HTML, reorders tags and ignores case.

Used wherever something is called a change, a loss or no difference at all; both sides pass through `comparable`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from course_discovery_bulk.text.discovery_html import clean_html

HTML_FIELDS: Final = frozenset(
    {
        "short_description",
        "full_description",
        "outcome",
        "syllabus_raw",
        "prerequisites_raw",
        "learner_testimonials",
        "faq",
    }
)
UNORDERED_FIELDS: Final = frozenset({"topics", "transcript_languages"})
CASELESS_FIELDS: Final = frozenset(
    {"level_type", "content_language", "expected_program_type", "product_source", "url_slug", "type", "run_type"}
)
# What discovery copies into a new run from an earlier one, over whatever is sent.
COPIED_AT_RERUN: Final = frozenset(
    {"min_effort", "max_effort", "weeks_to_complete", "content_language", "transcript_languages"}
)


def is_same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same to discovery; nothing, empty text and an empty list do."""
    return bool(comparable(name, one) == comparable(name, other))


def comparable(name: str, value: Any) -> Any:
    """The form of a field's value in which equal means the same."""
    if name == "prices":
        return {mode: money(price) for mode, price in (value or {}).items()}
    if name in HTML_FIELDS:
        return clean_html(value) if value else ""
    if name in UNORDERED_FIELDS:
        return sorted({str(item).casefold() for item in value or ()})
    if name in CASELESS_FIELDS:
        return str(value or "").casefold()
    if isinstance(value, str):
        return value.strip()
    return "" if value is None or value == [] else value


def kept_prices(wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Whether every wanted price is shown; discovery may show further modes."""
    found = comparable("prices", shown)
    return all(found.get(mode) == price for mode, price in comparable("prices", wanted).items())


def money(value: Any) -> str:
    """A price as text with two decimals; what is no number stays as it is."""
    try:
        return str(Decimal(str(value)).quantize(Decimal("0.01")))
    except InvalidOperation:
        return str(value)
