"""Files that leave: results, rows to fix, undo, exports and templates."""
