"""The source catalogue holds every text that is marked for translation, and none that is gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

import course_discovery_bulk
from tests.catalogues import read_po

PACKAGE = Path(course_discovery_bulk.__file__).parent
TEMPLATES = [path for path in PACKAGE.rglob("templates/**/*") if path.suffix in (".html", ".txt")]
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL_MARKS = {"ngettext", "ngettext_lazy"}
LITERAL = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
IN_TEMPLATE = re.compile(rf"(?:\b_|gettext|ngettext)\({LITERAL}(?:,\s*{LITERAL})?")


def texts_of_code(path: Path) -> Iterator[str]:
    text = path.read_text()
    for node in ast.walk(ast.parse(text)) if "gettext" in text else ():
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        wanted = node.args[:1] if name in MARKS else node.args[:2] if name in PLURAL_MARKS else []
        for argument in wanted:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value:
                yield argument.value


def texts_of_template(path: Path) -> Iterator[str]:
    for match in IN_TEMPLATE.finditer(templatize(path.read_text(), origin=str(path))):
        yield from (ast.literal_eval(literal) for literal in match.groups() if literal)


def test_the_source_catalogue_is_up_to_date() -> None:
    marked = {text for path in PACKAGE.rglob("*.py") for text in texts_of_code(path)}
    marked |= {text for path in TEMPLATES for text in texts_of_template(path)}
    listed = set()
    for entry in read_po(PACKAGE / "locale/en/LC_MESSAGES/django.po"):
        listed |= {entry.text, entry.plural} - {""}

    assert len(marked) > 500
    assert sorted(marked - listed) == [], "write the source catalogue anew: docs/how-tos/develop.rst"
    assert sorted(listed - marked) == []
