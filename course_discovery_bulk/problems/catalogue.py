"""The problem catalogue: every fact the product can state about a file, a row or a cell.

A problem is data: it is made once, with its text rendered in English, and stored with the row. Programs, files and
existing records have that text; beside it are kept the facts it was rendered from, so that pages can say the same in
their reader's language (`translated`). The kinds below are the whole list; the reference page and its test are
generated from them.
"""

from __future__ import annotations

from typing import Final

from course_discovery_bulk.problems.problem import ERROR, NOTE, ProblemType
from course_discovery_bulk.text.messages import gettext_noop as _

_catalogue: dict[str, ProblemType] = {}


def _kind(code: str, message: str, hint: str, severity: str = ERROR) -> ProblemType:
    kind = ProblemType(code=code, message=message, hint=hint, severity=severity)
    _catalogue[code] = kind
    return kind


# --- the file
EMPTY_FILE = _kind("EMPTY_FILE", _("The file is empty."), _("Upload a file with a header and at least one row."))
NO_ROWS = _kind("NO_ROWS", _("The file has a header but no rows."), _("Add a row below the header."))
NOT_A_TABLE = _kind(
    "NOT_A_TABLE",
    _("The file cannot be read as a table: {detail}."),
    _("Upload a CSV file (UTF-8) or a workbook (.xlsx, .ods or .xls)."),
)
UNREADABLE_ENCODING = _kind(
    "UNREADABLE_ENCODING",
    _("We can't read the text on line {file_line} (byte {offset}). It isn't in a supported encoding."),
    _("Save the file as CSV UTF-8, or choose its encoding when you upload it (encoding)."),
)
FILE_TOO_LARGE = _kind(
    "FILE_TOO_LARGE", _("The file has {size} bytes; the limit is {limit}."), _("Split the file and upload the parts.")
)
WORKBOOK_TOO_DEMANDING = _kind(
    "WORKBOOK_TOO_DEMANDING",
    _("This workbook takes too much memory or time to read."),
    _("Save the sheet as CSV UTF-8 and upload that, or copy its cells into a new workbook."),
)
NO_SUCH_SHEET = _kind("NO_SUCH_SHEET", _("The workbook has no sheet named “{sheet}”."), _("Choose one of: {sheets}."))
TOO_MANY_ROWS = _kind(
    "TOO_MANY_ROWS", _("The file has more than {limit} rows."), _("Split the file and upload the parts.")
)
TOO_MANY_COLUMNS = _kind(
    "TOO_MANY_COLUMNS",
    _("The header has {count} columns; the limit is {limit}."),
    _("Remove the columns you don't need."),
)
NO_HEADER = _kind(
    "NO_HEADER",
    _("The first line isn't a header. None of its cells is a column of {operation}."),
    _("The first line must contain the column names, separated by commas, semicolons or tabs, such as {examples}."),
)
OTHER_OPERATION = _kind(
    "OTHER_OPERATION",
    _("This looks like a file for “{other}”, not for “{operation}”."),
    _("Choose “{other}”, or upload a file with the columns of “{operation}”."),
)
FITS_BETTER = _kind(
    "FITS_BETTER",
    _("This file fits “{other}” better, which also uses these columns: {columns}."),
    _("Choose “{other}” to use them. Here they are ignored."),
    NOTE,
)
MISSING_COLUMN = _kind(
    "MISSING_COLUMN", _("The column {column} is missing. {suggestion}"), _("Add the column. {operation} requires it.")
)
DUPLICATE_COLUMN = _kind(
    "DUPLICATE_COLUMN", _("The column {column} appears more than once."), _("Keep only one column with that name.")
)
EMPTY_COLUMN_NAME = _kind(
    "EMPTY_COLUMN_NAME",
    _("Column {letter} has values but no name in the header."),
    _("Name the column, or delete its cells."),
)
NAMELESS_COLUMNS = _kind(
    "NAMELESS_COLUMNS",
    _("Columns without a name in the header were not used: {letters}."),
    _("If their values matter, name the columns and upload again."),
    NOTE,
)
UNKNOWN_COLUMN = _kind(
    "UNKNOWN_COLUMN",
    _("{operation} has no column {column}, so it was ignored. {suggestion}"),
    _("Correct the name if you want its values to be used."),
    NOTE,
)
UNCLOSED_QUOTE = _kind(
    "UNCLOSED_QUOTE",
    _("A quotation mark in this row (line {file_line} of the file) is never closed."),
    _('Close the quotation mark. Inside a quoted cell, write it twice ("").'),
)
ALL_IN_ONE_CELL = _kind(
    "ALL_IN_ONE_CELL",
    _("All columns are in one cell, A{row}."),
    _("In a spreadsheet, use “Text to Columns” on column A. In a CSV file, remove the quotation marks around rows."),
)
MIXED_DELIMITERS = _kind(
    "MIXED_DELIMITERS",
    _("The header (row {header_line}) is separated by {delimiter}, but the rows are separated by {other}."),
    _("Use the same separator in all rows, or save the file again from a spreadsheet."),
)
HEADER_BELOW = _kind(
    "HEADER_BELOW",
    _("Row {row} was read as the header. The rows above it were skipped."),
    _("If that's wrong, delete the rows above the header."),
    NOTE,
)
OLD_ENCODING = _kind(
    "OLD_ENCODING",
    _("The file is not UTF-8. It was read as {encoding}, for example “{sample}”."),
    _("Check accented letters and quotation marks in the preview, or save the file as CSV UTF-8."),
    NOTE,
)
UNCLEAR_ENCODING = _kind(
    "UNCLEAR_ENCODING",
    _("The file is not UTF-8, and we can't tell how to read its text. Possible encodings: {likely}."),
    _("Save the file as CSV UTF-8, or choose its encoding when you upload it (encoding)."),
)
WRONG_ENCODING = _kind(
    "WRONG_ENCODING",
    _("The file isn't in {encoding}: byte {offset} on line {file_line} is not valid there."),
    _("Choose another encoding, or save the file as CSV UTF-8."),
)
ENCODING_NOT_USED = _kind(
    "ENCODING_NOT_USED",
    _("The file is {encoding} text, so it was not read as {chosen}."),
    _("Leave the encoding unset for this file."),
    NOTE,
)
FORMULA_ERRORS_EMPTY = _kind(
    "FORMULA_ERRORS_EMPTY",
    _("In a workbook of this kind (.{format}), cells with a formula error are read as empty."),
    _("Check the formulas in the file, or save it as an Excel workbook (.xlsx)."),
    NOTE,
)
LOOKS_NOT_SEEN = _kind(
    "LOOKS_NOT_SEEN",
    _("In a workbook of this kind (.{format}), we can't see which cells are hidden or struck through. All are read."),
    _("Check the preview, or save the file as an Excel workbook (.xlsx)."),
    NOTE,
)
SHEETS_NOT_READ = _kind(
    "SHEETS_NOT_READ",
    _("Only the sheet “{sheet}” was read. Not read, with their numbers of rows: {others}."),
    _("To upload another sheet, choose it."),
    NOTE,
)
BLANK_SHEETS_SKIPPED = _kind(
    "BLANK_SHEETS_SKIPPED",
    _("The sheet “{sheet}” was read because those before it are blank: {skipped}."),
    _("Nothing to do if that's the sheet you want."),
    NOTE,
)
HIDDEN_ROWS = _kind(
    "HIDDEN_ROWS",
    _("Hidden rows are read like the others. This sheet hides {count} of {total} rows: {lines}."),
    _("Delete the rows that you don't want to upload."),
    NOTE,
)
HIDDEN_COLUMNS = _kind(
    "HIDDEN_COLUMNS",
    _("Hidden columns are read like the others. This sheet hides: {columns}."),
    _("Delete the columns that you don't want to upload."),
    NOTE,
)
COLUMNS_MATCHED = _kind(
    "COLUMNS_MATCHED",
    _("These columns were recognized by their usual names: {columns}."),
    _("If one of them means something else, choose its column and upload the file again."),
    NOTE,
)
MAPPING_REMEMBERED = _kind(
    "MAPPING_REMEMBERED",
    _("The columns were matched as in “{source}”."),
    _("To match them differently, choose the columns yourself."),
    NOTE,
)
READING_REMEMBERED = _kind(
    "READING_REMEMBERED",
    _("The file was read as “{source}” was: {choices}."),
    _("To read it differently, choose so when you upload."),
    NOTE,
)
UNKNOWN_MAPPED_HEADER = _kind(
    "UNKNOWN_MAPPED_HEADER",
    _("The mapping names the header {column}, which this file does not have. {suggestion}"),
    _("Name the headers as the file writes them."),
)
UNKNOWN_MAPPED_COLUMN = _kind(
    "UNKNOWN_MAPPED_COLUMN",
    _("The mapping names {column}, which is not a column of {operation}. {suggestion}"),
    _("Use the name of a column, or leave the header out."),
)
HEADER_OF_TWO_COLUMNS = _kind(
    "HEADER_OF_TWO_COLUMNS",
    _("The mapping uses {column} for {first} and also joins it with other columns into {second}."),
    _("Choose one of the two."),
)
DAMAGED_MAPPING_TEXT = _kind(
    "DAMAGED_MAPPING_TEXT",
    _("The mapping gives {column} the text “{value}”, which contains characters that aren't allowed in a cell."),
    _("Type the text again."),
)
CONSTANT_AND_COLUMN = _kind(
    "CONSTANT_AND_COLUMN",
    _("{column} has one value for all rows, but the file has a column for it too ({header})."),
    _("Leave that column out, or remove the value for all rows."),
)
BAD_OPTION = _kind("BAD_OPTION", _("“{value}” is not a valid {option}."), _("Choose one of: {allowed}."))
FILE_MISSING = _kind("FILE_MISSING", _("The uploaded file is no longer in storage."), _("Upload it again."))
FILE_CHANGED = _kind(
    "FILE_CHANGED", _("The stored file isn't the one that was uploaded (its checksum differs)."), _("Upload it again.")
)
STORAGE_UNAVAILABLE = _kind(
    "STORAGE_UNAVAILABLE", _("The uploaded file could not be read: {detail}."), _("Upload it again later.")
)

