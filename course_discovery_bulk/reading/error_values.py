"""What a spreadsheet shows in place of a value that it does not have, in every language that spreadsheets speak.

A module of its own because the process that reads workbooks loads it too, and must load nothing else of ours.

Sources: Microsoft's list of ERROR.TYPE and the pages about each error in the languages of Office; the error codes of
LibreOffice Calc (Err:501 to Err:540) and its translations; the errors and the "Loading..." of Google Sheets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_ENGLISH: Final = (
    "#REF! #N/A #VALUE! #NAME? #DIV/0! #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY! #UNKNOWN! "
    "#EXTERNAL! #PYTHON! #TIMEOUT! #GETTING_DATA #ERROR! #MACRO? #ADDIN?"
)
_OTHERS: Final = (
    "#BEZUG! #NV #WERT! #ZAHL! #ÜBERLAUF! #KALK! #FELD! #FEHLER! #BLOCKIERT! #VERBINDEN! #UNBEKANNT! "  # German
    "#VALEUR! #NOM? #NOMBRE! #NUL! #PROPAGATION! #EPARS! #ÉPARS! #CHAMP! #BLOQUÉ! #ERREUR! "  # French
    "#¡REF! #N/D #¡VALOR! #¿NOMBRE? #¡DIV/0! #¡NUM! #¡NULO! #¡DESBORDAMIENTO! #¡CALC! #¡CAMPO! #¡ERROR! "  # Spanish
    "#VALOR! #NOME? #NÚM! #NULO! #DESPEJAR! #EXCEDENTE! #CÁLC! #CAMPO! #ERRO! "  # Portuguese
    "#RIF! #N.D. #VALORE! #NULLO! #ESPANSIONE! #ERRORE! "  # Italian
    "#VERW! #N/B #WAARDE! #NAAM? #DEEL/0! #GETAL! #LEEG! #OVERLOOP! #BEREKENEN! #FOUT! "  # Dutch
    "#ADR! #ARG! #NAZWA? #DZIEL/0! #LICZBA! #ZERO! #ROZLANIE! #OBL! #BŁĄD! "  # Polish
    "#ССЫЛКА! #Н/Д #ЗНАЧ! #ИМЯ? #ДЕЛ/0! #ЧИСЛО! #ПУСТО! #ПЕРЕНОС! #ВЫЧИС! #ОШИБКА! "  # Russian
    "#ПОСИЛАННЯ! #ІМ'Я? #ДІЛ/0! #ПЕРЕПОВНЕННЯ! "  # Ukrainian
    "#REFERENS! #SAKNAS! #OTILLGÄNGLIGT! #VÄRDEFEL! #NAMN? #DIVISION/0! #OGILTIGT! #SKÄRNING! "  # Swedish
    "#REFERENCE! #I/T #VÆRDI! #NAVN? #OVERLØB! "  # Danish
    "#VERDI! #OVERFLYT! "  # Norwegian
    "#VIITTAUS! #PUUTTUU! #PUUTTUU #ARVO! #NIMI? #JAKO/0! #LUKU! #TYHJÄ! #LEVITYS! "  # Finnish
    "#ODKAZ! #NENÍ_K_DISPOZICI #NENÍ_K_DISPOZICI! #HODNOTA! #NÁZEV? #DĚLENÍ_NULOU! #ČÍSLO! #PŘESAH! "  # Czech
    "#HIV! #HIÁNYZIK #HIÁNYZIK! #ÉRTÉK! #NÉV? #ZÉRÓOSZTÓ! #SZÁM! #NULLA! #KIBONTÁS! "  # Hungarian
    "#BAŞV! #YOK #DEĞER! #AD? #SAYI/0! #SAYI! #BOŞ! #TAŞMA! #HATA!"  # Turkish
)
_LOADING: Final = ("Loading...", "Loading…")  # a formula that Google Sheets had no time to calculate
_WORDS: Final = frozenset((*_ENGLISH.split(), *_OTHERS.split(), *_LOADING))
# A code of LibreOffice, and what a spreadsheet saves for a number or date in a column too narrow to show it.
_CODE: Final = re.compile(
    r"(?:Err|Fehler|Erreur|Errore|Erro|Fout|Błąd|Ошибка|Fel|Feil|Fejl|Chyba|Hiba|Hata):5\d\d|###+"
)


def is_error_value(text: str) -> bool:
    """Whether the text is such a value, and nothing but it."""
    return text in _WORDS or _CODE.fullmatch(text) is not None


def has_error_value(texts: Sequence[str]) -> bool:
    """Whether any of the texts may be one: a quick look, for rows that are almost all in order."""
    return not _WORDS.isdisjoint(texts) or any(text[:3] == "###" or text[-4:-2] == ":5" for text in texts)
