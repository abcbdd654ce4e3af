"""Encodings older than UTF-8: which there are, how text in them looks, and which of them a file is in."""