# --- the row and its cells
RAGGED_ROW = _kind(
    "RAGGED_ROW",
    _("The row has {count} cells but the header has {expected}."),
    _("Give every column a cell, even if it's empty, and put quotation marks around cells that contain {delimiter}."),
)
CONTROL_CHARACTER = _kind(
    "CONTROL_CHARACTER",
    _("The cell contains the control character {character}."),
    _("Remove it. Retyping the cell helps."),
)
LOST_CHARACTER = _kind(
    "LOST_CHARACTER",
    _("A character of this text was lost before the upload. The file has the replacement character U+FFFD instead."),
    _("Type the text again. If many cells are affected, export the file again as CSV UTF-8."),
)
DIRECTION_MARK = _kind(
    "DIRECTION_MARK",
    _("The cell contains an invisible character that changes the direction of text ({character})."),
    _("Remove it. Retyping the cell helps."),
)
MISREAD_TEXT = _kind(
    "MISREAD_TEXT",
    _("“{value}” was saved with the wrong encoding before the upload. {suggestion}"),
    _("Correct the cell. If many cells are affected, export the file again as CSV UTF-8."),
)
BACKSLASH_QUOTES = _kind(
    "BACKSLASH_QUOTES",
    _('This row has quotation marks written as \\". They were read as quotation marks.'),
    _("Check the texts. In CSV, a quotation mark inside a quoted cell is written twice."),
    NOTE,
)
BROKEN_QUOTES = _kind(
    "BROKEN_QUOTES",
    _("Text follows a quotation mark that closes a cell (line {file_line} of the file), so the row is unclear."),
    _('Inside a quoted cell, write every quotation mark twice ("").'),
)
REPEATED_HEADER = _kind("REPEATED_HEADER", _("This row repeats the header."), _("Delete the row if it isn't data."))
CELL_TOO_LONG = _kind("CELL_TOO_LONG", _("The cell has more than {limit} bytes."), _("Shorten the text."))
CELL_CUT = _kind(
    "CELL_CUT",
    _("The cell has exactly 32,767 characters, the most that a spreadsheet can keep, so its end is probably missing."),
    _("Check how the text ends, and shorten it."),
)
SPREADSHEET_ERROR = _kind(
    "SPREADSHEET_ERROR",
    _("The cell contains a spreadsheet error ({value})."),
    _("Correct the formula and save the file again."),
)
UNREADABLE_CELLS = _kind(
    "UNREADABLE_CELLS",
    _("This row has {count} problems; only the first ones are listed."),
    _("Correct the listed problems and look for others of the same kind. The row is checked once it can be read."),
)
CELL_IS_DATE = _kind(
    "CELL_IS_DATE",
    _("The cell contains a date or a time ({value}), which this column doesn't accept."),
    _("If the spreadsheet turned what you typed into a date, format the cell as text and type it again."),
)
CELL_IS_BOOLEAN = _kind(
    "CELL_IS_BOOLEAN",
    _("The cell contains the logical value {value}, which this column doesn't accept."),
    _("If the spreadsheet turned a word into it, format the cell as text and type the word again."),
)
NUMBER_ROUNDED = _kind(
    "NUMBER_ROUNDED",
    _("The number in this cell has more than 15 digits. Spreadsheets replace the digits after the 15th with zeros."),
    _("Format the cell as text, then type the number again."),
)
NUMBER_NOT_SHOWN = _kind(
    "NUMBER_NOT_SHOWN",
    _("The cell contains the number {value}, but the file doesn't say how the sheet displays it."),
    _("Format the cell as text and type what you see, or save the file as an Excel workbook (.xlsx)."),
)
FORMULA_NOT_CALCULATED = _kind(
    "FORMULA_NOT_CALCULATED",
    _("This formula was never calculated, so the cell has no value."),
    _("Open the file in a spreadsheet program, save it, and upload it again."),
)
FORMULA_ZERO = _kind(
    "FORMULA_ZERO",
    _("A formula gives 0 here, probably because it refers to a blank cell."),
    _("Clear the cell, or type the value you want."),
)
FORMULA_ZERO_KEPT = _kind(
    "FORMULA_ZERO_KEPT",
    _("A formula gives 0 here, perhaps because it refers to a blank cell. It is read as 0."),
    _("If you don't want 0, clear the cell."),
    NOTE,
)
STRUCK_THROUGH = _kind(
    "STRUCK_THROUGH",
    _("The sheet strikes through text in this row: {columns}."),
    _("Delete what no longer applies, and remove the line through what does."),
)
MERGED_ACROSS = _kind(
    "MERGED_ACROSS",
    _("The cell is merged with those beside it, so it is not clear which column its text belongs to."),
    _("Unmerge the cells and fill in each of them."),
)
FILLED_FROM_MERGE = _kind(
    "FILLED_FROM_MERGE",
    _("The cell is part of a merged cell, so it was read with the text of row {first_line}."),
    _("Nothing to do if that's right. Otherwise, unmerge the cells and fill in each of them."),
    NOTE,
)
MISSING_REQUIRED_DATA = _kind("MISSING_REQUIRED_DATA", _("{column} is empty."), _("{operation} requires a value here."))
MISSING_LEGAL_REVIEW_DATA = _kind(
    "MISSING_LEGAL_REVIEW_DATA",
    _("{column} is empty, but the row sends the run to legal review."),
    _("Fill it in here or in Publisher, or leave move_to_legal_review empty."),
)
PRICE_REQUIRED = _kind(
    "PRICE_REQUIRED", _("{column} is empty, but the track “{track}” is paid."), _("Enter the price, for example 49.00.")
)
PRICE_NOT_USED = _kind(
    "PRICE_NOT_USED",
    _("The price {value} is not used, because the track “{track}” is free."),
    _("Leave the price empty, or choose a paid track to sell the course."),
    NOTE,
)
TEXT_TOO_LONG = _kind(
    "TEXT_TOO_LONG", _("The text has {length} characters; the limit is {limit}."), _("Shorten the text.")
)
BAD_DATE = _kind("BAD_DATE", _("“{value}” is not a date. {reason}"), _("Write it as 2027-01-31 (year-month-day)."))
AMBIGUOUS_DATE = _kind(
    "AMBIGUOUS_DATE",
    _("“{value}” can be read as two dates: {first} or {second}. {reason}"),
    _("Write it as 2027-01-31 (year-month-day), or choose the date order when you upload (date_order)."),
)
DATES_READ = _kind(
    "DATES_READ",
    _("Dates such as {value} were read with {first} first. {why}"),
    _("If that's wrong, choose the date order when you upload (date_order), or write dates as 2027-01-31."),
    NOTE,
)
AMOUNTS_READ = _kind(
    "AMOUNTS_READ",
    _("Amounts such as {value} were read with a decimal {mark}, as {text} in row {line}."),
    _("If that's wrong, write amounts without thousands separators."),
    NOTE,
)
BAD_TIME = _kind("BAD_TIME", _("“{value}” is not a time. {reason}"), _("Write it as 14:30 or 14:30:00, in UTC."))
TIME_WITHOUT_DATE = _kind(
    "TIME_WITHOUT_DATE", _("There is a time, but {date_column} is empty."), _("Fill in {date_column} too.")
)
TIME_TWICE = _kind(
    "TIME_TWICE",
    _("{date_column} already contains a different time ({first})."),
    _("Keep the time in one of the two cells."),
)
DATES_OUT_OF_ORDER = _kind(
    "DATES_OUT_OF_ORDER",
    _("{column} ({value}) is not after {other_column} ({other_value})."),
    _("Correct one of the dates. If both are on the same day, add the times."),
)
START_IN_PAST = _kind(
    "START_IN_PAST",
    _("The run starts in the past ({value})."),
    _("Nothing to do if that's intended. Otherwise, correct the date."),
    NOTE,
)
BAD_PRICE = _kind("BAD_PRICE", _("“{value}” is not a price. {reason}"), _("Write a plain number such as 49 or 49.50."))
BAD_NUMBER = _kind(
    "BAD_NUMBER",
    _("“{value}” is not a whole number from {minimum} to {maximum}."),
    _("Write a whole number such as 6."),
)
EFFORT_OUT_OF_ORDER = _kind(
    "EFFORT_OUT_OF_ORDER",
    _("minimum_effort ({value}) must be less than maximum_effort ({maximum})."),
    _("Correct one of the two."),
)
BAD_BOOLEAN = _kind("BAD_BOOLEAN", _("“{value}” is neither true nor false."), _("Write TRUE or FALSE."))
UNKNOWN_VALUE = _kind(
    "UNKNOWN_VALUE",
    _("“{value}” is not a known {what}. {suggestion}"),
    "{allowed}",
)
AMBIGUOUS_VALUE = _kind(
    "AMBIGUOUS_VALUE", _("“{value}” matches more than one {what}: {matches}."), _("Use its slug, key or UUID instead.")
)
EMPTY_LIST = _kind(
    "EMPTY_LIST",
    _("“{value}” is a list without any values."),
    _("Leave the cell empty to change nothing, or write [clear] to empty the list."),
)
MIXED_SIGNS = _kind(
    "MIXED_SIGNS",
    _("Some items in this list have a plus or minus sign; others don't."),
    _(
        "To add and remove items, give every item a sign. To replace the whole list, use no signs. Put an item in "
        "quotes if it begins with a sign or contains a comma."
    ),
)
ADDED_AND_REMOVED = _kind(
    "ADDED_AND_REMOVED", _("This list adds and removes the same item."), _("Keep one of the two.")
)
LIST_QUOTES = _kind(
    "LIST_QUOTES",
    _("A quotation mark in this list is not closed, or text follows the closing one."),
    _('Put quotes around whole items, for example: "Epsilon, Inc.", Zeta.'),
)
LIST_NUMBERING = _kind(
    "LIST_NUMBERING",
    _("Some items in this list begin with a number, but not in order (1, 2, 3)."),
    _("Remove the numbers, or put the items in quotes to keep them."),
)
SPLIT_NAME = _kind(
    "SPLIT_NAME",
    _("“{value}” looks like part of a name with a comma in it."),
    _('Put the whole name in quotes, for example: "Eta, Inc.".'),
)
NAMES_PARTED = _kind(
    "NAMES_PARTED",
    _("“{first}” and “{second}” are read as two names. Neither is in the catalog yet, so both are created."),
    _('If they are one name, put it in quotes: "{first}, {second}".'),
    NOTE,
)
REMOVAL_FROM_NEW = _kind(
    "REMOVAL_FROM_NEW",
    _("A new course has nothing to remove from {column}."),
    _("Remove the items with a minus sign from the cell."),
)
NOTHING_REMOVED = _kind(
    "NOTHING_REMOVED",
    _("{items} can't be removed from {column}: the list doesn't have it."),
    _("Check the spelling if you expected it to be there."),
    NOTE,
)
LIKE_CLEAR = _kind(
    "LIKE_CLEAR",
    _("“{value}” looks like [clear]. Did you mean [clear]?"),
    _("Write exactly [clear] to empty the field, or enter another value."),
)
PLACEHOLDER = _kind(
    "PLACEHOLDER",
    _("“{value}” looks like a placeholder, not a value."),
    _("Enter the value, or leave the cell empty."),
)
PLACEHOLDER_KEPT = _kind(
    "PLACEHOLDER_KEPT",
    _("“{value}” looks like a placeholder. It will be stored as it is."),
    _("If it is a placeholder, clear the cell."),
    NOTE,
)
SPREADSHEET_VALUE = _kind(
    "SPREADSHEET_VALUE",
    _("“{value}” is probably not what was typed. {reason}"),
    _("Format the cell as text and type the text again."),
)
SPREADSHEET_VALUE_KEPT = _kind(
    "SPREADSHEET_VALUE_KEPT",
    _("“{value}” is probably not what was typed, but it will be stored as it is. {reason}"),
    _("Nothing to do if it's intended. Otherwise, type the text again."),
    NOTE,
)
TEXT_CHANGED = _kind(
    "TEXT_CHANGED",
    _("The catalog can't store this text as written. From “{words}” on, it would read differently."),
    _("Use plain text, paragraphs, lists, bold and italics there. Tables and strikethrough aren't supported."),
)
MEANING_CHANGED = _kind(
    "MEANING_CHANGED",
    _("The catalog doesn't keep {tags} formatting, and without it this text means something else."),
    _("Write it without this formatting, for example 10^6 or H₂O."),
)
FORMATTING_DROPPED = _kind(
    "FORMATTING_DROPPED",
    _("The catalog keeps the words, but not this formatting: {tags}."),
    _("Nothing to do if the words are enough."),
    NOTE,
)
WORD_SPLIT = _kind(
    "WORD_SPLIT",
    _("The catalog adds a space after formatting inside a word, at “{words}”."),
    _("If that matters, format the whole word or none of it."),
    NOTE,
)
INVISIBLE_TEXT = _kind(
    "INVISIBLE_TEXT",
    _("None of this text would be visible in the catalog."),
    _("Enter some text, or [clear] to empty the field."),
)
ENTITY_READ = _kind(
    "ENTITY_READ",
    _("“{value}” is read as “{text}”."),
    _("If readers should see the characters &amp;, write &amp;amp;."),
    NOTE,
)
HIDDEN_CHARACTER = _kind(
    "HIDDEN_CHARACTER",
    _("This text will be stored with invisible characters. {reason}"),
    _("Nothing to do if that's intended."),
    NOTE,
)
TAGS_SHOWN = _kind(
    "TAGS_SHOWN",
    _("{column} is plain text, so readers will see these tags as written: {tags}."),
    _("Remove the tags."),
    NOTE,
)
LINE_BREAK = _kind("LINE_BREAK", _("A {column} can't have a line break."), _("Write it on one line."))
REPEATED_SUBJECT = _kind(
    "REPEATED_SUBJECT",
    _("“{value}” is already in {other_column}."),
    _("Choose another subject, or leave the cell empty."),
)
SUBJECT_GAP = _kind(
    "SUBJECT_GAP",
    _("{column} can't be cleared while a later subject is set; that one would move up."),
    _("Enter the subjects in their new order, with [clear] in the last columns."),
)
BAD_EMAIL = _kind(
    "BAD_EMAIL",
    _("“{value}” is not an email address."),
    _("Write the address only, such as ann@example.org. Separate several addresses with commas."),
)
BAD_URL = _kind("BAD_URL", _("“{value}” is not a web address."), _("Enter the full address, starting with https://."))
BAD_SLUG = _kind(
    "BAD_SLUG",
    _("“{value}” is not a valid URL slug. {reason}"),
    _("Use only letters, digits, hyphens and underscores, up to 255 characters."),
)
BAD_COURSE_NUMBER = _kind(
    "BAD_COURSE_NUMBER",
    _("“{value}” is not a valid course number. {reason}"),
    _("Use only letters, digits, periods, hyphens and underscores."),
)
DAMAGED_NUMBER = _kind(
    "DAMAGED_NUMBER",
    _("“{value}” is probably not the course number that was typed. {reason}"),
    _("Format the column as text in the spreadsheet, then type the number again."),
)
REFUSED_MARKUP = _kind(
    "REFUSED_MARKUP",
    _("The catalog doesn't accept this text: {detail}."),
    _("Use paragraphs, lists, links, bold and italics, but no headings or quotations. Don't start a line with #."),
)
NOT_CLEARABLE = _kind("NOT_CLEARABLE", _("{column} can't be cleared."), "{why}")
RUN_TRACK_MISMATCH = _kind(
    "RUN_TRACK_MISMATCH",
    _("The run track “{value}” isn't available in the course track “{track}”."),
    _("Use one of: {allowed}."),
)
SUBSCRIPTION_NOT_POSSIBLE = _kind(
    "SUBSCRIPTION_NOT_POSSIBLE",
    _("{organization} isn't part of the enterprise subscription, so this can't be turned on."),
    _("Leave the cell empty or enter FALSE."),
)
DUPLICATE_ROW = _kind("DUPLICATE_ROW", _("Row {first_line} already does this: {key}."), "{advice}")
OPPOSITE_ROWS = _kind(
    "OPPOSITE_ROWS",
    _("This row says “{value}”, but row {first_line} says “{other_value}” for the same person and course."),
    _("Keep the row you want."),
)
REPEATED_SLUG = _kind(
    "REPEATED_SLUG",
    _("Row {first_line} already uses the slug “{value}”."),
    _("Give each course a slug of its own."),
)
SLUG_TAKEN = _kind(
    "SLUG_TAKEN",
    _("Another course in the catalog has, or once had, the slug “{value}”."),
    _("Choose another slug, or leave the cell empty."),
)
STAFF_ONLY = _kind("STAFF_ONLY", _("Only staff may set {column}."), _("Leave the cell empty, or ask a staff member."))
FORBIDDEN = _kind("FORBIDDEN", _("You don't have permission: {detail}."), _("Request access, or remove this row."))

