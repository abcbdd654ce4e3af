"""The operations: one declarative module each, found by the registry, without calls or database."""
