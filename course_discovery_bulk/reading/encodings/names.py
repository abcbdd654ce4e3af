"""The encodings that a file may be in and that its bytes do not declare.

To read one more, add it here; `letters.json` must know what its languages look like.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

from course_discovery_bulk.text.messages import gettext_noop as _

UTF_8: Final = "utf-8"
USUAL: Final = "cp1252"  # of the files that are not UTF-8, most are in this


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """An encoding by the name that Python has for it."""

    name: str
    label: str  # what people call it
    languages: tuple[str, ...]  # groups of letters.json
    lead: float  # points for a character that it is ahead of others, as spreadsheets write it more often


def _encoding(name: str, label: str, *languages: str) -> Encoding:
    return Encoding(name=name, label=label, languages=languages, lead=0.4 if name == USUAL else 0.25)


def _rare(name: str, label: str, *languages: str) -> Encoding:
    return Encoding(name=name, label=label, languages=languages, lead=0.0)


# Where two encodings give the same text, the first is named.
ENCODINGS: Final = (
    _encoding(USUAL, _("Windows-1252 (Western European)"), "western"),
    _encoding("cp1250", _("Windows-1250 (Central European)"), "central"),
    _encoding("cp1251", _("Windows-1251 (Cyrillic)"), "cyrillic"),
    _encoding("cp1253", _("Windows-1253 (Greek)"), "greek"),
    _encoding("cp1254", _("Windows-1254 (Turkish)"), "turkish", "western"),
    _encoding("cp1255", _("Windows-1255 (Hebrew)"), "hebrew"),
    _encoding("cp1256", _("Windows-1256 (Arabic)"), "arabic"),
    _encoding("cp1257", _("Windows-1257 (Baltic)"), "baltic"),
    _encoding("cp874", _("Windows-874 (Thai)"), "thai"),
    _encoding("gb18030", _("GB 18030 (Simplified Chinese)"), "simplified"),
    _encoding("cp950", _("Big5 (Traditional Chinese)"), "traditional"),
    _encoding("cp949", _("EUC-KR (Korean)"), "korean"),
    _encoding("cp932", _("Shift_JIS (Japanese)"), "japanese"),
    _encoding("euc_jp", _("EUC-JP (Japanese)"), "japanese"),
    _rare("mac_roman", _("Mac Roman (Western European)"), "western"),
    _rare("cp850", _("DOS 850 (Western European)"), "western"),
    _rare("cp852", _("DOS 852 (Central European)"), "central"),
    _rare("iso8859_2", _("ISO 8859-2 (Central European)"), "central"),
    _rare("koi8_r", _("KOI8-R (Cyrillic)"), "cyrillic"),
    _rare("cp866", _("DOS 866 (Cyrillic)"), "cyrillic"),
)
BY_NAME: Final = {encoding.name: encoding for encoding in ENCODINGS}
NAMES: Final = (UTF_8, *BY_NAME)
_BY_CODEC: Final = {codecs.lookup(name).name: name for name in NAMES} | {
    "big5": "cp950",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
}


def find_name(text: str) -> str:
    """Our name of an encoding that somebody calls so (`windows-1250`, `Big5`, `GBK`); empty for one we do not read."""
    try:
        return _BY_CODEC.get(codecs.lookup(text.strip()).name, "")
    except (LookupError, ValueError):
        return ""


def label_of(name: str) -> str:
    """What people call an encoding; its name if it has no other."""
    return BY_NAME[name].label if name in BY_NAME else name.upper()
