"""Message catalogues without gettext's programs: read the sources' .po files, write the .mo file that Django loads."""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
_LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) )?(".*")')


@dataclass(frozen=True)
class Entry:
    """A text of a catalogue, with its plural and its context where it has them."""

    text: str
    plural: str = ""
    context: str = ""


def read_po(path: Path) -> Iterator[Entry]:
    """The texts of a .po file without its header and without those that are no longer used."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        parts: dict[str, str] = {}
        current = ""
        for line in block.splitlines():
            if match := _LINE.fullmatch(line.strip()):
                current = match[1] or current
                parts[current] = parts.get(current, "") + ast.literal_eval(match[2])
        if parts.get("msgid"):
            yield Entry(parts["msgid"], parts.get("msgid_plural", ""), parts.get("msgctxt", ""))


def write_mo(path: Path, entries: Iterator[Entry], translate: Callable[[str], str]) -> None:
    """The compiled catalogue in which every text says what `translate` makes of it."""
    texts = {"": HEADER}
    for entry in entries:
        key = f"{entry.context}\x04{entry.text}" if entry.context else entry.text
        both = (entry.text, entry.plural) if entry.plural else (entry.text,)
        texts["\0".join((key, *both[1:]))] = "\0".join(map(translate, both))
    pairs = [(key.encode(), texts[key].encode()) for key in sorted(texts)]
    offset = 28 + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    blob = b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += [len(pair[side]), offset + len(blob)]
            blob += pair[side] + b"\0"
    numbers = [0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0, *tables[0], *tables[1]]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack(f"<{len(numbers)}I", *numbers) + blob)
