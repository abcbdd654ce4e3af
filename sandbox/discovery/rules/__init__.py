"""What the catalog does, apart from HTTP: permissions, drafts, review, prices, keys and slugs.

The flow of a write: a view reads and validates, then opens `writing.write_together`, and in it the functions of
`courses` and `runs` change rows with the help of the other modules here.
"""
