"""`manage.py bulk_operation` with a sheet that has headers of its own."""

import json

import pytest
from django.contrib.auth import get_user_model

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask, SavedMapping
from course_discovery_bulk.service import ColumnMapping
from tests.integration.pipeline.test_foreground import command  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("names_fetched_once")

SHEET = "Course Name,Q=7,Begin,End date,Area,title\nRivers,RIV1,2030-01-15,2030-06-15,Comp Sci,old\n"
CHOICES = (
    "--dry-run",
    "--map=Q=7=number",
    "--map=Begin=start_date",
    "--map=End date=end_date",
    "--map=Area=primary_subject",
    "--map=title=",
    "--map=Course Name=title",
    "--constant=organization=edX",
    "--constant=course_enrollment_track=Audit Only",
    "--constant=course_run_enrollment_track=Audit Only",
    "--constant=course_pacing=Self-Paced",
    "--replace=primary_subject:Comp Sci=Computer Science",
)


def test_choices_of_the_command_line_are_what_is_read_and_saved(command):  # noqa: F811
    code, said, err = command(SHEET, *CHOICES, "--save-mapping=Partner A")
    assert code == 0, said + err
    task = BulkOperationTask.objects.get()
    assert task.mapping["columns"]["title"] == ""
    [row] = task.rows.all()
    assert row.changes["title"] == [None, "Rivers"]
    assert "computer-science" in str(row.changes["subjects"])
    assert "The mapping was saved as “Partner A”." in err
    saved = SavedMapping.objects.get()
    assert (saved.name, saved.owner.username, saved.mapping) == ("Partner A", "staff", task.mapping)


def test_saved_mapping_is_used_by_its_name_and_by_itself(command):  # noqa: F811
    command(SHEET, *CHOICES, "--save-mapping=Partner A")
    code, said, _err = command(SHEET, "--dry-run", "--mapping=Partner A", "--constant=organization=MITx")
    assert code == 0, said
    assert BulkOperationTask.objects.latest("pk").mapping["constants"]["organization"] == "MITx"
    code, said, _err = command(SHEET, "--dry-run")
    assert code == 0, said
    assert "The columns were matched as in" in said


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("--map=Code", "--map takes HEADER=COLUMN."),
        ("--constant=organization=", "--constant takes COLUMN=VALUE."),
        ("--replace=primary_subject=a", "--replace takes COLUMN:OLD=NEW."),
        ("--mapping=Partner B", "staff has no mapping “Partner B”"),
        ("--mapping=Updates", "The mapping “Updates” is for course_update, not for course_create."),
        ("--save-mapping= ", "The name of a mapping has 1 to 100 characters."),
        ("--map=Code=tittle", "tittle"),
    ],
)
def test_what_makes_no_sense_is_refused(command, argument, reason):  # noqa: F811
    service.save_mapping(
        get_user_model().objects.get(username="staff"),
        name="Updates",
        task_type="course_update",
        headers=["key"],
        mapping=ColumnMapping.from_dict({"columns": {"key": "course_key"}}),
    )
    code, said, err = command("Code,title\nA,B\n", argument, "--format=json")
    assert code == 2
    assert reason in err
    assert json.loads(said)["status"] == "refused"
    assert not BulkOperationTask.objects.exists()


def test_private_mapping_of_another_person_is_not_used(command):  # noqa: F811
    command(SHEET, *CHOICES, "--save-mapping=Partner A")
    code, _said, err = command(SHEET, "--dry-run", "--mapping=Partner A", user="editor")
    assert code == 2
    assert "editor has no mapping “Partner A”" in err


def test_headers_are_joined_and_the_mapping_is_shared(command):  # noqa: F811
    group = service.groups_to_share_with(get_user_model().objects.get(username="editor")).first()
    sheet = "Name,Part,Number\nRivers,Two,R2\n"
    rest = [choice for choice in CHOICES if choice.startswith("--constant")]
    joined = ("--dry-run", "--join=title=Name + Part", "--map=Number=number", *rest)
    dates = ("--constant=start_date=2030-01-15", "--constant=end_date=2030-06-15")
    code, said, err = command(
        sheet, *joined, *dates, "--save-mapping=Parts", f"--share-with={group.name}", user="editor"
    )
    assert code == 0, said + err
    [row] = BulkOperationTask.objects.get().rows.all()
    assert row.changes["title"] == [None, "Rivers Two"]
    assert SavedMapping.objects.get().group == group
    for wrong in (["--join=title=Name"], ["--share-with=nobody", "--save-mapping=x"], [f"--share-with={group.name}"]):
        assert command(sheet, *joined, *dates, *wrong, user="editor")[0] == 2
