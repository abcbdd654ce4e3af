"""Plain text as HTML: what people type with line breaks, bullets and numbers becomes paragraphs and lists."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

_ENTITY: Final = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]*);", re.IGNORECASE)
_BULLET: Final = re.compile(r"\s*[\u2022\u25e6\u25aa\u2023*\u00b7\-\u2013\u2014]\s+(?=\S)")
_NUMBER: Final = re.compile(r"\s*(\d{1,3})[.)]\s+(?=\S)")


def resolved(text: str) -> str:
    """Plain text in which `&amp;` is an ampersand; `&copy=2` is none, whatever browsers make of it."""
    return _ENTITY.sub(lambda found: unescape(found[0]), text.replace("&nbsp;", " "))


def paragraphs(text: str) -> str:
    """Lines as HTML: blank ones separate paragraphs, others keep their breaks, bulleted ones become lists."""
    blocks = re.split(r"\n[^\S\n]*\n\s*", text.replace("\r\n", "\n").strip())
    return "".join(_block(block.split("\n")) for block in blocks)


def _block(lines: list[str]) -> str:
    html = ""
    for kind, run in _runs([line.strip() for line in lines]):
        content = "<br>".join(run) if kind == "p" else "".join(f"<li>{item}</li>" for item in run)
        html += f"<{kind}>{content}</{kind}>"
    return html


def _runs(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Lines that belong together: items of a bulleted list, of a list numbered from 1, or other lines."""
    runs: list[tuple[str, list[str]]] = []
    for line in lines:
        kind, item = _read_line(line, len(runs[-1][1]) + 1 if runs and runs[-1][0] == "ol" else 1)
        if runs and runs[-1][0] == kind:
            runs[-1][1].append(item)
        else:
            runs.append((kind, [item]))
    return runs if _are_lists(runs) else [("p", lines)]


def _read_line(line: str, number: int) -> tuple[str, str]:
    if bullet := _BULLET.match(line):
        return "ul", line[bullet.end() :]
    found = _NUMBER.match(line)
    if found and int(found[1]) == number:
        return "ol", line[found.end() :]
    return "p", line


def _are_lists(runs: list[tuple[str, list[str]]]) -> bool:
    """A single line with a dash is a line of text, not a list."""
    return all(kind == "p" or len(items) > 1 for kind, items in runs)
