"""The stages of a task, one module each: read, validate, plan, execute, record, summarise."""
