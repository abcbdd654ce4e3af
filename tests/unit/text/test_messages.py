"""Texts that remember their template: English for programs, the reader's language for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from gettext import NullTranslations

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from course_discovery_bulk import problems
from course_discovery_bulk.problems import BAD_DATE, MISSING_COLUMN, Place, Problem, problem, suggestion
from course_discovery_bulk.text.messages import Phrase, translated

WORDS = {
    MISSING_COLUMN.message: "La kolumno {column} mankas. {suggestion}",
    "Did you mean “{first}”?": "Ĉu vi volis diri “{first}”?",
    "Create courses": "Krei kursojn",
    MISSING_COLUMN.hint: "Aldonu ĝin; {operation} bezonas ĝin.",
    BAD_DATE.hint: "Skribu {nonsense}.",
}


class Words(NullTranslations):
    """A catalogue of a few words."""

    def gettext(self, message: str) -> str:
        return WORDS.get(message, message)

    def to_language(self) -> str:
        return "eo"


@pytest.fixture
def in_esperanto(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(trans_real._translations, "eo", Words())
    with translation.override("eo"):
        yield


def missing() -> Problem:
    facts = {"operation": Phrase("Create courses"), "suggestion": suggestion(["titel"])}
    return problem(MISSING_COLUMN, Place(line=1, column="title"), **facts)


@pytest.mark.usefixtures("in_esperanto")
def test_a_problem_is_stored_in_english_and_told_in_the_readers_language() -> None:
    stored = json.loads(json.dumps(missing().as_record()))

    told = problems.translated(Problem.from_dict(stored))

    assert stored["message"] == "The column title is missing. Did you mean “titel”?"
    assert told.message == "La kolumno title mankas. Ĉu vi volis diri “titel”?"
    assert told.hint == "Aldonu ĝin; Krei kursojn bezonas ĝin."


@pytest.mark.usefixtures("in_esperanto")
def test_a_problem_of_an_older_version_keeps_its_text() -> None:
    old = missing().as_dict()

    assert problems.translated(Problem.from_dict(old)) == Problem.from_dict(old)
    assert problems.translated(Problem.from_dict({**missing().as_record(), "message": "Other words."})).message == (
        "Other words."
    )


@pytest.mark.usefixtures("in_esperanto")
def test_a_translation_that_names_what_there_is_not_shows_the_original() -> None:
    found = problem(BAD_DATE, Place(value="x"), reason="")

    assert problems.translated(found).hint == BAD_DATE.hint


def test_only_what_the_templates_name_is_kept() -> None:
    found = problem(BAD_DATE, Place(line=2, column="start_date", value="x"), reason="", other="y")

    assert found.as_record()["facts"] == {"reason": ""}
    assert "facts" not in found.as_dict()


@pytest.mark.usefixtures("in_esperanto")
def test_a_declared_text_is_looked_up_and_the_text_of_a_cell_is_not() -> None:
    assert translated("Create courses") == "Krei kursojn"
    assert translated(Phrase("{value}", value="Create courses")) == "Create courses"
    assert Phrase(Phrase("Create courses")) == "Create courses"
