"""What the uploader may say about how a file is read; what is left out is found out, and told.

The choices are options of the upload. To add one, give it a field here and its rule in `service.options`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

DELIMITER_NAMES: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
DECIMAL_MARKS: Final = {"point": ".", "comma": ","}


@dataclass(frozen=True, kw_only=True)
class ReadingChoices:
    """Each is empty, or 0, if it is to be found out."""

    encoding: str = ""  # of a CSV file, by our name of it
    delimiter: str = ""  # of a CSV file: the character itself
    sheet: str = ""  # of a workbook
    header_row: int = 0  # as a spreadsheet counts; found: the first line with names of columns
    decimal: str = ""  # the mark before the decimals of amounts: the character itself

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> ReadingChoices:
        """The choices among the options of an upload."""
        chosen = {item.name: options[item.name] for item in fields(cls) if options.get(item.name)}
        if "delimiter" in chosen:
            chosen["delimiter"] = DELIMITER_NAMES[chosen["delimiter"]]
        if "decimal" in chosen:
            chosen["decimal"] = DECIMAL_MARKS[chosen["decimal"]]
        return cls(**chosen)


NO_CHOICES: Final = ReadingChoices()