RUN_CELLS_NOT_USED = _kind(
    "RUN_CELLS_NOT_USED",
    _("The row doesn't name a run, so these cells were ignored: {columns}."),
    _("To change the run as well, fill in course_run_key."),
    NOTE,
)
MISSING_ONE_OF = _kind(
    "MISSING_ONE_OF",
    _("This row doesn't say which course or run to change: {columns} are all empty."),
    _("Fill in one of these columns."),
)
BAD_KEY = _kind(
    "BAD_KEY", _("“{value}” is not a valid {what}. {reason}"), _("Copy it from Publisher, for example {example}.")
)
KEYS_DISAGREE = _kind(
    "KEYS_DISAGREE",
    _("{column} and {other_column} name different courses ({key} and {other_key})."),
    _("Keep the correct one."),
)
CONTRADICTING_ROWS = _kind(
    "CONTRADICTING_ROWS",
    _("Row {first_line} sets a different {column} for {key}."),
    _("Keep one of the two values."),
)
AMBIGUOUS_PERSON = _kind(
    "AMBIGUOUS_PERSON",
    _("“{value}” could be any of {count} people."),
    _("Enter the person's username, or an address that only this person has."),
)
BAD_PERSON = _kind(
    "BAD_PERSON",
    _("“{value}” doesn't identify one person. {reason}"),
    _("Enter one username or email address, for example editor@example.org. Use one row for each person."),
)
UNKNOWN_PERSON = _kind(
    "UNKNOWN_PERSON",
    _("“{value}” isn't an editor of {key} or a member of an organization that owns it."),
    _("Enter the username or email address of a member, or have the person added to the organization first."),
)
RUN_ENDED = _kind(
    "RUN_ENDED",
    _("{column} can't be changed after the run has ended or enrollment has closed."),
    _("Set {date_column} to a date in the future in the same row, or leave the cell empty."),
)
COURSE_LIST = _kind(
    "COURSE_LIST",
    _("The file is a list of courses as the catalog exports it. Columns that an upload does not set: {columns}."),
    _("Nothing to do. The courses are found by their UUID, or by their key where there is no such column."),
    NOTE,
)
FIELD_NOT_OFFERED = _kind(
    "FIELD_NOT_OFFERED",
    _("This catalog has no field for {column}."),
    _("Leave the cells of this column empty, or remove the column. A newer version of course-discovery has the field."),
)
FIELD_NOT_SHOWN = _kind(
    "FIELD_NOT_SHOWN",
    _("The catalog doesn't show what {column} sets, so the row was not processed."),
    _("Leave the cell empty, or ask an administrator whether this version of course-discovery has the field."),
)
RUN_IN_REVIEW = _kind(
    "RUN_IN_REVIEW",
    _("The run {key} is in review and can't be changed now."),
    _("Upload the row again after the review."),
)
NOT_FOR_REVIEW = _kind(
    "NOT_FOR_REVIEW",
    _("The run {key} is already {status}, so it was not sent to legal review."),
    _("Nothing to do."),
    NOTE,
)
UPGRADE_DEADLINE_LOST = _kind(
    "UPGRADE_DEADLINE_LOST",
    _(
        "The run has an upgrade deadline of its own ({value}). The catalog drops it if somebody who isn't staff edits "
        "the run."
    ),
    _("Ask a staff member to upload this row, or to set the deadline again."),
    NOTE,
)
RUN_EXISTS = _kind(
    "RUN_EXISTS",
    _("The course already has this run: {key} has the same dates and track."),
    _("To create another one anyway, upload with on_existing=create."),
    NOTE,
)
ALREADY_DONE = _kind(
    "ALREADY_DONE",
    _("Skipped: its status column says {value}."),
    _("To process the row again, clear its status cell."),
    NOTE,
)
LEFT_OUT = _kind("LEFT_OUT", _("You left this row out of the upload."), _("Put it back to process it."), NOTE)
STALE = _kind(
    "STALE",
    _("{column} was changed since the preview: it was “{expected}” and is “{actual}” now."),
    _("Preview the file again."),
)

