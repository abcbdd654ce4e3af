"""The operations: one declarative module each, found by the registry. No calls, no database."""
