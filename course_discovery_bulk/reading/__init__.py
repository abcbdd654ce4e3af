"""Bytes to records: decoding, splitting, workbooks, and the shape of a sheet."""