STALE_EXPORT = _kind(
    "STALE_EXPORT",
    _("{column} was changed in the catalog after this row was exported. It is {now} now."),
    _("Export the row again and edit the new file. To overwrite the newer value, clear the row's cell in {mark}."),
)
BAD_EXPORTED_VERSION = _kind(
    "BAD_EXPORTED_VERSION",
    _("{column} isn't what the export had there, so later changes can't be detected."),
    _("Export the row again. To overwrite whatever the catalog has now, clear the cell."),
)

EDITED_SINCE = _kind(
    "EDITED_SINCE",
    _("{column} was edited after the upload, so the edit is kept. It is {now} now; the upload had set {left}."),
    _("To put back the earlier value anyway, tick the row in the preview of the undo, or clear its undo_expects cell."),
    NOTE,
)
CANNOT_PUT_BACK = _kind(
    "CANNOT_PUT_BACK",
    _("The earlier value of {column} can't be put back. {reason}"),
    _("Change it in Publisher if it matters."),
    NOTE,
)
BAD_UNDO_EXPECTS = _kind(
    "BAD_UNDO_EXPECTS",
    _("{column} isn't what the undo file had there, so later edits can't be detected."),
    _("Download the undo file again. To overwrite whatever the catalog has now, clear the cell."),
)

