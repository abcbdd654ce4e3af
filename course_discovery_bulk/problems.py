"""The problem catalogue: every fact the product can state about a file, a row or a cell.

A problem is data: it is made once, with its text rendered, stored with the row and shown everywhere the same.
The kinds below are the whole list; the reference page and its test are generated from them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

SHOWN_VALUE_LENGTH: Final = 200
ERROR: Final = "error"
NOTE: Final = "note"


@dataclass(frozen=True, kw_only=True)
class ProblemType:
    """One kind of problem: `message` and `hint` are templates filled with the facts of the case."""

    code: str
    message: str
    hint: str
    severity: str = ERROR


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fact about one place; `line` is a spreadsheet row number (the header is 1), None for the whole file."""

    code: str
    message: str
    hint: str = ""
    line: int | None = None
    column: str | None = None
    value: str | None = None
    severity: str = ERROR

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR

    def as_dict(self) -> dict[str, Any]:
        """The stored and exported form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Problem:
        """Rebuild a problem that `as_dict` stored; fields of later versions are left out."""
        return cls(**{name: value for name, value in stored.items() if name in cls.__dataclass_fields__})


_catalogue: dict[str, ProblemType] = {}


def _kind(code: str, message: str, hint: str, severity: str = ERROR) -> ProblemType:
    kind = ProblemType(code=code, message=message, hint=hint, severity=severity)
    _catalogue[code] = kind
    return kind


# --- the file
EMPTY_FILE = _kind("EMPTY_FILE", "The file is empty.", "Upload a file with a header line and at least one row.")
NO_ROWS = _kind("NO_ROWS", "The file has a header but no rows.", "Add a row below the header.")
NOT_A_TABLE = _kind(
    "NOT_A_TABLE",
    "The file cannot be read as a table: {detail}.",
    "Upload a CSV file (UTF-8) or an Excel workbook (.xlsx).",
)
UNREADABLE_ENCODING = _kind(
    "UNREADABLE_ENCODING",
    "The text cannot be read: byte {offset} on line {file_line} belongs to no known encoding.",
    "Save the file as CSV UTF-8.",
)
FILE_TOO_LARGE = _kind(
    "FILE_TOO_LARGE", "The file has {size} bytes; the limit is {limit}.", "Split the file and upload the parts."
)
TOO_MANY_ROWS = _kind("TOO_MANY_ROWS", "The file has more than {limit} rows.", "Split the file and upload the parts.")
TOO_MANY_COLUMNS = _kind(
    "TOO_MANY_COLUMNS", "The header has {count} columns; the limit is {limit}.", "Remove the columns that are not used."
)
NO_HEADER = _kind(
    "NO_HEADER",
    "The first line is not a header: none of its cells is a column of {operation}.",
    "The first line must hold the column names, parted by commas, semicolons or tabs, for example: {examples}.",
)
MISSING_COLUMN = _kind(
    "MISSING_COLUMN", "The column {column} is missing.{suggestion}", "Add the column; {operation} requires it."
)
DUPLICATE_COLUMN = _kind(
    "DUPLICATE_COLUMN", "The column {column} appears more than once.", "Keep one column of that name."
)
EMPTY_COLUMN_NAME = _kind(
    "EMPTY_COLUMN_NAME",
    "Column {letter} has values but no name in the header.",
    "Name the column, or delete its cells.",
)
UNKNOWN_COLUMN = _kind(
    "UNKNOWN_COLUMN",
    "The column {column} is not a column of {operation} and was not used.{suggestion}",
    "Correct the name if the values were meant to be used.",
    NOTE,
)
UNCLOSED_QUOTE = _kind(
    "UNCLOSED_QUOTE",
    "A quotation mark that opens in this row (line {file_line} of the file) is never closed.",
    'Close the quotation mark; inside a quoted cell write it twice ("").',
)
READ_AS_CP1252 = _kind(
    "READ_AS_CP1252",
    "The file is not UTF-8; it was read as Windows-1252 (Western European).",
    "Check accented letters and quotation marks in the result, or save the file as CSV UTF-8.",
    NOTE,
)
BAD_OPTION = _kind("BAD_OPTION", "“{value}” is not possible for {option}.", "Possible here: {allowed}.")
FILE_MISSING = _kind("FILE_MISSING", "The uploaded file is no longer in storage.", "Upload it again.")
FILE_CHANGED = _kind(
    "FILE_CHANGED", "The stored file is not the one that was uploaded (checksum differs).", "Upload it again."
)
STORAGE_UNAVAILABLE = _kind(
    "STORAGE_UNAVAILABLE", "The uploaded file could not be read: {detail}.", "Upload it again later."
)

# --- the row and its cells
RAGGED_ROW = _kind(
    "RAGGED_ROW",
    "The row has {count} cells but the header has {expected}.",
    "Give every column a cell, empty ones too, and put cells that contain {delimiter} in quotation marks.",
)
CONTROL_CHARACTER = _kind(
    "CONTROL_CHARACTER", "The cell contains the control character {character}.", "Remove it; retyping the cell helps."
)
CELL_TOO_LONG = _kind("CELL_TOO_LONG", "The cell has {size} bytes; the limit is {limit}.", "Shorten the text.")
SPREADSHEET_ERROR = _kind(
    "SPREADSHEET_ERROR", "The cell holds a spreadsheet error ({value}).", "Correct the formula and save the file again."
)
MISSING_REQUIRED_DATA = _kind("MISSING_REQUIRED_DATA", "{column} is empty.", "{operation} requires a value here.")
MISSING_LEGAL_REVIEW_DATA = _kind(
    "MISSING_LEGAL_REVIEW_DATA",
    "{column} is empty, but the run is to be sent to legal review.",
    "Fill it in here or in Publisher, or leave move_to_legal_review empty.",
)
PRICE_REQUIRED = _kind(
    "PRICE_REQUIRED", "{column} is empty, but the track “{track}” is paid.", "Give the price, for example 49.00."
)
PRICE_NOT_USED = _kind(
    "PRICE_NOT_USED",
    "The price {value} is not used: the track “{track}” has no paid mode.",
    "Choose a paid track if the course is to be sold.",
    NOTE,
)
TEXT_TOO_LONG = _kind("TEXT_TOO_LONG", "The text has {length} characters; the limit is {limit}.", "Shorten the text.")
BAD_DATE = _kind("BAD_DATE", "“{value}” is not a date.{reason}", "Write it as 2027-01-31 (year-month-day).")
AMBIGUOUS_DATE = _kind(
    "AMBIGUOUS_DATE",
    "“{value}” can be read as two dates: {first} or {second}.",
    "Write it as 2027-01-31 (year-month-day), or say at upload which comes first (date_order).",
)
BAD_TIME = _kind("BAD_TIME", "“{value}” is not a time.", "Write it as 14:30 or 14:30:00, in UTC.")
TIME_WITHOUT_DATE = _kind("TIME_WITHOUT_DATE", "There is a time but {date_column} is empty.", "Fill {date_column} too.")
TIME_TWICE = _kind(
    "TIME_TWICE",
    "{date_column} already holds a time ({first}), which differs from this one.",
    "Keep the time in one of the two cells.",
)
DATES_OUT_OF_ORDER = _kind(
    "DATES_OUT_OF_ORDER", "{column} ({value}) is before {other_column} ({other_value}).", "Correct one of the dates."
)
BAD_PRICE = _kind("BAD_PRICE", "“{value}” is not a price.{reason}", "Write a plain number such as 49 or 49.50.")
BAD_NUMBER = _kind(
    "BAD_NUMBER", "“{value}” is not a whole number from {minimum} to {maximum}.", "Write a whole number such as 6."
)
EFFORT_OUT_OF_ORDER = _kind(
    "EFFORT_OUT_OF_ORDER",
    "minimum_effort ({value}) must be less than maximum_effort ({maximum}).",
    "Correct one of the two.",
)
BAD_BOOLEAN = _kind("BAD_BOOLEAN", "“{value}” is neither true nor false.", "Write TRUE or FALSE.")
UNKNOWN_VALUE = _kind(
    "UNKNOWN_VALUE",
    "“{value}” is not a known {what}.{suggestion}",
    "Use one of the values that the column takes, as discovery or Publisher spells them.",
)
AMBIGUOUS_VALUE = _kind(
    "AMBIGUOUS_VALUE", "“{value}” matches more than one {what}: {matches}.", "Use its slug, key or UUID instead."
)
EMPTY_LIST = _kind(
    "EMPTY_LIST",
    "“{value}” is a list without a single value.",
    "Leave the cell empty to change nothing, or write [clear] to empty the list.",
)
REPEATED_SUBJECT = _kind(
    "REPEATED_SUBJECT",
    "“{value}” is already given in {other_column}.",
    "Choose another subject, or leave the cell empty.",
)
SUBJECT_GAP = _kind(
    "SUBJECT_GAP",
    "{column} cannot be emptied while a later subject stays: discovery keeps no gap, so that one would move up.",
    "Write the subjects in their new order, and [clear] in the last columns.",
)
BAD_EMAIL = _kind("BAD_EMAIL", "“{value}” is not an e-mail address.", "Separate several addresses with commas.")
BAD_URL = _kind("BAD_URL", "“{value}” is not a web address.", "Write the whole address, starting with https://.")
BAD_SLUG = _kind(
    "BAD_SLUG", "“{value}” cannot be a URL slug.", "Use letters, digits, hyphens and underscores only, 255 at most."
)
BAD_COURSE_NUMBER = _kind(
    "BAD_COURSE_NUMBER",
    "“{value}” cannot be a course number.",
    "Use letters, digits, full stops, hyphens and underscores only.",
)
REFUSED_MARKUP = _kind(
    "REFUSED_MARKUP",
    "Discovery does not accept this text: {detail}.",
    "Use paragraphs, lists, links, bold and italics; no headings or quotations. A line must not start with #.",
)
NOT_CLEARABLE = _kind("NOT_CLEARABLE", "{column} cannot be emptied with [clear].", "{why}")
RUN_TRACK_MISMATCH = _kind(
    "RUN_TRACK_MISMATCH",
    "The run track “{value}” does not belong to the course track “{track}”.",
    "Use one of: {allowed}.",
)
SUBSCRIPTION_NOT_POSSIBLE = _kind(
    "SUBSCRIPTION_NOT_POSSIBLE",
    "{organization} is not part of the enterprise subscription, so discovery keeps this off.",
    "Leave the cell empty or write FALSE.",
)
DUPLICATE_ROW = _kind(
    "DUPLICATE_ROW", "Row {first_line} of this file asks for the same: {key}.", "Remove one of the two rows."
)
STAFF_ONLY = _kind("STAFF_ONLY", "Only staff may set {column}.", "Leave the cell empty, or ask a staff member.")
FORBIDDEN = _kind("FORBIDDEN", "You may not do this: {detail}.", "Ask for the right, or remove the row.")

MISSING_ONE_OF = _kind("MISSING_ONE_OF", "None of {columns} says what the row is about.", "Fill one of these columns.")
BAD_KEY = _kind("BAD_KEY", "“{value}” cannot be a {what}.", "Copy it from Publisher, for example {example}.")
KEYS_DISAGREE = _kind(
    "KEYS_DISAGREE",
    "{column} and {other_column} name different courses ({key} and {other_key}).",
    "Keep the right one of the two.",
)
CONTRADICTING_ROWS = _kind(
    "CONTRADICTING_ROWS",
    "Row {first_line} of this file sets {column} of {key} to another value.",
    "Keep one of the two values.",
)
UNKNOWN_PERSON = _kind(
    "UNKNOWN_PERSON",
    "“{value}” is no member of an organization that offers {key}.",
    "Write the user name or e-mail address of a member, or have the person added to the organization first.",
)
RUN_ENDED = _kind(
    "RUN_ENDED",
    "Discovery does not change {column} of a run that is over or closed for enrollment, though it would say it had.",
    "Move {date_column} to the future in the same row, or leave the cell empty.",
)
RUN_IN_REVIEW = _kind(
    "RUN_IN_REVIEW", "The run {key} is in review and cannot be changed now.", "Upload the row again after the review."
)
NOT_FOR_REVIEW = _kind(
    "NOT_FOR_REVIEW",
    "The run {key} is {status} already, so it was not sent to legal review.",
    "Nothing to do.",
    NOTE,
)
UPGRADE_DEADLINE_LOST = _kind(
    "UPGRADE_DEADLINE_LOST",
    "The run has an upgrade deadline of its own ({value}); discovery drops it when somebody who is not staff edits "
    "the run.",
    "Ask a staff member to upload this row, or to set the deadline again.",
    NOTE,
)
RUN_EXISTS = _kind(
    "RUN_EXISTS",
    "The course already has this run: {key} has the same dates and track.",
    "To make another one all the same, upload with on_existing=create.",
    NOTE,
)
ALREADY_DONE = _kind(
    "ALREADY_DONE",
    "The row is marked as {value} in the file and was left alone.",
    "Empty its status cell to run it again.",
    NOTE,
)
STALE = _kind(
    "STALE",
    "{column} was changed since the preview: it was “{expected}” and is “{actual}” now.",
    "Preview the file again.",
)

# --- the talk with discovery
COURSE_EXISTS = _kind(
    "COURSE_EXISTS",
    "The course {key} already exists and was left as it is.",
    "To change it, use an update operation.",
    NOTE,
)
RECOVERED = _kind(
    "RECOVERED",
    "The answer of discovery was lost; reading back showed that the change had been made.",
    "Nothing to do.",
    NOTE,
)
DISCOVERY_REFUSED = _kind(
    "DISCOVERY_REFUSED",
    "Discovery refused this while trying to {doing}: {detail}",
    "Correct the value and upload again.",
)
NOT_FOUND = _kind(
    "NOT_FOUND", "Discovery does not know {key}, or you may not see it.", "Check the key and your rights."
)
NOT_SAVED = _kind(
    "NOT_SAVED",
    "Discovery accepted {field} but did not keep it: it shows {actual}.",
    "Set it in Publisher, or ask the operators of discovery.",
)
REVIEW_HELD_BACK = _kind(
    "REVIEW_HELD_BACK",
    "The run was not sent to legal review, because discovery did not keep everything that the row sets.",
    "Put the other problems of the row right, then send the run to review.",
)
IMAGE_NOT_USABLE = _kind(
    "IMAGE_NOT_USABLE", "The image cannot be used: {detail}.", "Give the public address of a PNG or JPEG picture."
)
ANSWER_LOST = _kind(
    "ANSWER_LOST",
    "The answer of discovery was lost while trying to {doing}, and reading back did not settle it.",
    "Look at the course in Publisher before you upload this row again.",
)
DISCOVERY_UNAVAILABLE = _kind(
    "DISCOVERY_UNAVAILABLE", "Discovery did not answer as it should: {detail}.", "Upload the row again later."
)
MISCONFIGURED = _kind(
    "MISCONFIGURED", "The connection to discovery is not set up right: {detail}.", "Tell the operators of discovery."
)
UPLOADER_GONE = _kind(
    "UPLOADER_GONE",
    "The person who uploaded the file no longer has an active account.",
    "Ask somebody else to upload it.",
)
INTERNAL_ERROR = _kind(
    "INTERNAL_ERROR", "Something went wrong on our side (reference {reference}).", "Tell the operators the reference."
)
WORKER_LOST = _kind(
    "WORKER_LOST",
    "The worker died {times} times while it was at this, so it was given up.",
    "Look at the course in Publisher, and tell the operators: such a death is usually one of memory.",
)
CALLED_TWICE = _kind(
    "CALLED_TWICE",
    "A worker that had stood still for long woke up and sent its call late: it made a second run, {key}.",
    "Remove the run that is not wanted.",
    NOTE,
)
OUT_OF_TIME = _kind(
    "OUT_OF_TIME", "The task was not done after {hours} hours.", "Retry it, or upload the rest in smaller files."
)
STOPPED_HALFWAY = _kind(
    "STOPPED_HALFWAY",
    "The task was stopped when part of this row was done already.",
    "Retry the task to do what is missing.",
)
POLICY_STOPPED = _kind(
    "POLICY_STOPPED", "Not done, because {reason}.", "Correct the rows with problems and upload the file again."
)

READING_CODES: Final = frozenset(
    kind.code for kind in (RAGGED_ROW, CONTROL_CHARACTER, CELL_TOO_LONG, SPREADSHEET_ERROR)
)  # what reading finds in a row; everything else comes from checking it

CATALOGUE: Final[dict[str, ProblemType]] = dict(_catalogue)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a problem is: spreadsheet row number, column name, the text found there."""

    line: int | None = None
    column: str | None = None
    value: str | None = field(default=None)


def problem(kind: ProblemType, place: Place | None = None, **facts: object) -> Problem:
    """State a fact of the catalogue about a place; `column` and `value` of the place are facts as well."""
    place = place or Place()
    shown = clip(place.value)
    known = {"column": place.column, "value": shown, **facts}
    return Problem(
        code=kind.code,
        message=kind.message.format(**known),
        hint=kind.hint.format(**known),
        line=place.line,
        column=place.column,
        value=shown,
        severity=kind.severity,
    )


def clip(text: str | None) -> str | None:
    """Shorten a cell's text to what a person can take in; None stays None."""
    if text is None or len(text) <= SHOWN_VALUE_LENGTH:
        return text
    return text[: SHOWN_VALUE_LENGTH - 1] + "…"


def suggestion(names: list[str]) -> str:
    """The “did you mean” sentence for a miss, with its leading blank; empty without names."""
    if not names:
        return ""
    return " Did you mean {}?".format(" or ".join(f"“{name}”" for name in names))
