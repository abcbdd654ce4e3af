"""What the database is asked for in more than one place: its clock, its primary, pages of rows, and trying again."""
