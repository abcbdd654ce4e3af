"""How the headers and words of one sheet are read as columns and values of ours; the sheet itself stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from course_discovery_bulk.columns.headers import name_as_uploaded, normalise_header
from course_discovery_bulk.columns.words_for_nothing import CLEAR_WORD
from course_discovery_bulk.text.folding import fold

LEFT_OUT = ""


@dataclass(frozen=True, kw_only=True)
class Join:
    """Several headers that fill one column: the texts of their cells, in this order, with the separator between."""

    headers: tuple[str, ...]  # normalised
    separator: str = " "

    def text(self, cells: Mapping[str, str]) -> str:
        """The text of the column; a part that is to be cleared adds nothing to the others."""
        texts = [text for header in self.headers if (text := cells.get(header, ""))]
        said = [text for text in texts if text.casefold() != CLEAR_WORD]
        return self.separator.join(said) if said or not texts else CLEAR_WORD


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """What was chosen for a sheet; a header that is not named here keeps the meaning that its name has.

    `columns`: normalised header -> name of a column, or LEFT_OUT. `constants`: column -> the text that every row has
    there. `values`: column -> folded text of a cell -> the text to read instead. `joins`: column -> its headers.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    joins: Mapping[str, Join] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.columns or self.constants or self.values or self.joins)

    def headers(self, known: Mapping[str, str]) -> dict[str, str]:
        """Every accepted header (normalised) with its column: those chosen, and the known names that were not."""
        own = {header: column for header, column in known.items() if header not in self.columns}
        joined = {header: column for column, join in self.joins.items() for header in join.headers}
        return {**own, **{header: column for header, column in self.columns.items() if column}, **joined}

    def headers_to_check(self, headers: Iterable[str]) -> list[str]:
        """The headers of a file without those left out, and of those that fill one column together only the first."""
        spare = {header for join in self.joins.values() for header in join.headers[1:]}
        unread = spare | {header for header, column in self.columns.items() if column == LEFT_OUT} - self._joined
        return [header for header in headers if normalise_header(header) not in unread]

    @property
    def _joined(self) -> set[str]:
        return {header for join in self.joins.values() for header in join.headers}

    def named_columns(self) -> tuple[str, ...]:
        """Every column that it names, once."""
        named = (*self.columns.values(), *self.constants, *self.values, *self.joins)
        return tuple(column for column in dict.fromkeys(named) if column)

    def texts(self, cells: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, str]:
        """Column -> text of a row, of cells by normalised header; what is empty or of no column is left out.

        `headers` are those of the method of that name.
        """
        found = {headers[header]: text for header, text in cells.items() if text and header in headers}
        found.update({column: text for column, join in self.joins.items() if (text := join.text(cells))})
        found.update(self.constants)
        return {column: self._said(column, text) for column, text in found.items()} if self.values else found

    def with_columns(self, columns: Mapping[str, str]) -> ColumnMapping:
        """The same with some more headers (normalised)."""
        return replace(self, columns={**self.columns, **columns})

    def for_headers(self, headers: Iterable[str]) -> ColumnMapping:
        """The same for a file of ours made of the one it was chosen for, or the other way round."""
        named = sorted(map(normalise_header, headers), key=lambda name: name != name_as_uploaded(name))
        written = {name_as_uploaded(name): name for name in named}  # a column of the uploader's before one of ours

        def now(header: str) -> str:
            return written.get(name_as_uploaded(header), header)

        return replace(
            self,
            columns={now(header): column for header, column in self.columns.items()},
            joins={column: replace(join, headers=tuple(map(now, join.headers))) for column, join in self.joins.items()},
        )

    def with_more(self, more: ColumnMapping) -> ColumnMapping:
        """The same with everything that another one says, which counts where both say something."""
        words = {column: {**self.values.get(column, {}), **more.values.get(column, {})} for column in self.values}
        return ColumnMapping(
            columns={**self.columns, **more.columns},
            constants={**self.constants, **more.constants},
            values={**more.values, **words},
            joins={**self.joins, **more.joins},
        )

    def _said(self, column: str, text: str) -> str:
        return self.values.get(column, {}).get(fold(text), text)

    def as_dict(self) -> dict[str, Any]:
        """The stored form; parts that say nothing are left out."""
        joins = {
            column: {"headers": list(join.headers), "separator": join.separator} for column, join in self.joins.items()
        }
        parts = {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "values": {column: dict(words) for column, words in self.values.items()},
            "joins": joins,
        }
        return {name: part for name, part in parts.items() if part}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> ColumnMapping:
        """Rebuild what `as_dict` stored, or what a person wrote in the same form, with headers as they are written."""
        return cls(
            columns={
                normalise_header(header): column or LEFT_OUT for header, column in stored.get("columns", {}).items()
            },
            constants={column: text.strip() for column, text in stored.get("constants", {}).items()},
            values={
                column: {fold(word): text.strip() for word, text in words.items()}
                for column, words in stored.get("values", {}).items()
            },
            joins={column: _join(join) for column, join in stored.get("joins", {}).items()},
        )


def _join(stored: Mapping[str, Any]) -> Join:
    headers = tuple(map(normalise_header, stored["headers"]))
    return Join(headers=headers, separator=stored.get("separator", " "))


NO_MAPPING: Final = ColumnMapping()
