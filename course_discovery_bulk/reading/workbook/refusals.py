"""What to tell the uploader of a workbook that cannot be read."""

from __future__ import annotations

from typing import Final

from course_discovery_bulk.problems import (
    FILE_TOO_LARGE,
    NO_SUCH_SHEET,
    NOT_A_TABLE,
    WORKBOOK_TOO_DEMANDING,
    Problem,
    problem,
)
from course_discovery_bulk.reading.workbook import answers
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_DETAILS: Final = {
    answers.DAMAGED: _("it is a workbook that is damaged or incomplete"),
    answers.NO_SHEET: _("it is a workbook without a sheet"),
    answers.NO_CELLS: _("it is a workbook with charts or dialogs but no sheet of cells"),
    answers.OTHER_FILE: _("it is not a workbook"),
}


def refuse(end: str, *, size: int | None = None, limit: int = 0, sheet: str = "", sheets: str = "") -> Problem:
    """The problem of a workbook whose reading came to this end."""
    if end == answers.TOO_DEMANDING:
        return problem(WORKBOOK_TOO_DEMANDING)
    if end == answers.NO_SUCH_SHEET:
        return problem(NO_SUCH_SHEET, sheet=sheet, sheets=sheets)
    if end == answers.TOO_LARGE:
        return problem(FILE_TOO_LARGE, size=_size(size, limit), limit=limit)
    return problem(NOT_A_TABLE, detail=Phrase(_DETAILS[end]))


def _size(size: int | None, limit: int) -> Phrase:
    """The size it unpacks to; without one, its texts are longer than a CSV file may be."""
    return Phrase(_("more than {limit}"), limit=limit) if size is None else Phrase(_("{size} unpacked"), size=size)
