"""Numbers with separators in templates, whatever the host has chosen for all of its pages."""

from __future__ import annotations

from django import template

from course_discovery_bulk.presentation import numbers

register = template.Library()


@register.filter
def grouped(number: float | None) -> str:
    """A number as people write it; nothing for none."""
    return "" if number is None else numbers.grouped(number)
