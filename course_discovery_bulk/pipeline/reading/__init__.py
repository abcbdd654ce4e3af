"""The parts of reading: bytes to lines, lines to records, workbooks to records, records to checked rows."""
