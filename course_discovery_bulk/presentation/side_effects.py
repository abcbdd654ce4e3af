"""What a plan sets off besides its own changes, in words: for everybody who is asked to agree to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import ngettext


def side_effects(summary: Mapping[str, Any] | None) -> Iterator[str]:
    """What a plan sets off besides its own changes; those to be careful with first."""
    forecast = (summary or {}).get("forecast", {})
    found = {name: number for name, number in forecast.get("side_effects", {}).items() if number}
    for name in sorted(found, key=_place_of_effect):
        yield _effect(name, found[name])


def _place_of_effect(name: str) -> int:
    known = ("reviewed_runs_thrown_back", "legal_reviews_started", "published_runs_touched", "studio_pushes")
    return known.index(name) if name in known else len(known)


def _effect(name: str, number: int) -> str:
    match name:
        case "reviewed_runs_thrown_back":
            text = ngettext(
                "%(n)d run that was reviewed goes back and has to be reviewed again.",
                "%(n)d runs that were reviewed go back and have to be reviewed again.",
                number,
            )
        case "legal_reviews_started":
            text = ngettext("%(n)d run is sent to legal review.", "%(n)d runs are sent to legal review.", number)
        case "published_runs_touched":
            text = ngettext(
                "%(n)d published run changes: learners see it at once.",
                "%(n)d published runs change: learners see it at once.",
                number,
            )
        case "studio_pushes":
            text = ngettext("%(n)d course run is pushed to Studio.", "%(n)d course runs are pushed to Studio.", number)
        case _:
            text = f"{name.replace('_', ' ')}: %(n)d"
    return text % {"n": number}