# --- the talk with discovery
COURSE_EXISTS = _kind(
    "COURSE_EXISTS",
    _("The course {key} already exists, so it was skipped."),
    _("To change it, use “Update courses”. To add a run, use “Re-run courses”."),
    NOTE,
)
RECOVERED = _kind(
    "RECOVERED",
    _("The connection dropped, but we checked: the change was made."),
    _("Nothing to do."),
    NOTE,
)
DISCOVERY_REFUSED = _kind(
    "DISCOVERY_REFUSED",
    _("The catalog refused to {doing}: {detail}"),
    _("Correct the value and upload again."),
)
NOT_FOUND = _kind(
    "NOT_FOUND", _("{key} wasn't found, or you don't have access to it."), _("Check the key and your permissions.")
)
NOT_SAVED = _kind(
    "NOT_SAVED",
    _("{field} was not saved. The catalog still shows {actual}."),
    _("Set it in Publisher, or ask your administrator."),
)
REVIEW_HELD_BACK = _kind(
    "REVIEW_HELD_BACK",
    _("The run was not sent to legal review because some of the row's values were not saved."),
    _("Fix the row's other problems, then send the run to review."),
)
IMAGE_NOT_USABLE = _kind(
    "IMAGE_NOT_USABLE", _("The image can't be used: {detail}."), _("Enter the public address of a PNG or JPEG image.")
)
ANSWER_LOST = _kind(
    "ANSWER_LOST",
    _("We lost the connection while trying to {doing} and couldn't confirm whether it worked."),
    _("Check the course in Publisher before you upload this row again."),
)
DISCOVERY_UNAVAILABLE = _kind(
    "DISCOVERY_UNAVAILABLE", _("The catalog had a problem: {detail}."), _("Upload the row again later.")
)
MISCONFIGURED = _kind(
    "MISCONFIGURED",
    _("The connection to the catalog is misconfigured: {detail}."),
    _("Tell your administrator."),
)
UPLOADER_GONE = _kind(
    "UPLOADER_GONE",
    _("The person who uploaded the file no longer has an active account."),
    _("Ask someone else to upload the file."),
)
TOO_LARGE_TO_STORE = _kind(
    "TOO_LARGE_TO_STORE",
    _("The texts are too long for the database, which takes {limit} bytes at once. Nothing was written."),
    _("Shorten the row's texts, or ask your administrator to raise the database's max_allowed_packet."),
)
MORE_PROBLEMS = _kind(
    "MORE_PROBLEMS",
    _("This row has {count} problems; only the first ones are listed."),
    _("Correct the listed problems and upload the row again to see the others."),
)
MORE_NOTES = _kind(
    "MORE_NOTES",
    _("This row has {count} notes; only the first ones are listed."),
    _("To see every note, upload fewer rows or columns at once."),
    NOTE,
)
INTERNAL_ERROR = _kind(
    "INTERNAL_ERROR",
    _("Something went wrong on our side (reference {reference})."),
    _("Give your administrator the reference."),
)
WORKER_LOST = _kind(
    "WORKER_LOST",
    _("Processing crashed {times} times, so we stopped trying."),
    _("Check the course in Publisher and tell your administrator. The usual cause is too little memory."),
)
CALLED_LATE = _kind(
    "CALLED_LATE",
    _("A delayed request to {doing} went through after this row had already finished."),
    _("If part of the row is missing, retry the upload. What is already done won't be repeated."),
    NOTE,
)
CALLED_TWICE = _kind(
    "CALLED_TWICE",
    _("A delayed request went through and created a second run, {key}."),
    _("Remove the run you don't need."),
    NOTE,
)
OUT_OF_TIME = _kind(
    "OUT_OF_TIME",
    _("The upload didn't finish within {hours} hours."),
    _("Retry it, or upload the rest in smaller files."),
)
STOPPED_HALFWAY = _kind(
    "STOPPED_HALFWAY",
    _("The upload was stopped when this row was partly done."),
    _("Retry the upload to do the rest."),
)
POLICY_STOPPED = _kind("POLICY_STOPPED", "{reason}", _("Correct the rows with problems and upload the file again."))

