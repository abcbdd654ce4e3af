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
from course_discovery_bulk.reading.quoting import Split, resplit
from course_discovery_bulk.reading.workbook.marks import Mark
from course_discovery_bulk.text.damage import unwrapped
from course_discovery_bulk.text.formula_escaping import restore
from course_discovery_bulk.text.messages import gettext_noop as _

DELIMITERS: Final = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs"), "|": _("vertical bars")}
# What is trimmed off cells. The separators that are control characters are not here: they are reported.
BLANKS: Final = " \t\n\r\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000" + INVISIBLE

_GUESSED: Final = (",", ";", "\t")
_BAR: Final = "|"
_NO_TEXT: Final = BLANKS + '"' + "".join(_GUESSED)  # what the line of a blank row may consist of
_NAMED: Final = re.compile(r'"?sep=([,;\t|])"?\s*', re.IGNORECASE)  # a first line that Excel reads and does not show
_TEXT_FORMULA: Final = re.compile(r'="((?:[^"]|"")*)"')  # how people keep a spreadsheet from changing 007
_SAMPLE_LINES: Final = 200
_HEADER_ROWS: Final = 20
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
    has_backslashes: bool = False  # quotation marks were written with a backslash
    is_garbled: bool = False  # text follows the quotation mark that closes a cell
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

    def known(cells: list[str]) -> int:
        names = itertools.islice(filter(None, cells), _COMPARED_NAMES)
        return len(known_headers.intersection(map(normalise_header, names)))

    def fit(delimiter: str) -> tuple[int, int]:
        records = csv.reader(sample, delimiter=delimiter, skipinitialspace=True)
        first = list(itertools.islice(filter(any, records), _HEADER_ROWS))  # there may be titles above the header
        return max(map(known, first), default=0), len(first[0]) if first else 0

    best = max(_GUESSED, key=fit)
    return _BAR if fit(_BAR)[0] > max(fit(best)[0], 1) else best  # in text it stands more often than between cells


def split_records(lines: Iterator[str], delimiter: str) -> Iterator[Record]:
    """The rows of the file, the header among them; blank ones are counted and left out.

    Raises `UploadRefused` where there are more than any spreadsheet can hold.
    """
    first = next(lines, "")
    is_hint = _NAMED.fullmatch(first) is not None
    feed = _LineFeed(lines if is_hint else itertools.chain([first], lines), lines_before=int(is_hint))
    reader = csv.reader(feed, delimiter=delimiter, skipinitialspace=True)
    for line in itertools.count(1 + int(is_hint)):
        feed.start_record()
        cells = next(reader, None)
        if cells is None:
            return
        if line > MOST_LINES:
            raise UploadRefused([problem(TOO_MANY_ROWS, limit=MOST_LINES)])
        split = _split_again(feed, cells, delimiter)
        if "".join(split.cells).strip(BLANKS) or not split.is_closed:
            yield Record(
                line=line,
                file_line=feed.first_line,
                cells=split.cells,
                is_closed=split.is_closed,
                has_backslashes=split.has_backslashes,
                is_garbled=split.is_garbled,
            )


def _split_again(feed: _LineFeed, cells: list[str], delimiter: str) -> Split:
    if feed.has_ended:
        return Split(cells=cells, is_closed=False)
    return resplit(feed.taken, cells, delimiter) if feed.has_quotes else Split(cells=cells)


def clean_cell(text: str, *, is_ours: bool = False) -> str:
    """What the cell says: no blanks or pairs of marks around it, and not as the formula that a spreadsheet shows.

    In a file that we wrote, the apostrophes that kept a spreadsheet from calculating a text are taken out.
    """
    if not is_ours and text[:1].isalnum() and text[-1:].isalnum():  # so it is for most cells, which are many
        return text
    bare = unwrapped(text.strip(BLANKS)).strip(BLANKS)
    if is_ours and (restored := restore(text.lstrip(BLANKS)).strip(BLANKS)) != bare:
        return restored
    formula = _TEXT_FORMULA.fullmatch(bare)
    return formula[1].replace('""', '"').strip(BLANKS) if formula else bare


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
        self.has_quotes = False
        self.has_ended = False

    def start_record(self) -> None:
        self.first_line = self._count + 1
        self.taken = []
        self.has_quotes = False
        self._cell_size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.has_ended = True
            raise StopIteration
        self._count += 1
        self.has_quotes = self.has_quotes or '"' in line
        self._cell_size = 0 if '"' in line else self._cell_size + len(line)
        if self._cell_size > _ENDLESS_CELL and self.taken:
            return ""  # still inside one cell, which is too long whatever else it holds: no need to keep the text
        self.taken.append(line)
        return line
