"""What the command line says about how a file is read; what is left out is found out."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Final

from course_discovery_bulk import service

READING_OPTIONS: Final = ("encoding", "delimiter", "sheet", "header_row", "decimal")


def add_reading_arguments(parser: ArgumentParser) -> None:
    """The options about the form of the file."""
    choices = {name: ", ".join(values) for name, values in service.option_choices().items()}
    group = parser.add_argument_group("how the file is read")
    group.add_argument("--encoding", metavar="NAME", help=f"of a CSV file: {choices['encoding']}")
    group.add_argument("--delimiter", metavar="NAME", help=f"of a CSV file: {choices['delimiter']}")
    group.add_argument("--sheet", metavar="NAME", help="of a workbook: the sheet to read")
    group.add_argument("--header-row", metavar="N", help="the row of the header, as a spreadsheet counts")
    group.add_argument("--decimal", metavar="NAME", help=f"the mark before decimals in prices: {choices['decimal']}")
