"""The source catalogue holds what the templates say."""

import re
from pathlib import Path

import course_discovery_bulk

PACKAGE = Path(course_discovery_bulk.__file__).parent


def test_texts_of_templates_are_in_the_catalogue():
    catalogue = (PACKAGE / "locale/en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    known = set(re.findall(r'^msgid "(.*)"$', catalogue, re.MULTILINE))
    for template in sorted((PACKAGE / "templates").rglob("*.html")):
        said = re.findall(r'{% translate "([^"]*)" %}', template.read_text(encoding="utf-8"))
        assert set(said) <= known, template.name
