"""Makes drafts of courses that came in as official rows only, and copies rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from sandbox.discovery.models import Course, CourseCollaborator, CourseRun, CourseSubject, Person, RunPerson
from sandbox.discovery.rules.entitlements import copy_entitlements, create_missing_entitlement
from sandbox.discovery.rules.saving import save_course
from sandbox.discovery.rules.seats import copy_seats

OWN = frozenset({"id", "created", "draft", "draft_row"})


def copy_columns(source: Model, target: Model, **instead: Any) -> None:
    """Copy all columns but those that make a row what it is."""
    for field in source._meta.concrete_fields:
        if field.name not in OWN:
            setattr(target, field.attname, getattr(source, field.attname))
    for name, value in instead.items():
        setattr(target, name, value)


def set_subjects(course: Course, subjects: list[Any]) -> None:
    """Replace a course's subjects, in this order."""
    course.subject_links.all().delete()
    links = [CourseSubject(course=course, subject=row, position=place) for place, row in enumerate(subjects)]
    CourseSubject.objects.bulk_create(links)


def set_collaborators(course: Course, collaborators: list[Any]) -> None:
    """Replace a course's collaborators, in this order."""
    course.collaborator_links.all().delete()
    links = [
        CourseCollaborator(course=course, collaborator=row, position=place) for place, row in enumerate(collaborators)
    ]
    CourseCollaborator.objects.bulk_create(links)


def set_people(run: CourseRun, people: Iterable[Person]) -> None:
    """Replace who teaches in a run, in this order."""
    run.person_links.all().delete()
    links = [RunPerson(run=run, person=person, position=place) for place, person in enumerate(people)]
    RunPerson.objects.bulk_create(links)


def copy_people(source: CourseRun, target: CourseRun) -> None:
    """Let the same people teach in another row of a run, or in another run."""
    set_people(target, [link.person for link in source.person_links.select_related("person")])


def copy_lists(source: Course, target: Course) -> None:
    """Copy what a course has several of, apart from runs, entitlements and slugs."""
    target.owners.set(source.owners.all())
    target.topics.set(source.topics.all())
    set_subjects(target, [link.subject for link in source.subject_links.all()])
    set_collaborators(target, [link.collaborator for link in source.collaborator_links.all()])


def draft_of_course(course: Course) -> Course:
    """The draft of a course, made with its runs, seats and entitlement where there is none."""
    if course.draft:
        return course
    return Course.objects.get(pk=course.draft_row_id) if course.draft_row_id else _make_draft(course)


def draft_of_run(run: CourseRun) -> CourseRun:
    """The draft of a run, made with its whole course where there is none."""
    if run.draft:
        return run
    if run.draft_row_id is None:
        draft_of_course(run.course)
        return CourseRun.objects.get(key=run.key, draft=True)
    return CourseRun.objects.get(pk=run.draft_row_id)


def _make_draft(official: Course) -> Course:
    draft = Course(draft=True)
    copy_columns(official, draft, canonical_run=None)
    draft.save()
    copy_lists(official, draft)
    official.draft_row = draft
    official.save()
    official.editors.update(course=draft)
    for run in official.course_runs.all():
        draft_run = _make_draft_run(run, draft)
        if run.pk == official.canonical_run_id:
            draft.canonical_run = draft_run
    if official.entitlements.exists():
        copy_entitlements(official, draft)
    else:
        create_missing_entitlement(draft)
    save_course(draft)
    return Course.objects.get(pk=draft.pk)


def _make_draft_run(official: CourseRun, course: Course) -> CourseRun:
    draft = CourseRun(draft=True)
    copy_columns(official, draft, course=course)
    draft.save()
    draft.transcript_languages.set(official.transcript_languages.all())
    copy_people(official, draft)
    copy_seats(official, draft)
    official.draft_row = draft
    official.save()
    return draft
