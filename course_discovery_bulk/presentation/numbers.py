"""Numbers as people of a language write them: 10,000 in English, 10.000 in German."""

from __future__ import annotations

from django.utils.formats import number_format


def grouped(number: float) -> str:
    """A whole number with separators between its thousands; one decimal if it has a fraction."""
    places = 0 if number == int(number) else 1
    return number_format(number, decimal_pos=places, force_grouping=True)
