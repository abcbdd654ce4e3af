"""The only code that speaks to discovery, and the only one that imports HTTP libraries."""
