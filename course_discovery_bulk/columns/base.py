"""The column as an object: a header, the field of discovery it fills, and the kind of value its cells hold.

Cells are read (`parse`) into values, and fields of discovery are written back into cells (`show`): what is shown reads
as the same value again, so a file of what is there changes nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from course_discovery_bulk.columns.cell import Cell, Context, Parsed
from course_discovery_bulk.columns.damaged_numbers import find_text_damage, is_formula
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.columns.words_for_nothing import CLEAR_WORD, is_like_clear, is_placeholder
from course_discovery_bulk.data import CLEAR, FoundPeople, Lookups
from course_discovery_bulk.problems import (
    EMPTY_LIST,
    FIELD_NOT_OFFERED,
    LIKE_CLEAR,
    NOT_CLEARABLE,
    PLACEHOLDER,
    PLACEHOLDER_KEPT,
    SPREADSHEET_VALUE,
    SPREADSHEET_VALUE_KEPT,
    STAFF_ONLY,
    Problem,
)
from course_discovery_bulk.text.comparing import Comparison
from course_discovery_bulk.text.fields import PLAINLY, Shown
from course_discovery_bulk.text.messages import Phrase

__all__ = ["RUN_PREFIX", "Cell", "Column", "Context", "Kind", "Parsed"]

_REFUSALS: Final = frozenset(
    kind.code for kind in (EMPTY_LIST, FIELD_NOT_OFFERED, LIKE_CLEAR, NOT_CLEARABLE, PLACEHOLDER, STAFF_ONLY)
)
RUN_PREFIX: Final = "run."


class Kind(ABC):
    """One kind of value: `name` and `allowed` describe it to people, `parse` reads a cell, `show` writes one."""

    name: ClassVar[str]
    table_type: ClassVar[str] = "string"  # what a table schema calls it
    is_one_of_allowed: ClassVar[bool] = False  # whether a cell holds one of the allowed values and nothing else
    is_list: ClassVar[bool] = False  # whether a cell may hold several values
    comparison: ClassVar[Comparison] = Comparison.EXACT  # when two values of a field are the same
    is_free: ClassVar[bool] = False  # whether any text will do, also one that stands for a missing value
    fills_alone: ClassVar[bool] = True  # whether one cell is all it takes to set a field
    # Only for a kind that takes long to parse: the codes of the errors that `parse` gives. A cell that an earlier job
    # has checked is not parsed again then: with one of these errors stored it has no value, with no error it has one.
    refusals: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def parse(self, cell: Cell, context: Context) -> Parsed:
        """The cell's value, or its problems; the text is never empty."""

    def allowed(self, lookups: Lookups) -> tuple[str, ...]:
        """The values to choose from, as written in cells; empty where anything of the kind will do."""
        return ()

    def emptied(self) -> Any:
        """What empties a field of this kind, as a call sets it."""
        return ""

    def pick(self, path: str, fields: Mapping[str, Any]) -> Any:
        """The value at a path among fields, None where there is none; a number as last part is a place in a list."""
        if path in fields:
            return fields[path]
        outer, _, inner = path.rpartition(".")
        if not inner.isdecimal():
            return None
        items = fields.get(outer) or ()
        return items[int(inner)] if int(inner) < len(items) else None

    def settled(self, value: Any, lookups: Lookups) -> Any:
        """A recorded value as answers show it, for things that a row names and discovery knows by key."""
        return value

    def people_named(self, value: Any) -> tuple[str, ...]:
        """The people that a value names in some way, for a kind that names people: they are looked up when planning."""
        return ()

    def with_people(self, value: Any, cell: Cell, people: FoundPeople) -> Parsed:
        """The value with those who were found instead of their names, or why one of them is not."""
        return Parsed(value=value)

    def show(self, value: Any, lookups: Lookups) -> str:
        """The cell that reads as this value, given as calls set it; empty for nothing, and where no cell can say it."""
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a file, and all there is to say about the field that it fills."""

    name: str
    field: str  # field of discovery, dotted where it is nested; a number as last part is a place in a list
    kind: Kind
    help: str
    example: str
    aliases: tuple[str, ...] = ()
    on_run: bool = False  # a field of the run, not of its course
    staff_only: bool = False
    keep_reason: str = ""  # why [clear] is not possible; empty where it is
    is_order: bool = False  # asks for something to be done instead of holding a value: never shown, never undone
    shown: Shown = PLAINLY  # where and how answers show the field
    unread: str = ""  # why answers do not show the field; empty if they do
    is_name: bool = False  # names a thing to everybody: a placeholder is refused
    is_unique: bool = False  # no two courses have the same value
    same: Comparison | None = None  # when two values are the same, if not as usual for the kind
    keeps_review: bool = False  # whether a reviewed run stays reviewed after a change of the field
    is_copied_at_rerun: bool = False  # whether discovery copies it from the earlier run, over whatever is sent
    is_stale_after_creation: bool = False  # whether the answer of a creation shows an old value
    is_new: bool = False  # whether older services lack the field: then their forms do not offer it
    twin: Column | None = None  # the column of the run's field that a cell fills as well

    @property
    def path(self) -> str:
        """Name of the field among those of a course and its run, as changes and problems use it."""
        return f"{RUN_PREFIX}{self.field}" if self.on_run else self.field

    @property
    def field_name(self) -> str:
        """Name of the field as a whole, as snapshots have it."""
        outer, _, place = self.field.rpartition(".")
        return outer if place.isdecimal() else self.field

    @property
    def outer_field(self) -> str:
        """Name of the field in the body of a call, without what it is nested in."""
        return self.field.partition(".")[0]

    @property
    def whole_path(self) -> str:
        """`path` for the field as a whole."""
        return f"{RUN_PREFIX}{self.field_name}" if self.on_run else self.field_name

    @property
    def comparison(self) -> Comparison:
        """When two values of the field are the same."""
        return self.same or self.kind.comparison

    @property
    def refusals(self) -> frozenset[str]:
        """The codes of the errors that `parse` gives, if the kind takes long to parse; empty for all others."""
        return self.kind.refusals | _REFUSALS if self.kind.refusals else frozenset()

    @property
    def is_detail(self) -> bool:
        """Whether the column fills one field, that is read back, by itself."""
        return self.kind.fills_alone and self.field == self.field_name and not self.unread and not self.is_order

    def is_offered(self, lookups: Lookups) -> bool:
        """Whether the service has the field."""
        return not self.is_new or lookups.fields is None or self.path in lookups.fields

    def parse(self, cell: Cell, context: Context) -> Parsed:
        """Read a cell of this column; `[clear]` gives CLEAR where the field can be emptied."""
        if not self.is_offered(context.lookups):
            return Parsed(problems=(cell.problem(FIELD_NOT_OFFERED),))
        if self.staff_only and not context.lookups.uploader_is_staff:
            return Parsed(problems=(cell.problem(STAFF_ONLY),))
        if self.is_name and is_placeholder(cell.text):
            return Parsed(problems=(cell.problem(PLACEHOLDER),))
        if (word := cell.text.casefold()) != CLEAR_WORD:
            is_asked = is_like_clear(word) or (word == CLEAR_WORD.strip("[]") and not self.keep_reason)
            return Parsed(problems=(cell.problem(LIKE_CLEAR),)) if is_asked else self._parse_value(cell, context)
        if self.keep_reason:
            return Parsed(problems=(cell.problem(NOT_CLEARABLE, why=Phrase(self.keep_reason)),))
        return Parsed(value=CLEAR)

    def _parse_value(self, cell: Cell, context: Context) -> Parsed:
        parsed = self.kind.parse(cell, context)
        if not isinstance(parsed.value, ListValue):
            return self._with_placeholders(cell, parsed)
        if parsed.value == ListValue():
            return Parsed(problems=(cell.problem(EMPTY_LIST),))
        if any(is_like_clear(item) for item in parsed.value.all_items()):
            return Parsed(problems=(cell.problem(LIKE_CLEAR),))
        return self._with_placeholders(cell, parsed)

    def _with_placeholders(self, cell: Cell, parsed: Parsed) -> Parsed:
        """A word that stands for a missing value is refused in names and where it is none, and noted in other texts."""
        if not parsed.is_valid and is_placeholder(cell.text):
            return Parsed(problems=(cell.problem(PLACEHOLDER),))
        if not parsed.is_valid or not self.kind.is_free:
            return parsed
        texts = parsed.value.all_items() if isinstance(parsed.value, ListValue) else (cell.text,)
        wanting = [text for text in texts if is_placeholder(text)]
        damaged = [text for text in texts if find_text_damage(text)]
        found = (*cell.problem_of(wanting, self._placeholder), *cell.problem_of(damaged, self._spreadsheet_value))
        return replace(parsed, problems=(*parsed.problems, *found))

    def _placeholder(self, item: Cell) -> Problem:
        return item.problem(PLACEHOLDER) if self.is_name else item.problem(PLACEHOLDER_KEPT)

    def _spreadsheet_value(self, item: Cell) -> Problem:
        reason = find_text_damage(item.text) or ""
        if self.is_name and not is_formula(item.text):  # a name may begin with =, and there is no other way to say it
            return item.problem(SPREADSHEET_VALUE, reason=reason)
        return item.problem(SPREADSHEET_VALUE_KEPT, reason=reason)

    def show(self, fields: Mapping[str, Any], lookups: Lookups) -> str:
        """The cell that leaves these fields (path -> value) as they are; empty where they are, or where none can."""
        if self.is_order:
            return ""
        text = self.kind.show(self.kind.pick(self.path, fields), lookups)
        return text if text and self._is_good(text, lookups) else ""

    def _is_good(self, text: str, lookups: Lookups) -> bool:
        """Discovery may hold what a cell may not: texts that are too long, addresses that are none."""
        parsed = self.parse(Cell(line=1, column=self.name, text=text), Context(lookups=lookups))
        return parsed.is_valid and parsed.value is not CLEAR
