"""From lines of text to records: the cells of one spreadsheet row, with its true number and its place in the file.

The second step of reading, used by `read` alone. Text is taken as a spreadsheet would take it (a quotation mark inside
a cell that is not quoted is just text), with one difference: a quotation mark that is never closed is noticed.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from course_discovery_bulk.columns.headers import INVISIBLE, normalise_header
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.problems import TOO_MANY_ROWS, problem
from course_discovery_bulk.reading.workbook.marks import Mark
from course_discovery_bulk.text.formula_escaping import restore
from course_discovery_bulk.text.messages import gettext_noop as _

DELIMITERS: Final = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs"), "|": _("vertical bars")}
# What is trimmed off cells. The separators that are control characters are not here: they are reported.
BLANKS: Final = " \t\n\r\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000" + INVISIBLE

_GUESSED: Final = (",", ";", "\t")
_NO_TEXT: Final = BLANKS + '"' + "".join(_GUESSED)  # what the line of a blank row may consist of
_NAMED: Final = re.compile(r'"?sep=([,;\t|])"?\s*', re.IGNORECASE)  # a first line that Excel reads and does not show
_SAMPLE_LINES: Final = 200
_COMPARED_NAMES: Final = 1000  # of a header; one with more is refused whatever they are
MOST_LINES: Final = 1_048_576  # what a spreadsheet can hold; who sends more, if only blank lines, sends no sheet
_ENDLESS_CELL: Final = 1024 * 1024  # characters; far beyond any limit on cells


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """The cells of one row as written; `line` counts rows as a spreadsheet does, `file_line` lines of the file."""

    line: int
    file_line: int
    cells: list[str]
    is_closed: bool = True  # every quotation mark that opens a cell also closes it
    # In a sheet: where the row has text after the header's last name, what its cells are, and whether it is hidden.
    beyond: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()
    is_hidden: bool = False


def allow_long_cells(size: int) -> None:
    """Let the csv module read cells up to this many characters; a process-wide limit, raised and never lowered.

    A cell over our own limit is a problem of its row, so it has to be read: with the size of the file given here,
    no file can make the csv module give up.
    """
    if csv.field_size_limit() < size:
        csv.field_size_limit(size)


def choose_delimiter(lines: Iterator[str], known_headers: frozenset[str]) -> str:
    """What parts the cells: what the file says itself, else what gives the header most known names, then most cells."""
    first = next(lines, "")
    named = _NAMED.fullmatch(first)
    if named:
        return named[1]
    beginning = itertools.islice(itertools.chain([first], lines), MOST_LINES)
    filled = itertools.dropwhile(lambda line: not line.strip(_NO_TEXT), beginning)
    sample = list(itertools.islice(filled, _SAMPLE_LINES))

    def fit(delimiter: str) -> tuple[int, int]:
        header = next((cells for cells in csv.reader(sample, delimiter=delimiter) if any(cells)), [])
        names = itertools.islice(filter(None, header), _COMPARED_NAMES)
        return len(known_headers.intersection(map(normalise_header, names))), len(header)

    return max(_GUESSED, key=fit)


def split_records(lines: Iterator[str], delimiter: str) -> Iterator[Record]:
    """The rows of the file, the header among them; blank ones are counted and left out.

    Raises `UploadRefused` where there are more than any spreadsheet can hold.
    """
    first = next(lines, "")
    is_hint = _NAMED.fullmatch(first) is not None
    feed = _LineFeed(lines if is_hint else itertools.chain([first], lines), lines_before=int(is_hint))
    reader = csv.reader(feed, delimiter=delimiter)
    for line in itertools.count(1 + int(is_hint)):
        feed.start_record()
        cells = next(reader, None)
        if cells is None:
            return
        if line > MOST_LINES:
            raise UploadRefused([problem(TOO_MANY_ROWS, limit=MOST_LINES)])
        is_closed = not feed.has_ended and _is_well_quoted(feed.taken, delimiter)
        if "".join(cells).strip(BLANKS) or not is_closed:
            yield Record(line=line, file_line=feed.first_line, cells=cells, is_closed=is_closed)


def clean_cell(text: str) -> str:
    """What the cell says: no blanks around it, and no apostrophe that only kept a spreadsheet from calculating it."""
    if text[:1].isalnum() and text[-1:].isalnum():  # so it is for most cells, which are many
        return text
    return restore(text.lstrip(BLANKS)).strip(BLANKS)


def filled_width(cells: Sequence[str], *, least: int = 0) -> int:
    """How many cells there are when empty ones are taken off the end, down to `least`."""
    count = len(cells)
    while count > least and not cells[count - 1].strip(BLANKS):
        count -= 1
    return count


class _LineFeed:
    """Hands lines to the csv module and remembers which of them the present record took.

    The module asks for another line within a record only while a quotation mark is open, which is how an end of the
    file inside one is noticed, and how an endless cell can be cut without looking for its end.
    """

    def __init__(self, lines: Iterator[str], *, lines_before: int) -> None:
        self._lines = lines
        self._count = lines_before
        self._cell_size = 0
        self.first_line = 0
        self.taken: list[str] = []
        self.has_ended = False

    def start_record(self) -> None:
        self.first_line = self._count + 1
        self.taken = []
        self._cell_size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.has_ended = True
            raise StopIteration
        self._count += 1
        self._cell_size = 0 if '"' in line else self._cell_size + len(line)
        if self._cell_size > _ENDLESS_CELL and self.taken:
            return ""  # still inside one cell, which is too long whatever else it holds: no need to keep the text
        self.taken.append(line)
        return line


def _is_well_quoted(taken: list[str], delimiter: str) -> bool:
    """Whether a record of several lines has nothing between a closing quotation mark and the end of its cell.

    Text there means that the mark was meant to open another cell, so the rows between the two marks are no text of a
    cell. A record of one line is read as a spreadsheet reads it: nothing can be swallowed.
    """
    if len(taken) < 2:
        return True
    try:
        list(csv.reader(taken, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True