_FOUND_BY_READING: Final = (
    *(
        RAGGED_ROW,
        BROKEN_QUOTES,
        REPEATED_HEADER,
        BACKSLASH_QUOTES,
        CONTROL_CHARACTER,
        LOST_CHARACTER,
        DIRECTION_MARK,
        MISREAD_TEXT,
    ),
    *(CELL_CUT, CELL_TOO_LONG, SPREADSHEET_ERROR, UNREADABLE_CELLS, MORE_NOTES),
    *(CELL_IS_DATE, CELL_IS_BOOLEAN, NUMBER_ROUNDED, NUMBER_NOT_SHOWN),
    *(FORMULA_NOT_CALCULATED, FORMULA_ZERO, FORMULA_ZERO_KEPT, STRUCK_THROUGH, MERGED_ACROSS, FILLED_FROM_MERGE),
)
READING_CODES: Final = frozenset(kind.code for kind in _FOUND_BY_READING)  # all others come from checking a row
NO_DATA_CODES: Final = frozenset(
    kind.code for kind in (RAGGED_ROW, BROKEN_QUOTES, REPEATED_HEADER, UNREADABLE_CELLS)
)  # the cells of such a row are not what they seem, so nothing else is said of them

CATALOGUE: Final[dict[str, ProblemType]] = dict(_catalogue)
