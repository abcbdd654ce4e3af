"""The names of months in English, Spanish, French, German, Portuguese and Italian, whole and as they are shortened.

Each of them is a name of one month only; `jui`, which may be June or July in French, is not among them.
"""

from __future__ import annotations

import unicodedata
from typing import Final

# A line for each month, without accents.
_NAMES: Final = """
january jan enero ene janvier janv januar janner janeiro gennaio gen
february feb febrero fevrier fevr februar fevereiro fev febbraio
march mar marzo mars marz maerz mrz marco
april apr abril abr avril avr aprile
may mayo mai maio maggio mag
june jun junio juin juni junho giugno giu
july jul julio juillet juil juli julho luglio lug
august aug agosto ago aout
september sept sep septiembre setiembre septembre setembro settembre set
october oct octubre octobre oktober okt outubro out ottobre ott
november nov noviembre novembre novembro
december dec diciembre dic decembre dezember dez dezembro dicembre
"""
_MONTHS: Final = {
    name: number for number, line in enumerate(_NAMES.strip().splitlines(), start=1) for name in line.split()
}


def month_of(name: str) -> int:
    """The number of the month of that name, in any case and with or without its accents; 0 if there is none."""
    apart = unicodedata.normalize("NFD", name.casefold())
    return _MONTHS.get("".join(mark for mark in apart if not unicodedata.combining(mark)), 0)
