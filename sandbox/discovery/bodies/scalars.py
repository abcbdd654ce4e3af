"""How single values are written."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal


def moment(value: datetime | None) -> str | None:
    """A time in UTC, with fractions of a second only if there are any."""
    if value is None:
        return None
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def money(value: Decimal) -> str:
    """An amount as text with two decimals."""
    return f"{Decimal(value):.2f}"


def address(source: str | None) -> dict[str, str | None] | None:
    """A picture of which only the address is known."""
    return {"src": source, "description": None, "height": None, "width": None} if source else None
