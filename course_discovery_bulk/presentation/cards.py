"""Operations as cards to choose from: what each is called, what it does, and its icon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from course_discovery_bulk.text.messages import translated

ICONS: Final = "course_discovery_bulk/icons"


class Described(Protocol):
    """What is known of an operation, or of the facts about one."""

    @property
    def type(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def help(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class OperationCard:
    """An operation in the reader's words; `icons` are templates, of which the first that exists is drawn.

    A host may add one for an operation of its own.
    """

    type: str
    label: str
    help: str
    icons: tuple[str, ...]


def card_of(operation: Described) -> OperationCard:
    """The card of an operation."""
    return OperationCard(
        type=operation.type,
        label=translated(operation.label),
        help=translated(operation.help),
        icons=(f"{ICONS}/operation_{operation.type}.svg", f"{ICONS}/rows.svg"),
    )
