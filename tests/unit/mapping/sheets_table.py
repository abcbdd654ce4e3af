"""What is proposed for the sheets in tests/data/sheets, as a table: `python -m tests.unit.mapping.sheets_table`.

`mappable` are the headers that a person would match, `right` those that are proposed so, `certain` those of them that
need no confirmation, and `wrong` those that would be taken for another column without asking.
"""

from __future__ import annotations

import os
import sys

import django

FORM = "{:22} {:>8} {:>6} {:>8} {:>6}"


def lines() -> list[str]:
    """The table, with the sums at its end."""
    from tests.unit.mapping.test_sheets import MEANT, proposed  # after Django is set up

    rows = []
    for name in sorted(MEANT):
        meant, matches = MEANT[name]["columns"], {match.header: match for match in proposed(name)}
        mappable = [header for header, column in meant.items() if column]
        right = [header for header in mappable if matches[header].column == meant[header]]
        certain = [header for header in right if matches[header].is_certain]
        wrong = [header for header, match in matches.items() if match.is_certain and match.column != meant[header]]
        rows.append((name, len(mappable), len(right), len(certain), len(wrong)))
    sums = ("all", *(sum(row[place] for row in rows) for place in range(1, 5)))
    return [FORM.format(*row) for row in [("sheet", "mappable", "right", "certain", "wrong"), *rows, sums]]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")
    django.setup()
    sys.stdout.write("\n".join(lines()) + "\n")
