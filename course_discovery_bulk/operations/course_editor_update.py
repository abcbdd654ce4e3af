"""Add and remove editors of courses. Adding twice and removing who is not there change nothing."""

from __future__ import annotations

from course_discovery_bulk.choices import Act, RowAction
from course_discovery_bulk.columns.keys import ACTION, COURSE_KEY_OR_UUID, PERSON
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Needs, Person, RowPlan, Step, fold
from course_discovery_bulk.operations.base import Operation, PlanInput, Values
from course_discovery_bulk.operations.exporting import editor_rows
from course_discovery_bulk.operations.refusals import not_an_editor, not_found, refused, unchanged
from course_discovery_bulk.operations.undoing import opposite_action
from course_discovery_bulk.problems import (
    AMBIGUOUS_PERSON,
    FORBIDDEN,
    UNKNOWN_PERSON,
    Place,
    Problem,
    problem,
)
from course_discovery_bulk.text.messages import gettext_noop as _

ADD = "add"


def plan(row: CleanRow, given: PlanInput) -> RowPlan:
    """One call that adds or removes the person, or none."""
    name, wanted = row.values[COURSE_KEY_OR_UUID.name], row.values[ACTION.name]
    course = given.state.course(name)
    if course is None:
        return not_found(row, COURSE_KEY_OR_UUID, name)
    if not course.is_editable and not given.lookups.uploader_is_staff:
        return _refused_course(row, course)  # before the person is looked at: the answer says nothing of accounts
    person = _find_person(row, course, given)
    if isinstance(person, Problem):
        return refused(row, [person], key=course.key)
    editor = next((editor for editor in course.editors if editor.user_id == person.user_id), None)
    if bool(editor) == (wanted == ADD):
        return unchanged(row, key=course.key, course_uuid=course.uuid)
    if wanted == ADD and not _belongs(person, course):
        return refused(row, [_unknown(row, course)], key=course.key)
    if not course.is_editable:
        return _refused_course(row, course)
    if editor:
        step = Step(act=Act.REMOVE_EDITOR, target=editor.id, known={"course": course.uuid})
        change = (row.values[PERSON.name], None)
    else:
        step = Step(act=Act.ADD_EDITOR, body={"course": course.uuid, "user_id": person.user_id})
        change = (None, row.values[PERSON.name])
    action = RowAction.ADD if wanted == ADD else RowAction.REMOVE
    return RowPlan(
        line=row.line,
        action=action,
        steps=(step,),
        changes={"editor": change},
        object_key=course.key,
        course_uuid=course.uuid,
    )


def _refused_course(row: CleanRow, course: CourseSnapshot) -> RowPlan:
    found = problem(FORBIDDEN, Place(line=row.line), detail=not_an_editor(course))
    return refused(row, [found], key=course.key)


def _find_person(row: CleanRow, course: CourseSnapshot, given: PlanInput) -> Person | Problem:
    """Who is meant. Somebody unknown and somebody of another organization get the same answer.

    Other people than the course's editors and the members of its organizations are for staff only to find: an editor
    who asks for ten thousand addresses must not learn which of them have an account.
    """
    name = row.values[PERSON.name]
    found = given.state.people.get(fold(name), ())
    if not given.lookups.uploader_is_staff:
        editors = {editor.user_id for editor in course.editors}
        found = tuple(person for person in found if person.user_id in editors or _belongs(person, course))
    by_email = [editor for editor in course.editors if editor.email and fold(editor.email) == fold(name)]
    if not found and len(by_email) == 1:
        return Person(user_id=by_email[0].user_id)
    if not found:
        return _unknown(row, course)
    if len(found) > 1:
        place = Place(line=row.line, column=PERSON.name, value=name)
        return problem(AMBIGUOUS_PERSON, place, count=len(found))
    return found[0]


def _belongs(person: Person, course: CourseSnapshot) -> bool:
    return bool(person.organizations & {owner.uuid for owner in course.owners})


def _unknown(row: CleanRow, course: CourseSnapshot) -> Problem:
    place = Place(line=row.line, column=PERSON.name, value=row.values[PERSON.name])
    return problem(UNKNOWN_PERSON, place, key=course.key)


def _identity(values: Values) -> str:
    parts = (values.get(COURSE_KEY_OR_UUID.name), values.get(PERSON.name))
    return " ".join(str(part) for part in parts) if all(parts) else ""


OPERATION = Operation(
    type="course_editor_update",
    position=60,
    label=_("Change course editors"),
    help=_("Adds or removes editors of courses."),
    columns=(PERSON, COURSE_KEY_OR_UUID, ACTION),
    required=(PERSON.name, COURSE_KEY_OR_UUID.name, ACTION.name),
    group=lambda values: values.get(COURSE_KEY_OR_UUID.name) or "",
    identity=_identity,
    identity_column=PERSON.name,
    wish_column=ACTION.name,
    check=lambda row: (),
    needs=lambda values: Needs(
        courses=(values[COURSE_KEY_OR_UUID.name],) if COURSE_KEY_OR_UUID.name in values else (),
        people=(values[PERSON.name],) if PERSON.name in values else (),
    ),
    plan=plan,
    export=editor_rows,
    undo=opposite_action,
)
