# ruff: noqa: INP001 - a script beside the pages that are written by others like it, not a package
"""Writes what the scripts and languages of old encodings look like, from the translations of Django and of CLDR.

`course_discovery_bulk/reading/encodings/letters.json`: for each group of languages the letters beyond ASCII, with the
letters seen before and after them, and the characters common in Chinese, Japanese and Korean. Run it by hand.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import django
from babel import Locale
from babel.messages.mofile import read_mo

LANGUAGES = {
    "western": "de fr es pt pt_BR it nl sv da nb nn fi is ca gl eu ga",
    "central": "cs sk pl hu sl hr bs ro sr_Latn hsb dsb de sq",
    "baltic": "lt lv et",
    "turkish": "tr az",
    "cyrillic": "ru uk bg be sr mk",
    "greek": "el",
    "hebrew": "he",
    "arabic": "ar fa ur",
    "thai": "th",
}
RARE = 6
COMMON = {"simplified": "zh_Hans", "traditional": "zh_Hant", "japanese": "ja", "korean": "ko"}
# Words and names of titles that translations of programs do not have.
MORE = {
    "western": """naïve naïf coöperate Zoë Chloë Noël Brontë Citroën résumé piñata jalapeño Peña Núñez Muñoz Ibáñez
    fiancée façade Curaçao crème brûlée soufflé Tromsø Rønne Søren Kierkegaard Ångström Þór Björk Beyoncé Ümit Göteborg
    Malmö Møller Gödel Schrödinger Poincaré Bézier Fréchet Möbius Descartes Molière Élève Hélène Économie señor señora
    niño niña mañana pingüino lingüística vergüenza bilingüe coração maçã ações lições Übung Ökonomie Ähnlich höher
    größer Fuß Ægir læring å være sjö fjörð kärlek hôtel château forêt août où çà maïs héroïne aiguë cœur œuvre""",
    "central": """Łukasz Łódź Kraków Gdańsk Poznań Żywność źródło Dvořák Škoda Ohře Košice ľudia mäso čaj žáci řízení
    gęślą jaźń zażółć dzień koń język główny őszi űrlap Győr Čapek Smetana Janáček Kovač Đorđe ţară şcoală mulţumesc""",
}
OLD_FORMS = str.maketrans("șțȘȚ", "şţŞŢ")  # the encodings have only the older ones
WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f][^\W\d_]*)*")
OUT = Path(__file__).parents[1] / "course_discovery_bulk" / "reading" / "encodings" / "letters.json"


def texts_of(language: str) -> Iterator[str]:
    """The translated texts of a language, and its names of countries, languages and cities."""
    for file in sorted(Path(django.__file__).parent.rglob(f"locale/{language}/LC_MESSAGES/*.mo")):
        with file.open("rb") as stream:
            for message in read_mo(stream):
                strings = message.string if isinstance(message.string, tuple | list) else [message.string]
                yield from (unicodedata.normalize("NFC", text) for text in strings if text and message.id)
    locale = Locale.parse(language)
    for names in (locale.territories, locale.languages, locale.currencies, locale.variants, locale.scripts):
        yield from (unicodedata.normalize("NFC", str(name)) for name in names.values())
    for zone in locale.time_zones.values():
        yield str(zone.get("city", ""))


def neighbors(name: str, languages: str) -> dict[str, list[str]]:
    """For each letter beyond ASCII those before it, and those after it; a blank is the edge of a word."""
    before, after = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
    for language in [*languages.split(), ""]:
        for text in texts_of(language) if language else MORE.get(name, "").split() * RARE:
            for word in WORD.findall(lowered(text.translate(OLD_FORMS))):
                padded = f" {word} "
                for place, letter in enumerate(padded):
                    if not letter.isascii():
                        before[letter][padded[place - 1]] += 1
                        after[letter][padded[place + 1]] += 1
    return {
        letter: ["".join(sorted(usual(seen[letter]))) for seen in (before, after)]
        for letter in sorted(before)
        if sum(before[letter].values()) > 4
    }


def lowered(text: str) -> str:
    """In lower case, one character for each; a capital that would become two stays."""
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def usual(seen: Counter[str]) -> Iterator[str]:
    """The neighbors of a letter that are no accident."""
    least = max(2, min(RARE, sum(seen.values()) / 250))
    return (neighbor for neighbor, count in seen.items() if count >= least)


def common(language: str) -> str:
    """The characters of a language that its translations have."""
    counts = Counter(letter for text in texts_of(language) for letter in text if ord(letter) > 0x2E7F)
    return "".join(sorted(letter for letter in counts if letter.isalpha()))


def main() -> None:
    """Write the file."""
    found = {name: neighbors(name, languages) for name, languages in LANGUAGES.items()}
    chars = {name: common(language) for name, language in COMMON.items()}
    OUT.write_text(json.dumps({**found, "common": chars}, ensure_ascii=False, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
