"""Which column each header of a sheet means: proposed from what is known, chosen by people, applied to every row."""
